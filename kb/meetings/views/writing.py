"""Writing minutes: the form, the preview of what was read from them, publishing, correcting."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell, warn
from kb.foundation.sent import mark_sent
from kb.meetings import services
from kb.meetings.forms import (
    MeetingForm,
    last_time_initial,
    meeting_initial,
    new_meeting_initial,
    typed_initial,
)
from kb.meetings.minutes import problems_of
from kb.meetings.models import Meeting, Series
from kb.meetings.note_files import NotesRefused, notes_in
from kb.meetings.proposals import Answers
from kb.meetings.reading import Reading, names_to_choose, reading_of
from kb.meetings.series import last_meeting, left_over, most_recent
from people.acting import acting

# The buttons of the form that only change the form.
_REFILLING = ("to_series", "like_last", "read", "load")


@require_http_methods(["GET", "POST"])
def meeting_create(request: HttpRequest) -> HttpResponse:
    """Write the minutes of a new meeting; series and number are proposed."""
    if request.method == "POST" and any(name in request.POST for name in _REFILLING):
        return _refilled_form(request)
    person, key = acting(request), key_of(request)
    if request.method == "POST" and (url := made_before(key, by=person)):
        return HttpResponseRedirect(url)
    series = _wanted_series(request.GET.get("series", ""))
    prepares = "prepare" in request.POST
    form = MeetingForm(
        request.POST or None, initial=new_meeting_initial(series), needs_body=not prepares
    )
    answers = Answers.from_post(request.POST)
    problems = problems_of(answers)
    if request.method == "POST" and form.is_valid() and not problems:
        chosen = form.cleaned_data["series"]
        if not prepares and (reading := _unseen(request, form, answers, series=chosen)):
            return _preview_first(request, form, chosen, reading)
        url = create_once(key, by=person, create=lambda: _created(request, form, answers))
        tell(request, _("会議をつくりました。") if prepares else _("議事録を保存しました。"))
        return mark_sent(request, HttpResponseRedirect(url))
    status = 422 if form.is_bound else 200
    context = _new_form_context(request, form, series)
    if form.is_bound:
        text = form.data.get("body", "")
        context["reading"] = reading_of(text, answers, series=series, problems=problems)
    return render(request, "meetings/meeting_form.html", context, status=status)


def _created(request: HttpRequest, form: MeetingForm, answers: Answers) -> Meeting:
    data, fields = form.cleaned_data, form.fields_of_meeting(answers)
    if "prepare" in request.POST:
        return services.prepare_meeting(
            data["series"], data["number"], by=acting(request), fields=fields
        )
    state = Meeting.State.DRAFT if "draft" in request.POST else Meeting.State.PUBLISHED
    return services.create_meeting(
        data["series"], data["number"], by=acting(request), fields=fields, state=state
    )


def _unseen(
    request: HttpRequest,
    form: MeetingForm,
    answers: Answers,
    *,
    series: Series | None = None,
    meeting: Meeting | None = None,
) -> Reading | None:
    """What was read and never shown: it is shown before anything is made of it."""
    if answers or "seen" in request.POST or "draft" in request.POST:
        return None
    reading = reading_of(form.cleaned_data["body"], answers, series=series, meeting=meeting)
    return reading if reading.wants_an_eye else None


def _preview_first(
    request: HttpRequest, form: MeetingForm, series: Series, reading: Reading
) -> HttpResponse:
    warn(request, _("読み取った内容を確かめて、もう一度押してください。まだ保存していません。"))
    context = _new_form_context(request, form, series)
    context |= {"reading": reading, "is_refilled": True}
    return render(request, "meetings/meeting_form.html", context)


def _refilled_form(request: HttpRequest) -> HttpResponse:
    """The form of another series, with a file's text or the people of last time; what was typed stays."""
    wanted = request.POST.get("to_series") or request.POST.get("like_last", "")
    series = _wanted_series(wanted) if wanted else _sent_series(request)
    initial = typed_initial(request.POST, series)
    last = last_meeting(series) if series is not None and "like_last" in request.POST else None
    if last is not None:
        initial |= last_time_initial(last)
    if "to_series" not in request.POST:
        initial["number"] = request.POST.get("number", "")
    initial["body"] = _with_file(request, initial["body"])
    context = _new_form_context(request, MeetingForm(initial=initial), series)
    details = (initial["place"], initial["chair"], initial["present"], initial["topics"])
    reading = reading_of(initial["body"], Answers.from_post(request.POST), series=series)
    context |= {"is_refilled": True, "is_unfolded": any(details), "reading": reading}
    return render(request, "meetings/meeting_form.html", context)


