"""今日やること: what waits for one person, in the order in which it is due."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, Touch, VoiceThemeReply
from kb.articles.models import Article
from kb.articles.review_rounds import reviews_for
from kb.articles.services.deciding import suggestions_for
from kb.communities.models import Community
from kb.engagement.models import Confirmation
from kb.foundation.prepared import PreparedFor
from kb.meetings.models import Decision, Meeting
from kb.portal.care import customers_to_care_for
from kb.portal.questions import OpenQuestions
from kb.todos.models import ActionItem
from people.models import Person

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Choice:
    """Another answer to a task; ``is_post``: it acts at once."""

    label: str
    url: str
    is_post: bool = False


@dataclass(frozen=True)
class Task:
    """One thing that waits. ``check_url`` is POSTed to say it is done; ``act_url`` by its button.

    ``write_url`` is where a contact with the customer is recorded, ``others`` what else may be
    answered.
    """

    title: str
    url: str
    sub: str
    icon: str = ""
    due_on: dt.date | None = None
    asked_at: dt.datetime | None = None
    check_url: str = ""
    act_url: str = ""
    act_label: str = ""
    write_url: str = ""
    others: Sequence[Choice] = ()


@dataclass(frozen=True)
class Today:
    """The tasks of today, and those of the coming week (which include them)."""

    tasks: Sequence[Task]
    week: Sequence[Task]


def today_of(person: Person, questions: OpenQuestions) -> Today:
    """What waits for the person, with the open questions asked of and by this person."""
    today = timezone.localdate()
    items = _action_items(person, today + WEEK)
    now_due = [task for task in items if task.due_on is None or task.due_on <= today]
    rest = [
        *_care(person, today),
        *_confirmations(person),
        *_questions(questions.to_me),
        *_answered(questions.answered),
        *_suggestions(person),
        *_reviews(person, today),
    ]
    return Today(tasks=[*now_due, *rest], week=[*items, *rest])


_open_items = PreparedFor(
    lambda given: (
        ActionItem.objects.open()
        .filter(Q(due_on__lte=given.one("until")) | Q(due_on=None), person=given.one("person"))
        .by_due_date()
    )
)


def _action_items(person: Person, until: dt.date) -> list[Task]:
    items = _open_items(person=person.pk, until=until)
    if items:
        _load_origins(items)
    return [_action_task(item) for item in items]


def _load_origins(items: list[ActionItem]) -> None:
    origins = [
        Touch.objects.select_related("customer"),
        Meeting.objects.select_related("series").defer("body", "body_html"),
        Community.objects.all(),
        Decision.objects.all(),
        VoiceThemeReply.objects.select_related("theme"),
    ]
    prefetch_related_objects(items, GenericPrefetch("origin", origins))


def _action_task(item: ActionItem) -> Task:
    origin: Any = item.origin
    if origin is not None and getattr(origin, "deleted_at", None) is not None:
        origin = None
    return Task(
        title=item.text,
        url=origin.get_absolute_url() if origin is not None else item.get_absolute_url(),
        sub=_origin_words(origin),
        due_on=item.due_on,
        check_url=reverse("todo_done", args=[item.pk]),
    )


def _origin_words(origin: Any) -> str:
    if isinstance(origin, Touch):
        return _("次にやること・%(customer)sの%(channel)sから") % {
            "customer": origin.customer.name,
            "channel": origin.get_channel_display(),
        }
    if isinstance(origin, Meeting):
        return _("ToDo・%(meeting)sから") % {"meeting": origin}
    if isinstance(origin, Community):
        return _("ToDo・コミュニティ「%(title)s」から") % {"title": origin.title}
    if isinstance(origin, Decision):
        return _("ToDo・決まったこと「%(title)s」から") % {"title": origin.title}
    if isinstance(origin, VoiceThemeReply):
        return _("お客さまの声「%(theme)s」への返事") % {"theme": origin.theme.title}
    return _("ToDo")


def _care(person: Person, today: dt.date) -> list[Task]:
    """Customers in a bad mood, then those who have not heard of us for long."""
    care = customers_to_care_for(person)
    worried = [
        _customer_task(
            customer,
            _("ようすが「%(mood)s」です") % {"mood": Touch.Mood(customer.last_mood).label},
            icon="warn",
        )
        for customer in care.worried
    ]
    shown = {customer.pk for customer in care.worried}
    silent = [
        _customer_task(customer, _silence(customer.last_touch_at, today), icon="customer")
        for customer in care.silent
        if customer.pk not in shown
    ]
    return worried + silent


def _customer_task(customer: Customer, words: str, *, icon: str) -> Task:
    return Task(
        title=customer.name,
        url=customer.get_absolute_url(),
        sub=words,
        icon=icon,
        write_url=f"{reverse('touch_create')}?customer={customer.pk}",
    )


def _silence(last_at: dt.datetime | None, today: dt.date) -> str:
    if last_at is None:
        return _("まだ一度も対応を記録していません")
    days = (today - timezone.localtime(last_at).date()).days
    return _("%(days)d日、対応の記録がありません") % {"days": days}


_to_confirm = PreparedFor(
    lambda given: (
        Confirmation.objects.waiting()
        .filter(person=given.one("person"))
        .select_related("asked_by")
        .order_by("due_on", "pk")
    )
)


def _confirmations(person: Person) -> list[Task]:
    asked = _to_confirm(person=person.pk)
    prefetch_related_objects(asked, "target")
    return [
        Task(
            title=str(row.target),
            url=row.target.get_absolute_url(),
            sub=_("「読みました」のお願い・%(name)sさんから") % {"name": row.asked_by.name}
            if row.asked_by
            else _("「読みました」のお願い"),
            icon="seal",
            due_on=row.due_on,
            asked_at=row.asked_at,
        )
        for row in asked
        if row.target is not None and getattr(row.target, "deleted_at", None) is None
    ]


def _questions(questions: Sequence[Article]) -> list[Task]:
    return [
        Task(
            title=question.title,
            url=question.get_absolute_url(),
            sub=_asked_words(question),
            icon="question",
            asked_at=question.created_at,
        )
        for question in questions
    ]


def _asked_words(question: Article) -> str:
    words = _("%(name)sさんから、あなたへの質問") % {"name": question.author.name}
    reason = getattr(question, "why_me", None)
    return f"{words}・{reason}" if reason else words


def _answered(questions: Sequence[Any]) -> list[Task]:
    return [
        Task(
            title=_("「%(title)s」に答えがつきました。解決しましたか") % {"title": question.title},
            url=f"{question.get_absolute_url()}#answers",
            sub=_("あなたの質問・答え%(count)d件") % {"count": question.answer_count},
            icon="question",
            asked_at=question.last_answer_at,
        )
        for question in questions
    ]


def _suggestions(person: Person) -> list[Task]:
    return [
        Task(
            title=_("「%(title)s」を直す提案") % {"title": one.article.title},
            url=one.get_absolute_url(),
            sub=_("%(name)sさんから「ここが違う」") % {"name": one.author.name},
            icon="pen",
            asked_at=one.created_at,
        )
        for one in suggestions_for(person)
    ]


def _reviews(person: Person, today: dt.date) -> list[Task]:
    return [_review_task(article) for article in reviews_for(person, today)]


def _review_task(article: Article) -> Task:
    return Task(
        title=_("「%(title)s」は、まだ正しいですか") % {"title": article.title},
        url=article.get_absolute_url(),
        sub=_("見直しの日が来ています"),
        icon="seal",
        act_url=reverse("review_confirm", args=[article.pk]),
        act_label=_("まだ正しい"),
        others=(
            Choice(_("直す"), reverse("article_edit", args=[article.pk])),
            Choice(_("もう使わない"), reverse("article_retire", args=[article.pk]), is_post=True),
            Choice(_("別の人が詳しい"), reverse("review_pass", args=[article.pk])),
        ),
    )
