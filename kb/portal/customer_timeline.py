"""The timeline of one customer: touches, meetings, articles and files of all departments as one.

One union gives the lines of a page with everything they show; what mentions the customer is found
by the index and checked in the same query.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Touch, Voice
from kb.articles.models import Article
from kb.files.models import Attachment
from kb.meetings.models import AgendaItem, Meeting
from kb.search.indexing import backend
from kb.search.query import SearchQuery, SearchUnavailable
from kb.text.companies import bare_company_name
from people.models import Membership

ENTRIES_PER_PAGE = 20
PAGES_MAX = 1000
SLUG_LENGTH_MAX = 100
MENTIONS_MAX = 60
NAMES_MAX = 4
# Shorter names stand in too many other words.
NAME_LENGTH_MIN = 2
KINDS = {
    "touch": _("対応記録"),
    "voice": _("声だけ"),
    "meeting": _("会議"),
    "article": _("記事"),
    "file": _("ファイル"),
}
_ARTICLES = frozenset({"manual", "question", "rule", "note", "book_note", "minutes"})
_MENTIONING = _ARTICLES | {"meeting"}
_COLUMNS = ("row_kind", "row_pk", "at", "row_person", "row_title", "row_text", "row_how")


@dataclass(frozen=True)
class TimelineFilter:
    """What of the timeline is shown; everything without a choice."""

    kind: str = ""
    department: str = ""
    person_id: int | None = None
    page: int = 1

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return bool(self.kind or self.department or self.person_id)


@dataclass(frozen=True)
class Entry:
    """One line of the timeline as the database gives it."""

    kind: str
    pk: int
    at: dt.datetime
    person_id: int | None
    title: str
    text: str
    how: str


@dataclass(frozen=True)
class TimelinePage:
    """The entries of one page, newest first; ``is_partial`` when the index could not answer."""

    entries: Sequence[Entry]
    number: int
    has_next: bool
    is_partial: bool = False

    @property
    def previous(self) -> int | None:
        """The page before, None on the first."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The page after, None on the last."""
        return self.number + 1 if self.has_next else None


@dataclass(frozen=True)
class Mentions:
    """Articles and meetings that may name the customer, and the names looked for."""

    names: Sequence[str]
    articles: Sequence[int] = ()
    meetings: Sequence[int] = ()
    is_partial: bool = False


def timeline_page(customer: Customer, names: Sequence[str], chosen: TimelineFilter) -> TimelinePage:
    """One page of the timeline, in one query. ``names`` are those the customer has and had."""
    mentions = _mentions(names) if chosen.kind in ("", "meeting", "article") else Mentions(names)
    parts = _parts(customer, mentions, chosen)
    rows: Any = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    start = (chosen.page - 1) * ENTRIES_PER_PAGE
    found = list(rows.order_by("-at", "-row_pk")[start : start + ENTRIES_PER_PAGE + 1])
    return TimelinePage(
        entries=[Entry(*row) for row in found[:ENTRIES_PER_PAGE]],
        number=chosen.page,
        has_next=len(found) > ENTRIES_PER_PAGE,
        is_partial=mentions.is_partial,
    )


def _mentions(names: Sequence[str]) -> Mentions:
    bare = [name for name in map(bare_company_name, names) if len(name) >= NAME_LENGTH_MIN]
    wanted = list(dict.fromkeys(bare))[:NAMES_MAX]
    articles: list[int] = []
    meetings: list[int] = []
    try:
        for name in wanted:
            quoted = '"{}"'.format(name.replace('"', " "))
            query = SearchQuery(text=quoted, kinds=_MENTIONING)
            for hit in backend().find(query, limit=MENTIONS_MAX).hits:
                number = int(hit.key.rpartition(".")[2])
                (meetings if hit.kind == "meeting" else articles).append(number)
    except SearchUnavailable:
        return Mentions(wanted, is_partial=True)
    return Mentions(wanted, articles, meetings)


def _parts(customer: Customer, mentions: Mentions, chosen: TimelineFilter) -> list[QuerySet[Any]]:
    parts: list[QuerySet[Any]] = []
    if chosen.kind in ("", "touch", "voice"):
        parts.append(_touches(customer, chosen))
    if chosen.kind in ("", "file"):
        parts.append(_files(customer, chosen))
    # What nothing mentions needs no part of the union, but a page that asks for it does.
    if mentions.articles or chosen.kind == "article":
        parts.append(_articles(mentions, chosen))
    if mentions.meetings or chosen.kind == "meeting":
        parts.append(_meetings(mentions, chosen))
    if chosen.kind == "article":
        return parts[:1]
    return parts[-1:] if chosen.kind == "meeting" else parts