def _with_file(request: HttpRequest, body: str) -> str:
    """The typed text, and below it that of the chosen file."""
    sent = request.FILES.get("notes_file")
    if sent is None:
        if "load" in request.POST:
            warn(request, _("ファイルが選ばれていません。ファイルを選んでから押してください。"))
        return body
    try:
        text = notes_in(sent)
    except NotesRefused as refused:
        warn(request, str(refused))
        return body
    return f"{body}\n\n{text}" if body.strip() else text


def _new_form_context(
    request: HttpRequest, form: MeetingForm, series: Series | None
) -> dict[str, Any]:
    return {
        "form": form,
        "form_key": _form_key(request),
        "keep_name": f"meeting-new-{series.pk if series else 0}",
        "left_over": left_over(series),
        "last": last_meeting(series) if series is not None else None,
        "all_series": Series.objects.filter(is_active=True),
        "series": series,
        "names": names_to_choose(),
    }


@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change minutes; after publication the change is kept as a correction."""
    meeting = get_object_or_404(Meeting.objects.visible().with_people(), pk=pk)
    if request.method == "POST" and ("read" in request.POST or "load" in request.POST):
        return _reread_form(request, meeting)
    form = MeetingForm(request.POST or None, initial=meeting_initial(meeting), meeting=meeting)
    answers = Answers.from_post(request.POST)
    problems = problems_of(answers)
    context = _edit_context(request, form, meeting)
    if request.method == "POST" and form.is_valid() and not problems:
        if reading := _unseen(request, form, answers, meeting=meeting):
            warn(
                request,
                _("読み取った内容を確かめて、もう一度押してください。まだ保存していません。"),
            )
            context |= {"reading": reading, "is_refilled": True}
            return render(request, "meetings/meeting_form.html", context)
        return _changed(request, answers, context)
    text = form.data.get("body", "") if form.is_bound else str(form.initial["body"])
    context["reading"] = reading_of(text, answers, meeting=meeting, problems=problems)
    status = 422 if form.is_bound else 200
    return render(request, "meetings/meeting_form.html", context, status=status)


def _reread_form(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    typed = typed_initial(request.POST, None)
    typed |= {
        "body": _with_file(request, typed["body"]),
        "base_revision": request.POST.get("base_revision", ""),
    }
    context = _edit_context(request, MeetingForm(initial=typed, meeting=meeting), meeting)
    reading = reading_of(typed["body"], Answers.from_post(request.POST), meeting=meeting)
    context |= {"is_refilled": True, "reading": reading}
    return render(request, "meetings/meeting_form.html", context)


def _edit_context(request: HttpRequest, form: MeetingForm, meeting: Meeting) -> dict[str, Any]:
    return {
        "form": form,
        "meeting": meeting,
        "form_key": _form_key(request),
        "keep_name": f"meeting-{meeting.pk}",
        "names": names_to_choose(),
    }


def _changed(request: HttpRequest, answers: Answers, context: dict[str, Any]) -> HttpResponse:
    form, meeting = context["form"], context["meeting"]
    try:
        services.change_meeting(
            meeting,
            by=acting(request),
            base_revision=form.cleaned_data["base_revision"] or 0,
            fields=form.fields_of_meeting(answers),
            publish="draft" not in request.POST,
        )
    except services.MeetingConflict as conflict:
        context["current"] = conflict.current
        return render(request, "meetings/meeting_form.html", context, status=409)
    tell(request, _("議事録を保存しました。"))
    return mark_sent(request, redirect(meeting))


@require_POST
def meeting_read(request: HttpRequest) -> HttpResponse:
    """The preview of a text, for the part of the form beside it. Saves nothing."""
    meeting = None
    if (pk := _number(request.POST.get("meeting", ""))) > 0:
        meeting = get_object_or_404(Meeting.objects.visible(), pk=pk)
    reading = reading_of(
        request.POST.get("body", "").replace("\0", ""),
        Answers.from_post(request.POST),
        series=_sent_series(request),
        meeting=meeting,
    )
    return render(request, "meetings/_reading.html", {"reading": reading})


def _form_key(request: HttpRequest) -> str:
    return request.POST.get("form_key") or new_form_key()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _sent_series(request: HttpRequest) -> Series | None:
    return Series.objects.filter(pk=_number(request.POST.get("series", ""))).first()


def _wanted_series(slug: str) -> Series | None:
    active = Series.objects.filter(is_active=True)
    return active.filter(slug=slug.replace("\0", "")).first() or most_recent(active)
