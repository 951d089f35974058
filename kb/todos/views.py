"""ToDos: the list of a person, one ToDo with what became of it, the calendar."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from kb.foundation.notices import tell
from kb.todos import services
from kb.todos.calendar import calendar_text
from kb.todos.forms import DropForm, HandOverForm, PostponeForm
from kb.todos.lists import asked_of_others, groups_of, lately_done
from kb.todos.models import ActionItem, CalendarFeed
from kb.todos.origins import seen_origin, with_origins
from people.acting import acting
from people.models import Person
from people.querysets import attach_departments


@require_GET
def todo_list(request: HttpRequest) -> HttpResponse:
    """What I have to do, or a colleague (``?person=<number>``)."""
    reader = acting(request)
    asked = request.GET.get("person", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 16
    person = Person.objects.visible().filter(pk=int(asked)).first() if is_number else reader
    person = person or reader
    is_mine = person == reader
    context = {
        "person": person,
        "is_mine": is_mine,
        "groups": groups_of(person, reader),
        "asked": asked_of_others(reader) if is_mine else [],
        "done": lately_done(person, reader),
        "feed_url": _feed_url(request) if is_mine else "",
    }
    return render(request, "todos/todo_list.html", context)


@require_GET
def todo_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One ToDo: what, who, until when, where from, and what became of it."""
    return _detail(request, _item(pk))


@require_POST
def todo_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a ToDo over; the new person is told."""
    item, form = _item(pk), HandOverForm(request.POST)
    if not form.is_valid():
        return _detail(request, item, hand_over_form=form, status=422)
    to = form.cleaned_data["to"]
    _as_owner(services.hand_over, item, to, by=acting(request), reason=form.cleaned_data["reason"])
    tell(request, _("%(name)sさんに引き継ぎました。") % {"name": to.name})
    return redirect("todo_detail", pk)


@require_POST
def todo_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Postpone a ToDo, with the reason."""
    item, form = _item(pk), PostponeForm(request.POST)
    if not form.is_valid():
        return _detail(request, item, postpone_form=form, status=422)
    data = form.cleaned_data
    _as_owner(services.postpone, item, data["due_on"], by=acting(request), reason=data["reason"])
    tell(request, _("期日を延ばしました。"))
    return redirect("todo_detail", pk)


@require_POST
def todo_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a ToDo up, with the reason; the toast takes it back."""
    item, form = _item(pk), DropForm(request.POST)
    if not form.is_valid():
        return _detail(request, item, drop_form=form, status=422)
    _as_owner(services.drop, item, by=acting(request), reason=form.cleaned_data["reason"])
    tell(request, _("やめたことにしました。"), undo_url=reverse("todo_reopen", args=[pk]))
    return redirect("todo_detail", pk)


@require_POST
def calendar_renew(request: HttpRequest) -> HttpResponse:
    """Give the calendar an address; the one before stops working."""
    services.renew_calendar(acting(request))
    tell(request, _("カレンダーのアドレスを作りました。前のアドレスは使えません。"))
    return redirect(f"{reverse('todo_list')}#calendar")


@require_POST
def calendar_stop(request: HttpRequest) -> HttpResponse:
    """Take the calendar's address away."""
    services.stop_calendar(acting(request))
    tell(request, _("カレンダーのアドレスを止めました。"))
    return redirect(f"{reverse('todo_list')}#calendar")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar behind a secret address; gone for whoever has left."""
    feed = get_object_or_404(
        CalendarFeed.objects.select_related("person"), key=key, person__is_active=True
    )
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=timezone.now())
    items = ActionItem.objects.open().filter(person=feed.person, due_on__isnull=False)
    name = _("%(name)sさんのToDo") % {"name": feed.person.name}
    site = f"{request.scheme}://{request.get_host()}"
    text = calendar_text(name, with_origins(items.by_due_date()), site=site)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="todo.ics"'
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


def _item(pk: int) -> ActionItem:
    items = ActionItem.objects.select_related("person", "created_by")
    item: ActionItem = get_object_or_404(items, pk=pk)
    return item


def _detail(
    request: HttpRequest, item: ActionItem, *, status: int = 200, **forms_sent: forms.Form
) -> HttpResponse:
    changes = list(item.changes.select_related("by", "to"))
    attach_departments([item.person, item.created_by])
    context: dict[str, Any] = {
        "item": item,
        "origin": seen_origin(item),
        "changes": changes,
        "may_change": services.may_change(item, acting(request)),
        "hand_over_form": HandOverForm(),
        "postpone_form": PostponeForm(),
        "drop_form": DropForm(),
        **forms_sent,
    }
    return render(request, "todos/todo_detail.html", context, status=status)


def _as_owner(service: Any, *args: Any, **kwargs: Any) -> None:
    try:
        service(*args, **kwargs)
    except services.NotYours as error:
        raise PermissionDenied from error


def _feed_url(request: HttpRequest) -> str:
    feed = CalendarFeed.objects.filter(person=acting(request)).first()
    if feed is None:
        return ""
    return request.build_absolute_uri(reverse("calendar_feed", args=[feed.key]))