def _touches(customer: Customer, chosen: TimelineFilter) -> QuerySet[Any]:
    touches: QuerySet[Any] = Touch.objects.filter(customer=customer, deleted_at__isnull=True)
    if chosen.kind == "voice":
        touches = touches.filter(Exists(Voice.objects.filter(touch=OuterRef("pk"))))
    touches = _of_people(touches, "author", chosen)
    return _row(touches, "touch", at="happened_at", person="author_id", text="text", how="channel")


def _files(customer: Customer, chosen: TimelineFilter) -> QuerySet[Any]:
    own = Q(content_type=ContentType.objects.get_for_model(Customer), object_id=customer.pk)
    touches = customer.touches.filter(deleted_at__isnull=True).order_by().values("pk")
    told = Q(content_type=ContentType.objects.get_for_model(Touch), object_id__in=touches)
    files: QuerySet[Any] = Attachment.objects.filter(own | told, deleted_at__isnull=True)
    files = _of_people(files, "uploaded_by", chosen)
    return _row(files, "file", at="created_at", person="uploaded_by_id", title="name", how="key")


def _articles(mentions: Mentions, chosen: TimelineFilter) -> QuerySet[Any]:
    said = _says(mentions.names, "title", "body")
    articles: QuerySet[Any] = Article.objects.published().filter(said, pk__in=mentions.articles)
    articles = _of_people(articles, "author", chosen)
    return _row(articles, "article", at="updated_at", person="author_id", title="title", how="kind")


def _meetings(mentions: Mentions, chosen: TimelineFilter) -> QuerySet[Any]:
    agenda = AgendaItem.objects.filter(
        _says(mentions.names, "title", "gist", "minutes"), meeting=OuterRef("pk")
    )
    said = _says(mentions.names, "title", "body") | Exists(agenda)
    meetings: QuerySet[Any] = Meeting.objects.visible().filter(said, pk__in=mentions.meetings)
    meetings = _of_people(meetings, "scribe", chosen).annotate(
        series_name=F("series__name"), numbered=Cast("number", TextField())
    )
    return _row(
        meetings, "meeting", at="held_at", person="scribe_id", title="title", text="series_name",
        how="numbered",
    )  # fmt: skip


def _says(names: Sequence[str], *fields: str) -> Q:
    said = Q(pk__in=[])
    for name in names:
        for field in fields:
            said |= Q(**{f"{field}__icontains": name})
    return said


def _of_people(rows: QuerySet[Any], field: str, chosen: TimelineFilter) -> QuerySet[Any]:
    if chosen.department:
        members = Membership.objects.current().filter(department__slug=chosen.department)
        rows = rows.filter(**{f"{field}_id__in": members.values("person_id")})
    if chosen.person_id is not None:
        rows = rows.filter(**{f"{field}_id": chosen.person_id})
    return rows


def _row(rows: QuerySet[Any], kind: str, **columns: str) -> QuerySet[Any]:
    """The columns of the union; what a kind does not have is empty."""
    text = {
        f"row_{name}": Cast(columns[name], TextField()) if name in columns else _EMPTY
        for name in ("title", "text", "how")
    }
    own: dict[str, Any] = {
        "row_kind": Value(kind, output_field=CharField()),
        "row_pk": F("pk"),
        "row_person": F(columns["person"]),
        **text,
    }
    if columns["at"] != "at":
        own["at"] = F(columns["at"])
    shown: QuerySet[Any] = rows.order_by().annotate(**own).values_list(*_COLUMNS)
    return shown


_EMPTY = Value("", output_field=TextField())


def read_filter(query: Mapping[str, str]) -> TimelineFilter:
    """The filter of an address; what makes no sense there is left out."""
    kind = query.get("kind", "")
    return TimelineFilter(
        kind=kind if kind in KINDS else "",
        department=query.get("department", "").replace("\0", "")[:SLUG_LENGTH_MAX],
        person_id=_number(query.get("person", ""), most=10**15),
        page=_number(query.get("page", ""), most=PAGES_MAX) or 1,
    )


def _number(text: str, *, most: int) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    return min(int(text), most) or None
