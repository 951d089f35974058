"""What hangs on one person and must not be left to nobody: listed, and handed on row by row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Deal, VoiceTheme
from kb.articles.models import Answer, Article
from kb.communities import services as communities
from kb.communities.models import Community
from kb.foundation.ledger import Ledger
from kb.meetings.models import Meeting
from kb.portal.lines import BODY
from kb.portal.models import WantedArticle
from kb.todos.models import ActionItem
from people.models import Department, Person, Responsibility, TopicSteward


@dataclass(frozen=True)
class Heir:
    """Who takes a group of things: a colleague, or nobody, and then the department.

    ``head`` leads the department, for things that need a person.
    """

    person: Person | None
    department: Department | None
    head: Person | None


@dataclass(frozen=True)
class Kind:
    """One kind of things: how to find those of a person, and how to hand one on.

    ``left`` says in words what becomes of them without a successor.
    """

    key: str
    label: Any
    left: Any
    rows: Callable[[Person], QuerySet[Any]]
    hand: Callable[[Ledger, Any, Person, Heir], Any]


@dataclass(frozen=True)
class Group:
    """The things of one kind that hang on a person; never empty."""

    kind: Kind
    rows: Sequence[Any]


def belongings_of(person: Person) -> list[Group]:
    """Everything that hangs on the person, by kind; kinds without anything are left out."""
    groups = [Group(kind, list(kind.rows(person))) for kind in KINDS]
    return [group for group in groups if group.rows]


def _owned(person: Person) -> QuerySet[Article]:
    return Article.objects.visible().filter(owner=person).defer(*BODY).order_by("kind", "title")


def _waiting_questions(person: Person) -> QuerySet[Article]:
    accepted = Answer.objects.filter(
        question=OuterRef("pk"), is_accepted=True, deleted_at__isnull=True
    )
    return _owned(person).filter(~Exists(accepted), kind=Article.Kind.QUESTION)


def _articles(person: Person) -> QuerySet[Article]:
    return _owned(person).exclude(pk__in=_waiting_questions(person).order_by().values("pk"))


def _hand_article(ledger: Ledger, article: Article, _from: Person, heir: Heir) -> None:
    department = article.department or heir.department
    ledger.change(article, owner=heir.person, department=department)


def _todos(person: Person) -> QuerySet[ActionItem]:
    return ActionItem.objects.open().filter(person=person).by_due_date()


def _hand_todo(ledger: Ledger, todo: ActionItem, _from: Person, heir: Heir) -> None:
    ledger.change(todo, person=heir.person or heir.head)


def _customers(person: Person) -> QuerySet[Customer]:
    mine = Q(sales_owner=person) | Q(success_owner=person)
    return Customer.objects.visible().filter(mine, merged_into=None).order_by("yomi", "name")


def _hand_customer(ledger: Ledger, customer: Customer, giver: Person, heir: Heir) -> None:
    for name in ("sales_owner", "success_owner"):
        if getattr(customer, name) == giver:
            ledger.change(customer, **{name: heir.person or heir.head})


def _deals(person: Person) -> QuerySet[Deal]:
    over = (Deal.Phase.WON, Deal.Phase.LOST)
    return Deal.objects.filter(owner=person).exclude(phase__in=over).select_related("customer")


def _hand_deal(ledger: Ledger, deal: Deal, _from: Person, heir: Heir) -> None:
    ledger.change(deal, owner=heir.person or heir.head)


def _chores(person: Person) -> QuerySet[Responsibility]:
    mine = Q(main=person) | Q(sub=person)
    return Responsibility.objects.visible().filter(mine).order_by("name")


def _hand_chore(ledger: Ledger, chore: Responsibility, giver: Person, heir: Heir) -> None:
    """Without a successor the 副担当 steps up."""
    main, sub = chore.main, chore.sub
    if main == giver:
        main, sub = (heir.person, sub) if heir.person else (sub, None)
    if sub == giver:
        sub = heir.person
    if sub == main:
        sub = None
    ledger.change(chore, main=main, sub=sub)


def _stewardships(person: Person) -> QuerySet[TopicSteward]:
    return TopicSteward.objects.filter(person=person).select_related("topic")


def _hand_stewardship(ledger: Ledger, stewardship: TopicSteward, _from: Person, heir: Heir) -> None:
    person, topic = heir.person, stewardship.topic
    is_there = person and TopicSteward.objects.filter(person=person, topic=topic).exists()
    if person is None or is_there:
        stewardship.delete()
    else:
        ledger.change(stewardship, person=person)


def _communities(person: Person) -> QuerySet[Community]:
    return Community.objects.active().filter(facilitator=person).order_by("title")


def _hand_community(ledger: Ledger, community: Community, _from: Person, heir: Heir) -> None:
    if heir.person is not None:
        communities.join(community, by=heir.person)
    ledger.change(community, facilitator=heir.person)


def _themes(person: Person) -> QuerySet[VoiceTheme]:
    return VoiceTheme.objects.visible().filter(owner=person).order_by("title")


def _hand_theme(ledger: Ledger, theme: VoiceTheme, _from: Person, heir: Heir) -> None:
    department = theme.owner_department or heir.department
    ledger.change(theme, owner=heir.person, owner_department=department)


def _wishes(person: Person) -> QuerySet[WantedArticle]:
    return WantedArticle.objects.filter(taken_by=person, state=WantedArticle.State.TAKEN)


def _hand_wish(ledger: Ledger, wish: WantedArticle, _from: Person, heir: Heir) -> None:
    state = WantedArticle.State.TAKEN if heir.person else WantedArticle.State.OPEN
    ledger.change(wish, taken_by=heir.person, state=state)


def _meetings(person: Person) -> QuerySet[Meeting]:
    mine = Q(chair=person) | Q(scribe=person)
    return (
        Meeting.objects.visible()
        .filter(mine, held_at__gt=timezone.now())
        .select_related("series")
        .order_by("held_at")
    )


def _hand_meeting(ledger: Ledger, meeting: Meeting, giver: Person, heir: Heir) -> None:
    for name in ("chair", "scribe"):
        if getattr(meeting, name) == giver:
            ledger.change(meeting, **{name: heir.person})


def _departments(person: Person) -> QuerySet[Department]:
    return Department.objects.visible().filter(head=person)


def _hand_department(ledger: Ledger, department: Department, _from: Person, heir: Heir) -> None:
    ledger.change(department, head=heir.person)


_TO_HEAD = _("部署の責任者が引き継ぎます。いなければ、担当者なしになります。")
_TO_DEPARTMENT = _("部署の担当になります。")
_TO_NOBODY = _("担当者なしになります。")

KINDS: tuple[Kind, ...] = (
    Kind("customers", _("お客さま"), _TO_HEAD, _customers, _hand_customer),
    Kind("deals", _("進行中の商談"), _TO_HEAD, _deals, _hand_deal),
    Kind("todos", _("終わっていないToDo"), _TO_HEAD, _todos, _hand_todo),
    Kind("questions", _("答えを待っている質問"), _TO_DEPARTMENT, _waiting_questions, _hand_article),
    Kind(
        "chores",
        _("担当業務"),
        _("副担当が主担当になります。副担当がいなければ、担当者なしになります。"),
        _chores,
        _hand_chore,
    ),
    Kind("departments", _("責任者をしている部署"), _TO_NOBODY, _departments, _hand_department),
    Kind("articles", _("担当している記事"), _TO_DEPARTMENT, _articles, _hand_article),
    Kind("themes", _("担当している要望テーマ"), _TO_DEPARTMENT, _themes, _hand_theme),
    Kind("stewardships", _("世話役をしているテーマ"), _TO_NOBODY, _stewardships, _hand_stewardship),
    Kind(
        "communities", _("進行役をしているコミュニティ"), _TO_NOBODY, _communities, _hand_community
    ),
    Kind("meetings", _("これからの会議の進行と書記"), _TO_NOBODY, _meetings, _hand_meeting),
    Kind(
        "wishes",
        _("書くと言った「書いてほしい」"),
        _("ほかの書く人を待ちます。"),
        _wishes,
        _hand_wish,
    ),
)
