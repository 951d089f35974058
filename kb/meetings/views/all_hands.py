"""ALL HANDS: setting up the teams' parts, writing one, asking, answering, handing questions on."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.foundation.idempotency import create_once, key_of
from kb.foundation.notices import tell, warn
from kb.meetings import all_hands
from kb.meetings.forms import QuestionForm
from kb.meetings.models import Meeting, Session, SessionQuestion
from kb.meetings.session_form import SessionForm
from kb.meetings.views.items import Placed
from people.acting import acting


@require_POST
def sessions_set_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Give every team a part of its own."""
    meeting = get_object_or_404(Meeting.objects.visible(), pk=pk)
    count = all_hands.set_up_sessions(meeting)
    tell(request, _("%(count)dのチームの発表を用意しました。") % {"count": count})
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a team's part, with what the half year left behind beside it."""
    session = _session(pk)
    findings = all_hands.findings_of(session)
    form = SessionForm(request.POST or None, session=session, findings=findings)
    if request.method == "POST" and form.is_valid():
        form.save()
        tell(request, _("チームの発表を保存しました。"))
        return HttpResponseRedirect(_place(session))
    context = {
        "session": session,
        "form": form,
        "findings": findings,
        "keep_name": f"session-{pk}",
    }
    status = 422 if form.is_bound else 200
    return render(request, "meetings/session_form.html", context, status=status)


@require_POST
def session_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a team, before the ALL HANDS or during it."""
    session = _session(pk)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        warn(request, _("質問を2000字までで書いてください。"))
        return HttpResponseRedirect(_place(session))
    person = acting(request)

    def create() -> Placed:
        asked = all_hands.ask_team(session, form.cleaned_data["text"], by=person)
        return Placed(all_hands.place_of(asked))

    tell(request, _("質問を届けました。"))
    return HttpResponseRedirect(create_once(key_of(request), by=person, create=create))


@require_POST
def session_question_want(request: HttpRequest, pk: int) -> HttpResponse:
    """「私も聞きたい」, and back."""
    question = _question(pk)
    wants = all_hands.toggle_wanted(question, by=acting(request))
    tell(request, _("「私も聞きたい」を伝えました。") if wants else _("取り消しました。"))
    return HttpResponseRedirect(all_hands.place_of(question))


@require_POST
def session_question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question to a team."""
    question = _question(pk)
    form = QuestionForm(request.POST)
    if form.is_valid():
        all_hands.answer_team_question(question, form.cleaned_data["text"], by=acting(request))
        tell(request, _("答えを届けました。"))
    else:
        warn(request, _("答えを2000字までで書いてください。"))
    return HttpResponseRedirect(all_hands.place_of(question))


@require_POST
def questions_hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the unanswered questions those of the teams."""
    meeting = get_object_or_404(Meeting.objects.visible().with_people(), pk=pk)
    count = all_hands.hand_on_unanswered(meeting, by=acting(request))
    tell(request, _("%(count)d件を、チームあての質問にしました。") % {"count": count})
    return redirect(meeting)


def _session(pk: int) -> Session:
    rows = Session.objects.select_related("meeting__series", "department__head", "presenter")
    session: Session = get_object_or_404(rows, pk=pk, meeting__deleted_at__isnull=True)
    return session


def _question(pk: int) -> SessionQuestion:
    rows = SessionQuestion.objects.select_related("session__meeting__series", "asked_by")
    found: SessionQuestion = get_object_or_404(
        rows, pk=pk, session__meeting__deleted_at__isnull=True
    )
    return found


def _place(session: Session) -> str:
    return f"{session.meeting.get_absolute_url()}#session-{session.pk}"
