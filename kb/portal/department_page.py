"""A department's page, gathered: what it does, who does it, and what waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import VoiceTheme
from kb.articles.models import Article
from kb.communities.models import Community
from kb.meetings.lineage import with_successors
from kb.meetings.models import Decision
from kb.portal import callings
from kb.portal.directory import Entry, below, entries, with_reasons
from kb.portal.knowhow import SoleKnower, sole_knowers
from kb.portal.lines import BODY
from kb.portal.models import WantedArticle
from kb.portal.questions import WaitingQuestion, questions_for
from people.chores import leads, may_tend
from people.models import Department, DepartmentChange, Person, Responsibility
from people.querysets import attach_departments

MEMBERS_MAX = 60
SHELF_MAX = 60
LIST_MAX = 5


@dataclass(frozen=True)
class ShelfItem:
    """A manual on the shelf with its state in words."""

    article: Article
    badge: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Shelf:
    """The manuals of a department by how far they can be trusted, and what is still missing."""

    official: Sequence[ShelfItem]
    reference: Sequence[ShelfItem]
    overdue: Sequence[ShelfItem]
    wanted: Sequence[WantedArticle]

    def __bool__(self) -> bool:
        return bool(self.official or self.reference or self.overdue or self.wanted)


@dataclass(frozen=True)
class DepartmentPage:
    """Everything on the page, loaded. ``sole_knowers`` is filled for its leaders alone."""

    department: Department
    is_closed: bool
    ancestors: Sequence[Department]
    children: Sequence[Department]
    chores: Sequence[Responsibility]
    members: Sequence[Entry]
    member_count: int
    shelf: Shelf
    questions: Sequence[WaitingQuestion]
    decisions: Sequence[Decision]
    voice_themes: Sequence[VoiceTheme]
    communities: Sequence[callings.Calling]
    sole_knowers: Sequence[SoleKnower]
    history: Sequence[DepartmentChange]
    became: DepartmentChange | None
    may_tend: bool


def department_page(department: Department, *, reader: Person) -> DepartmentPage:
    """The page as the reader may see it."""
    ids = below(department)
    members = Person.objects.visible().in_departments(ids).in_reading_order()
    shown = list(with_reasons(members)[:MEMBERS_MAX])
    shown.sort(key=lambda person: person.pk != department.head_id)
    chores = list(
        Responsibility.objects.visible().filter(department__in=ids).with_people().order_by("name")
    )
    questions = questions_for(department, limit=LIST_MAX)
    communities = callings.load(_communities(shown))
    attach_departments(
        [
            *(person for chore in chores for person in (chore.main, chore.sub)),
            *(waiting.question.author for waiting in questions),
            *callings.faces(communities),
            department.head,
        ]
    )
    history = _history(department)
    is_closed = department.closed_on is not None and department.closed_on <= timezone.localdate()
    return DepartmentPage(
        department=department,
        is_closed=is_closed,
        ancestors=_ancestors(department),
        children=list(department.children.visible().select_related("head")),
        chores=chores,
        members=entries(shown),
        member_count=members.count(),
        shelf=_shelf(department, ids),
        questions=questions,
        decisions=_decisions(ids),
        voice_themes=_voice_themes(ids),
        communities=callings.with_members(communities),
        sole_knowers=sole_knowers(shown) if leads(department, reader) else (),
        history=history,
        became=_became(department, history) if is_closed else None,
        may_tend=not is_closed and may_tend(department, reader),
    )


def _history(department: Department) -> list[DepartmentChange]:
    """What became of the department, and what came to it: the latest first."""
    concerned = Q(department=department) | Q(successor=department)
    changes = DepartmentChange.objects.done().filter(concerned)
    return list(changes.select_related("department", "successor")[:LIST_MAX])


def _became(department: Department, history: Sequence[DepartmentChange]) -> DepartmentChange | None:
    """The step that closed it, with the successor as it is called today."""
    ends = (DepartmentChange.Kind.MERGE, DepartmentChange.Kind.CLOSE)
    return next((c for c in history if c.kind in ends and c.department == department), None)


def _ancestors(department: Department) -> list[Department]:
    """From the top to the one above; a circle is left at its first repetition."""
    found: list[Department] = []
    above = department.parent
    while above is not None and above.pk != department.pk and above not in found:
        found.insert(0, above)
        above = above.parent
    return found


def _shelf(department: Department, ids: Sequence[int]) -> Shelf:
    today = timezone.localdate()
    manuals = (
        Article.objects.published()
        .of_kind(Article.Kind.MANUAL)
        .filter(department__in=ids)
        .select_related("manual")
        .defer(*BODY)
        .order_by("title")[:SHELF_MAX]
    )
    official: list[ShelfItem] = []
    reference: list[ShelfItem] = []
    overdue: list[ShelfItem] = []
    for article in manuals:
        if article.review_due_on is not None and article.review_due_on < today:
            days = (today - article.review_due_on).days
            words = _("確認の期限が%(days)d日過ぎています") % {"days": days}
            overdue.append(ShelfItem(article, words, "warn", "warn"))
        elif getattr(getattr(article, "manual", None), "is_official", False):
            official.append(ShelfItem(article, _("公式"), "ok", "seal"))
        else:
            reference.append(ShelfItem(article, _("参考"), "", ""))
    wanted = WantedArticle.objects.filter(
        department__in=ids, state__in=(WantedArticle.State.OPEN, WantedArticle.State.TAKEN)
    ).select_related("taken_by")[:LIST_MAX]
    return Shelf(official, reference, overdue, list(wanted))


def _decisions(ids: Sequence[int]) -> list[Decision]:
    decisions = (
        Decision.objects.valid()
        .filter(departments__in=ids)
        .select_related("meeting__series")
        .order_by("-decided_on", "-pk")
        .distinct()[:LIST_MAX]
    )
    return with_successors(list(decisions))


def _voice_themes(ids: Sequence[int]) -> list[VoiceTheme]:
    return list(
        VoiceTheme.objects.visible()
        .filter(owner_department__in=ids)
        .prefetch_related("voices__touch__customer")
        .order_by("-updated_at")[:LIST_MAX]
    )


def _communities(members: Sequence[Person]) -> QuerySet[Community]:
    return (
        Community.objects.active()
        .filter(Q(members__person__in=members, members__kind__in=callings.IN))
        .order_by("-updated_at")
        .distinct()[:LIST_MAX]
    )
