"""Hits read from the database: what a result line shows of each kind, in one query per model.

What is gone, in the bin or not to be seen is simply not among the answers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.foundation.addresses import address_of
from kb.foundation.prepared import Prepared, PreparedRecords
from kb.meetings.models import Decision, Meeting
from kb.search import article_rows
from kb.search.badges import (
    Badge,
    article_badges,
    community_badges,
    decision_badges,
    meeting_badges,
    person_badges,
    touch_badges,
    voice_theme_badges,
)
from kb.search.presence import ids_by_label
from kb.search.query import Fact
from kb.topics.models import Topic
from people.models import Department, Person, Responsibility


@dataclass(frozen=True)
class Successor:
    """What holds instead of a replaced decision."""

    title: str
    url: str
    day: date | None


@dataclass(eq=False)
class Record:
    """One record as a result line shows it, before its words are marked; nobody changes it.

    Not frozen, which would make its price twice as high: a search reads a hundred to show twenty.
    """

    key: str
    kind: str
    id: int
    title: str
    instance: Any
    moment: datetime | date | None = None
    date_label: str = ""
    state: str = ""
    source_path: str = ""
    person_id: int | None = None
    department: Department | None = None
    source: Fact | None = None
    badges_of: Callable[[Any], Iterable[Badge]] | None = None
    notes: tuple[str, ...] = ()
    group: str = ""
    successor: Successor | None = None

    @cached_property
    def day(self) -> date | None:
        """Its day here."""
        moment = self.moment
        return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment

    @cached_property
    def url(self) -> str:
        """Where the record is read."""
        return str(self.instance.get_absolute_url())

    @cached_property
    def badges(self) -> tuple[Badge, ...]:
        """Its states; made when they are shown, which most hits of a search never are."""
        return tuple(self.badges_of(self.instance)) if self.badges_of is not None else ()

    @property
    def is_old(self) -> bool:
        """Whether the record no longer holds."""
        return self.successor is not None or self.state in ("retired", "abolished", "revised")


def _key(instance: Any) -> str:
    return f"{instance._meta.label_lower}.{instance.pk}"


def _article(values: tuple[Any, ...]) -> Record:
    article = article_rows.ArticleRow(*values)
    return Record(
        f"articles.article.{article.pk}",
        article.kind,
        article.pk,
        article.title,
        article,
        moment=article.updated_at,
        date_label=_("更新"),
        state=article.status,
        source_path=article.source_path or "",
        person_id=article.owner_id or article.author_id,
        department=article.department,
        badges_of=article_badges,
    )


def _book(book: Book) -> Record:
    notes = (book.author,) if book.author else ()
    return Record(_key(book), "book", book.pk, book.title, book, notes=notes)


def _meeting(meeting: Meeting) -> Record:
    return Record(
        _key(meeting),
        "meeting",
        meeting.pk,
        str(meeting),
        meeting,
        moment=meeting.held_at,
        state=meeting.state,
        person_id=meeting.chair_id,
        badges_of=meeting_badges,
    )


def _decision(decision: Any) -> Record:
    meeting = decision.meeting
    successor = None
    if decision.next_id is not None:
        url = address_of("decision_detail", decision.next_id)
        successor = Successor(decision.next_title, url, decision.next_day)
    return Record(
        _key(decision),
        "decision",
        decision.pk,
        decision.title,
        decision,
        moment=decision.valid_from or decision.decided_on,
        date_label=_("決定"),
        state=decision.state,
        person_id=None if meeting else decision.proposed_by_id,
        source=Fact("meeting", str(meeting), meeting.pk) if meeting else None,
        badges_of=decision_badges,
        successor=successor,
    )


def _customer(customer: Customer) -> Record:
    notes = tuple(text for text in (customer.industry, customer.products) if text)
    return Record(
        _key(customer),
        "customer",
        customer.pk,
        customer.name,
        customer,
        person_id=customer.success_owner_id or customer.sales_owner_id,
        notes=notes,
    )


def _touch(touch: Any) -> Record:
    return Record(
        _key(touch),
        "touch",
        touch.pk,
        str(touch),
        touch,
        moment=touch.happened_at,
        state=touch.mood,
        source_path=touch.source_path or "",
        person_id=touch.author_id,
        badges_of=touch_badges,
        group=f"customer:{touch.customer_id}",
    )


def _voice_theme(theme: Any) -> Record:
    counts = _("%(companies)d社から%(voices)d件") % {
        "companies": theme.company_count,
        "voices": theme.voice_count,
    }
    return Record(
        _key(theme),
        "voice_theme",
        theme.pk,
        theme.title,
        theme,
        moment=theme.updated_at,
        date_label=_("最新"),
        state=theme.status,
        person_id=theme.owner_id,
        department=theme.owner_department,
        badges_of=voice_theme_badges,
        notes=(counts,) if theme.voice_count else (),
    )


def _person(person: Person) -> Record:
    notes = (person.yomi,) if person.yomi else ()
    # Only there when the person was read with departments; a line alone does without.
    memberships = getattr(person, "current_memberships", ())
    return Record(
        _key(person),
        "person",
        person.pk,
        person.name,
        person,
        department=memberships[0].department if memberships else None,
        badges_of=person_badges,
        notes=notes,
    )


def _department(department: Department) -> Record:
    return Record(
        _key(department),
        "department",
        department.pk,
        department.name,
        department,
    )


def _responsibility(chore: Responsibility) -> Record:
    return Record(
        _key(chore),
        "responsibility",
        chore.pk,
        chore.name,
        chore,
        # A leaver answers no more: the second in charge does, else the department beside it.
        person_id=next((p.pk for p in (chore.main, chore.sub) if p and _is_here(p)), None),
        department=chore.department,
    )


def _topic(topic: Topic) -> Record:
    return Record(_key(topic), "topic", topic.pk, topic.name, topic)


def _community(community: Any) -> Record:
    return Record(
        _key(community),
        "community",
        community.pk,
        community.title,
        community,
        moment=community.updated_at,
        date_label=_("更新"),
        state=community.state,
        person_id=community.started_by_id,
        badges_of=community_badges,
        notes=(_("%(count)d人が参加") % {"count": community.member_count},)
        if community.member_count
        else (),
    )


def _articles() -> Any:
    return Article.objects.visible().values_list(*article_rows.COLUMNS)


def _decisions() -> Any:
    after = (
        Decision.objects.visible().filter(supersedes=OuterRef("pk")).order_by("-decided_on", "-pk")
    )
    return (
        Decision.objects.visible()
        .select_related("meeting__series")
        .defer("meeting__body", "meeting__body_html")
        .annotate(
            next_id=Subquery(after.values("pk")[:1]),
            next_title=Subquery(after.values("title")[:1]),
            next_day=Subquery(after.values("decided_on")[:1]),
        )
    )


def _voice_themes() -> Any:
    seen = Q(
        voices__touch__deleted_at__isnull=True, voices__touch__customer__deleted_at__isnull=True
    )
    return (
        VoiceTheme.objects.visible()
        .select_related("owner_department")
        .annotate(
            voice_count=Count("voices", filter=seen, distinct=True),
            company_count=Count("voices__touch__customer", filter=seen, distinct=True),
        )
    )


def _communities() -> Any:
    joined = Q(members__kind__in=("joined", "listening"))
    return Community.objects.visible().annotate(member_count=Count("members", filter=joined))


@dataclass(frozen=True)
class _Reader:
    """How records of a model are read and turned into lines."""

    rows: Callable[[], Any]
    show: Callable[[Any], Record]


READERS: dict[str, _Reader] = {
    "articles.article": _Reader(_articles, _article),
    "articles.book": _Reader(Book.objects.visible, _book),
    "meetings.meeting": _Reader(
        lambda: Meeting.objects.visible().select_related("series").defer("body", "body_html"),
        _meeting,
    ),
    "meetings.decision": _Reader(_decisions, _decision),
    "customers.customer": _Reader(Customer.objects.visible, _customer),
    "customers.touch": _Reader(
        lambda: (
            Touch.objects.visible()
            .select_related("customer")
            .defer("text")
            .annotate(voice_count=Count("voices"))
        ),
        _touch,
    ),
    "customers.voicetheme": _Reader(_voice_themes, _voice_theme),
    "people.person": _Reader(lambda: Person.objects.visible().defer("password"), _person),
    "people.department": _Reader(Department.objects.visible, _department),
    "people.responsibility": _Reader(
        lambda: Responsibility.objects.visible().select_related("department", "main", "sub"),
        _responsibility,
    ),
    "topics.topic": _Reader(Topic.objects.visible, _topic),
    "communities.community": _Reader(_communities, _community),
}


def _by_ids(reader: _Reader) -> Prepared:
    """The reader's rows of some ids. Articles come as plain rows, all else as records."""
    kind = Prepared if reader.rows is _articles else PreparedRecords
    return kind(lambda ids: reader.rows().filter(pk__in=ids).order_by())


_BY_IDS = {label: _by_ids(reader) for label, reader in READERS.items()}


def read(keys: Iterable[str], *, but: str = "") -> dict[str, Record]:
    """The records behind the keys that exist and may be seen, one query per model.

    ``but`` names a model that the caller reads itself.
    """
    found: dict[str, Record] = {}
    for label, ids in ids_by_label(keys, READERS).items():
        if label != but:
            records = map(READERS[label].show, _BY_IDS[label](ids))
            found |= {record.key: record for record in records}
    return found


def people_records(people: Iterable[Person]) -> dict[str, Record]:
    """Records of people that are loaded already; leavers are none."""
    return {record.key: record for record in map(_person, filter(_is_here, people))}


def _is_here(person: Person) -> bool:
    return person.is_active or (person.is_imported and person.left_on is None)


def in_order(keys: Sequence[str], found: dict[str, Record]) -> list[Record]:
    """Those of the keys that were found, in their order."""
    return [found[key] for key in keys if key in found]
