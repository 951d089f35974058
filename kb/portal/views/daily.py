"""日報."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.engagement.comments import comments_on
from kb.engagement.forms import CommentForm
from kb.engagement.services import add_comment
from kb.foundation.days import YEARS
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.foundation.numbers import whole_number
from kb.portal.daily import daily_report_of, same_day_of_colleagues, write_note
from kb.portal.forms import DailyNoteForm
from kb.portal.models import DailyNote
from kb.text.dates import parse_day
from people.acting import acting
from people.models import Person
from people.querysets import attach_departments


@require_GET
def daily_report(request: HttpRequest) -> HttpResponse:
    """One person's day: ``?day=2026-11-20&person=12``; without them my own of today."""
    return _page(request)


@require_POST
def daily_note(request: HttpRequest) -> HttpResponse:
    """Write 所感 of one's own day, or change it."""
    form = DailyNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, note_form=form)
    note = write_note(acting(request), _day(request), form.cleaned_data["text"])
    tell(request, _("所感を保存しました。"))
    return redirect(note)


@require_POST
def daily_comment(request: HttpRequest) -> HttpResponse:
    """The first comment on a day that has no 所感 yet; later ones come as on any record."""
    person, author = _person(request), acting(request)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, comment_form=form)
    day = _day(request)

    def create() -> DailyNote:
        note = write_note(person, day)
        add_comment(note, form.cleaned_data["body"], by=author)
        return note

    url = create_once(key_of(request), by=author, create=create)
    return HttpResponseRedirect(f"{url}#comments")


def _page(
    request: HttpRequest,
    *,
    note_form: DailyNoteForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    today, day, person = timezone.localdate(), _day(request), _person(request)
    report = daily_report_of(person, day)
    colleagues = same_day_of_colleagues(person, day)
    attach_departments(colleague.person for colleague in colleagues)
    text = report.note.text if report.note is not None else ""
    context = {
        "report": report,
        "is_mine": person.pk == acting(request).pk,
        "today": today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1) if day < today else None,
        "note_form": note_form or DailyNoteForm(initial={"text": text}),
        "colleagues": colleagues,
        **_comments(report.note, comment_form),
    }
    status = 422 if note_form is not None or comment_form is not None else 200
    return render(request, "portal/daily_report.html", context, status=status)


def _comments(note: DailyNote | None, form: CommentForm | None) -> dict[str, object]:
    if note is not None:
        return comments_on(note)
    return {"comments": [], "comment_form": form or CommentForm(), "comment_key": new_form_key()}


def _day(request: HttpRequest) -> dt.date:
    today = timezone.localdate()
    asked = parse_day(request.GET.get("day", "")[:20], today=today)
    return asked if asked is not None and asked.year in YEARS else today


def _person(request: HttpRequest) -> Person:
    text = request.GET.get("person", "")
    number = whole_number(text) if text else acting(request).pk
    person: Person | None = (
        Person.objects.visible().with_departments().filter(pk=number or 0).first()
    )
    if person is None:
        raise Http404
    return person
