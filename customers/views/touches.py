"""Touches: recording, reading, correcting; voices marked in them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import services
from customers.forms import ICONS_OF_CHANNELS, TouchForm, VoiceForm, touch_initial
from customers.lookup import recent_customers
from customers.models import Customer, Touch, Voice
from customers.page import shown_voice, subject_of, summary_of, todos_of
from kb.engagement.comments import comments_on
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from kb.todos.models import ActionItem
from people.acting import acting
from people.models import Person
from people.querysets import attach_departments

RECENT_TOUCHES = 4


@require_http_methods(["GET", "POST"])
def touch_create(request: HttpRequest) -> HttpResponse:
    """Record a contact: one screen, now and me as defaults."""
    customer = _customer(request.GET.get("customer"))
    person = acting(request)
    initial = {"channel": _last_channel(person), "mood": ""}
    form = TouchForm(request.POST or None, initial=initial, customer=customer)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def create() -> Touch:
            about = data["customer"] or services.create_customer(data["customer_name"], by=person)
            fields = form.fields_of_touch(today=timezone.localdate(), reads_text=True)
            return services.record_touch(about, fields, by=person)

        url = create_once(key_of(request), by=person, create=create)
        tell(request, _("対応を記録しました。"))
        return mark_sent(request, HttpResponseRedirect(url))
    context = _form_context(request, form, customer)
    status = 422 if form.is_bound else 200
    return render(request, "customers/touch_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def touch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a touch."""
    touch = get_object_or_404(Touch.objects.visible().with_details(), pk=pk)
    form = TouchForm(request.POST or None, initial=touch_initial(touch), customer=touch.customer)
    context = {**_form_context(request, form, touch.customer), "touch": touch}
    context["keep_name"] = f"touch-{pk}"
    if request.method == "POST" and form.is_valid():
        fields = form.fields_of_touch(today=timezone.localdate())
        base_revision = form.cleaned_data["base_revision"] or 0
        try:
            services.change_touch(touch, fields, by=acting(request), base_revision=base_revision)
        except services.TouchConflict as conflict:
            context["current"] = conflict.current
            return render(request, "customers/touch_form.html", context, status=409)
        tell(request, _("対応記録を保存しました。"))
        return mark_sent(request, redirect(touch))
    status = 422 if form.is_bound else 200
    return render(request, "customers/touch_form.html", context, status=status)


@require_GET
def touch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch with its voices."""
    touch = get_object_or_404(Touch.objects.visible().with_details(), pk=pk)
    return render(request, "customers/touch_detail.html", _touch_context(request, touch))


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


@require_POST
def voice_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a sentence of a touch as the customer's voice."""
    touch = get_object_or_404(Touch.objects.visible().with_details(), pk=pk)
    form = VoiceForm(request.POST, touch=touch)
    if not form.is_valid():
        context = {**_touch_context(request, touch), "voice_form": form}
        return render(request, "customers/touch_detail.html", context, status=422)
    data = form.cleaned_data
    services.mark_voice(touch, data["quote"], data["kind"], by=acting(request), theme=data["theme"])
    tell(request, _("お客さまの声として残しました。"))
    return redirect(touch)


@require_POST
def voice_unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mark off a sentence; the touch keeps its text."""
    voice = get_object_or_404(Voice.objects.visible().select_related("touch"), pk=pk)
    touch = voice.touch
    voice.delete()
    tell(request, _("声の印を外しました。文章は対応記録に残っています。"))
    return redirect(touch)


def _touch_context(request: HttpRequest, touch: Touch) -> dict[str, object]:
    todos = list(ActionItem.objects.born_in(touch).select_related("person").by_due_date())
    customer = touch.customer
    attach_departments(
        [
            touch.author,
            customer.sales_owner,
            customer.success_owner,
            *touch.colleagues.all(),
            *(todo.person for todo in todos),
        ]
    )
    return {
        "touch": touch,
        "author": touch.author,
        "subject": subject_of(touch),
        "icon": ICONS_OF_CHANNELS[touch.channel],
        "voices": [{"voice": v, "shown": shown_voice(v)} for v in touch.voices.all()],
        "voice_form": VoiceForm(touch=touch),
        "todos": todos,
        "reader": acting(request),
        **comments_on(touch),
    }


def _form_context(
    request: HttpRequest, form: TouchForm, customer: Customer | None
) -> dict[str, object]:
    person = acting(request)
    touches = customer.touches.visible().with_details()[:RECENT_TOUCHES] if customer else []
    return {
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "customer": customer,
        "recent": recent_customers(person) if customer is None else [],
        "icons": ICONS_OF_CHANNELS,
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
    if not number or not (number.isascii() and number.isdigit()) or len(number) > 15:
        return None
    customer: Customer | None = Customer.objects.visible().filter(pk=int(number)).first()
    return customer


def _last_channel(person: Person) -> str:
    last = Touch.objects.visible().filter(author=person).order_by("-created_at").first()
    return last.channel if last else Touch.Channel.PHONE
