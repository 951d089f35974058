"""ALL HANDS: the teams' parts, filled from what the half year left behind; 約束と結果; questions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import VoiceTheme
from kb.articles.fields import ArticleFields
from kb.articles.models import Article
from kb.articles.services.writing import create_article
from kb.engagement.models import Thanks
from kb.engagement.notifying import Kind, notify
from kb.meetings.models import Decision, Meeting, Session, SessionQuestion
from kb.text.markdown import clean_source
from people.models import Department, Membership, Person

# The first ALL HANDS looks back this far.
HALF = dt.timedelta(days=183)
SHOWN = 5
TITLE_MAX_CHARACTERS = 120


@dataclass(frozen=True)
class Findings:
    """What the data says of a team's half year, to be taken into its part."""

    since: dt.date
    goals: Sequence[str]
    decisions: Sequence[Decision]
    articles: Sequence[Article]
    voices: Sequence[VoiceTheme]
    newcomers: Sequence[Person]


@transaction.atomic
def set_up_sessions(meeting: Meeting) -> int:
    """A part for every department that has none yet, with its newcomers; returns how many."""
    has_one = meeting.sessions.values_list("department_id", flat=True)
    departments = Department.objects.visible().exclude(pk__in=has_one)
    people = departments.filter(memberships__in=Membership.objects.current()).distinct()
    first = meeting.sessions.count()
    for position, department in enumerate(people.order_by("position", "pk"), first + 1):
        session = Session.objects.create(
            meeting=meeting, department=department, position=position, presenter=department.head
        )
        session.new_colleagues.set(_newcomers(department, since_of(meeting)))
    return len(people) if first == 0 else meeting.sessions.count() - first


def previous_session(session: Session) -> Session | None:
    """The team's part of the ALL HANDS before, None before the first."""
    rows = Session.objects.filter(
        department=session.department,
        meeting__series=session.meeting.series,
        meeting__deleted_at__isnull=True,
        meeting__held_at__lt=session.meeting.held_at,
    )
    found: Session | None = rows.order_by("-meeting__held_at").select_related("meeting").first()
    return found


def promises_of(meeting: Meeting) -> dict[int, tuple[Meeting, list[str]]]:
    """The goals that each department named the last time, by the department's key."""
    rows = Session.objects.filter(
        meeting__series=meeting.series,
        meeting__deleted_at__isnull=True,
        meeting__held_at__lt=meeting.held_at,
    ).exclude(goals="")
    found: dict[int, tuple[Meeting, list[str]]] = {}
    for row in rows.order_by("meeting__held_at").select_related("meeting__series"):
        found[row.department_id] = (row.meeting, lines_of(row.goals))
    return found


def lines_of(text: str) -> list[str]:
    """One sentence a line, without bullets."""
    return [line.lstrip("-・* ").strip() for line in text.splitlines() if line.strip()]


def since_of(meeting: Meeting) -> dt.date:
    """The day of the ALL HANDS before; half a year back before the first."""
    last = Meeting.objects.visible().filter(series=meeting.series, held_at__lt=meeting.held_at)
    held_at = last.aggregate(last=Max("held_at"))["last"]
    return timezone.localdate(held_at) if held_at else timezone.localdate(meeting.held_at) - HALF


def findings_of(session: Session) -> Findings:
    """What the half year left behind for one team."""
    since = since_of(session.meeting)
    until = timezone.localdate(session.meeting.held_at)
    previous = previous_session(session)
    department = session.department
    decisions = Decision.objects.visible().filter(
        departments=department, decided_on__gt=since, decided_on__lte=until
    )
    return Findings(
        since=since,
        goals=lines_of(previous.goals) if previous is not None else [],
        decisions=list(decisions.order_by("decided_on")[: 2 * SHOWN]),
        articles=_helpful_articles(department, since),
        voices=_strong_voices(department, since),
        newcomers=_newcomers(department, since),
    )


def _helpful_articles(department: Department, since: dt.date) -> list[Article]:
    """The department's articles that helped most since then: first those thanked for in words."""
    articles = Article.objects.published().filter(department=department)
    keys = list(articles.values_list("pk", flat=True)[:2000])
    thanks = (
        Thanks.objects.filter(
            content_type__app_label="articles",
            content_type__model="article",
            object_id__in=keys,
            created_at__date__gte=since,
        )
        .values("object_id")
        .annotate(count=Count("pk"), worded=Count("pk", filter=~Q(words="")))
        .order_by("-worded", "-count")[:SHOWN]
    )
    order = [row["object_id"] for row in thanks]
    rows = {a.pk: a for a in articles.filter(pk__in=order).defer("body", "body_html")}
    return [rows[pk] for pk in order if pk in rows]


