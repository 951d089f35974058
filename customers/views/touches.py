"""Touches: recording, reading, correcting."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import services
from customers.follow_ups import follow_up_in
from customers.forms import ICONS_OF_CHANNELS
from customers.lookup import end_of_merges, recent_customers
from customers.models import Customer, Touch, Voice
from customers.page import summary_of, todos_of
from customers.touch_forms import TouchForm, touch_initial
from customers.touch_page import touch_page
from customers.touch_templates import TEMPLATES, body_of
from kb.files.services import FileRefused, store_file
from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell
from kb.foundation.numbers import whole_number
from kb.foundation.sent import mark_sent
from people.acting import acting
from people.models import Person

RECENT_TOUCHES = 4
LINE_MAX_CHARACTERS = 500


@require_http_methods(["GET", "POST"])
def touch_create(request: HttpRequest) -> HttpResponse:
    """Record a contact: one screen, now and me as defaults."""
    person, key = acting(request), key_of(request)
    if request.method == "POST" and (url := made_before(key, by=person)):
        return mark_sent(request, HttpResponseRedirect(url))
    customer = _customer(request.GET.get("customer"))
    initial = {
        "channel": _last_channel(person),
        "mood": "",
        "text": body_of(request.GET.get("template", "")),
    }
    form = TouchForm(
        request.POST or None, request.FILES or None, initial=initial, customer=customer
    )
    if request.method == "POST" and form.is_valid():
        try:
            url = create_once(key, by=person, create=lambda: _record(form, person))
        except FileRefused as refused:
            form.add_error("attached", str(refused))
        else:
            tell(request, _("対応を記録しました。"))
            return mark_sent(request, HttpResponseRedirect(url))
    context = _form_context(request, form, customer)
    status = 422 if form.is_bound else 200
    return render(request, "customers/touch_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def touch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a touch."""
    touch = get_object_or_404(Touch.objects.visible().with_details(), pk=pk)
    initial = touch_initial(touch)
    form = TouchForm(
        request.POST or None, request.FILES or None,
        initial=initial, customer=touch.customer, touch=touch,
    )  # fmt: skip
    context = {**_form_context(request, form, touch.customer), "touch": touch}
    context["keep_name"] = f"touch-{pk}"
    if request.method == "POST" and form.is_valid():
        try:
            _change(touch, form, acting(request))
        except services.TouchConflict as conflict:
            context["current"] = conflict.current
            return render(request, "customers/touch_form.html", context, status=409)
        except FileRefused as refused:
            form.add_error("attached", str(refused))
        else:
            tell(request, _("対応記録を保存しました。"))
            return mark_sent(request, redirect(touch))
    status = 422 if form.is_bound else 200
    return render(request, "customers/touch_form.html", context, status=status)


@require_GET
def touch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch with its voices."""
    touch = get_object_or_404(Touch.objects.visible().with_details(), pk=pk)
    return render(request, "customers/touch_detail.html", touch_page(touch, acting(request)))


@require_POST
def touch_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a touch into the bin; the toast takes it back."""
    touch = get_object_or_404(Touch.objects.visible(), pk=pk)
    services.delete_touch(touch, by=acting(request))
    undo_url = reverse("touch_restore", args=[pk])
    tell(request, _("対応記録をごみ箱に入れました。30日のあいだ戻せます。"), undo_url=undo_url)
    return redirect(touch.customer)


@require_POST
def touch_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a touch out of the bin."""
    touch = get_object_or_404(Touch.objects.filter(deleted_at__isnull=False), pk=pk)
    services.restore_touch(touch, by=acting(request))
    tell(request, _("対応記録を戻しました。"))
    return redirect(touch)


@require_GET
def next_action_read(request: HttpRequest) -> JsonResponse:
    """What a line 「次回 12/3 見積送付 @佐藤」 means: ``{text, due_on, person}``, or ``{}``."""
    line = request.GET.get("line", "").replace("\0", "")[:LINE_MAX_CHARACTERS]
    action = follow_up_in(line, today=timezone.localdate())
    if action is None:
        return JsonResponse({})
    person = action.person.name if action.person is not None else ""
    due_on = action.due_on.isoformat() if action.due_on is not None else ""
    return JsonResponse({"text": action.text, "due_on": due_on, "person": person})


def _record(form: TouchForm, person: Person) -> Touch:
    data = form.cleaned_data
    about = data["customer"] or services.create_customer(data["customer_name"], by=person)
    fields = form.fields_of_touch(today=timezone.localdate(), reads_text=True)
    touch = services.record_touch(about, fields, by=person)
    for file in data["attached"]:
        store_file(file, file.name or "", by=person, target=touch)
    return touch


@transaction.atomic
def _change(touch: Touch, form: TouchForm, person: Person) -> None:
    data = form.cleaned_data
    fields = form.fields_of_touch(today=timezone.localdate())
    services.change_touch(touch, fields, by=person, base_revision=data["base_revision"] or 0)
    for file in data["attached"]:
        store_file(file, file.name or "", by=person, target=touch)


def _form_context(
    request: HttpRequest, form: TouchForm, customer: Customer | None
) -> dict[str, object]:
    person = acting(request)
    touches = customer.touches.visible().with_details()[:RECENT_TOUCHES] if customer else []
    return {
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "customer": customer,
        "contacts": customer.contacts.filter(has_left=False)[:8] if customer else [],
        "recent": recent_customers(person) if customer is None else [],
        "icons": ICONS_OF_CHANNELS,
        "templates": TEMPLATES,
        "kinds": Voice.Kind.choices,
        "touches": [
            {"touch": t, "icon": ICONS_OF_CHANNELS[t.channel], "summary": summary_of(t)}
            for t in touches
        ],
        "todos": todos_of(customer) if customer else [],
        "reader": person,
        "now": timezone.now(),
        "keep_name": f"touch-new-{customer.pk if customer else 0}",
    }


def _customer(number: str | None) -> Customer | None:
    """The customer of an address; a merged one leads to the one that goes on."""
    pk = whole_number(number) or 0
    customer: Customer | None = Customer.objects.filter(pk=pk, deleted_at__isnull=True).first()
    return end_of_merges(customer) if customer is not None else None


def _last_channel(person: Person) -> str:
    last = Touch.objects.visible().filter(author=person).order_by("-created_at").first()
    return last.channel if last else Touch.Channel.PHONE