def _strong_voices(department: Department, since: dt.date) -> list[VoiceTheme]:
    """The themes of this team, or of its customers, that most companies spoke of."""
    heard = Q(voices__touch__deleted_at__isnull=True, voices__created_at__date__gte=since)
    themes = VoiceTheme.objects.visible().filter(
        Q(owner_department=department) | Q(voices__marked_by__memberships__department=department)
    )
    counted = themes.annotate(
        companies=Count("voices__touch__customer", filter=heard, distinct=True)
    )
    return list(counted.filter(companies__gt=0).order_by("-companies", "pk")[:SHOWN])


def _newcomers(department: Department, since: dt.date) -> list[Person]:
    people = Person.objects.visible().in_departments([department]).filter(joined_on__gt=since)
    return list(people.order_by("joined_on", "yomi"))


@transaction.atomic
def ask_team(session: Session, text: str, *, by: Person) -> SessionQuestion:
    """The new question to a team; its presenter or head is told."""
    question = SessionQuestion.objects.create(
        session=session, asked_by=by, text=clean_source(text).strip()
    )
    reached = session.presenter or session.department.head
    name, department = by.name, str(session.department)

    def words() -> str:
        return _("%(name)sさんから%(department)sへの質問：%(text)s") % {
            "name": name,
            "department": department,
            "text": question.text[:120],
        }

    notify([reached], Kind.QUESTION, words, url=place_of(question), by=by)
    return question


def toggle_wanted(question: SessionQuestion, *, by: Person) -> bool:
    """「私も聞きたい」 given, or taken back; returns whether it stands now."""
    if question.wanted_by.filter(pk=by.pk).exists():
        question.wanted_by.remove(by)
        return False
    question.wanted_by.add(by)
    return True


@transaction.atomic
def answer_team_question(question: SessionQuestion, text: str, *, by: Person) -> SessionQuestion:
    """The question with its answer; whoever asked or wanted to hear it is told."""
    question.answer, question.answered_by = clean_source(text).strip(), by
    question.save(update_fields=["answer", "answered_by"])
    short, name = question.text[:80], by.name

    def words() -> str:
        return _("%(name)sさんが「%(text)s」に答えました。") % {"name": name, "text": short}

    listeners = [question.asked_by, *question.wanted_by.all()]
    notify(listeners, Kind.ANSWER, words, url=place_of(question), by=by)
    return question


def unanswered(meeting: Meeting) -> list[SessionQuestion]:
    """Questions that got no answer in the meeting and were not handed on yet."""
    rows = SessionQuestion.objects.filter(session__meeting=meeting, answer="", article=None)
    return list(rows.select_related("session__department", "session__presenter", "asked_by"))


@transaction.atomic
def hand_on_unanswered(meeting: Meeting, *, by: Person) -> int:
    """Makes each unanswered question a question owned by its team; returns how many."""
    questions = unanswered(meeting)
    for question in questions:
        department = question.session.department
        owner = question.session.presenter or department.head or by
        first = question.text.splitlines()[0][:TITLE_MAX_CHARACTERS]
        body = _("%(text)s\n\n%(meeting)sで、%(department)sへの質問として出ました。") % {
            "text": question.text,
            "meeting": meeting,
            "department": department,
        }
        question.article = create_article(
            by=question.asked_by if question.asked_by and question.asked_by.is_active else by,
            kind=Article.Kind.QUESTION,
            title=first,
            body=body,
            fields=ArticleFields(owner=owner, department=department),
        )
        question.save(update_fields=["article"])
        _tell_owner(question, owner, by)
    return len(questions)


def _tell_owner(question: SessionQuestion, owner: Person, by: Person) -> None:
    def words() -> str:
        return _("答えの出なかった質問「%(text)s」が、あなたのチームの質問になりました。") % {
            "text": question.text[:120]
        }

    article = question.article
    if article is not None:
        notify([owner], Kind.QUESTION, words, url=article.get_absolute_url(), by=by)


def place_of(question: SessionQuestion) -> str:
    """Where the question stands on the page of its ALL HANDS."""
    return f"{question.session.meeting.get_absolute_url()}#team-question-{question.pk}"
