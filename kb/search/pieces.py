"""Hits as the panel くわしい人 needs them: titles and addresses of all kinds.

A search reads those of its hits whole that it shows. Of the hundred documents that speak for people only the
names are needed, and they are remembered for as long as a record is not indexed anew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import get_language

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.experts.reasons import NamedRecord
from kb.foundation.addresses import address_of
from kb.foundation.kept import Kept, Place
from kb.foundation.prepared import PreparedUnion
from kb.meetings.models import Decision, Meeting, Series
from kb.search.depth import name_pairs
from kb.search.kinds import KINDS
from kb.search.presence import ids_by_label
from kb.topics.models import Topic
from people.models import Department, Responsibility

_COLUMNS = ("shown", "detail", "sort", "number_", "department_")


class PieceRecord(NamedTuple):
    """What a reason says of a record, in as few bytes as it takes: a process remembers those of all records.

    ``pairs`` are those of its title and the name of its department, empty where the title depends on the reader's
    language. The rest is what the ``_Source`` of its model makes of it.
    """

    kind: str
    shown: str
    detail: str
    number: int
    pairs: str


@dataclass(frozen=True)
class _Source:
    """How the rows of a model are named: columns that differ from the defaults, and its page.

    ``title`` is given where it depends on the reader's language, ``url`` where the number alone leads nowhere.
    """

    model: Any
    columns: Mapping[str, Any]
    kind: str
    address: str = ""
    title: Callable[[PieceRecord], str] | None = None
    url: Callable[[int, PieceRecord], str] | None = None


def _touch_title(record: PieceRecord) -> str:
    """The customer and how the colleagues talked, in words, as the record itself says it."""
    channel = dict(Touch.Channel.choices).get(record.detail, record.detail)
    return f"{record.shown} {channel}"


def _meeting_title(record: PieceRecord) -> str:
    series = Series(name=record.detail)
    return str(Meeting(title=record.shown, number=record.number, series=series))


def _chore_url(pk: int, record: PieceRecord) -> str:
    return Responsibility(pk=pk, department=Department(pk=record.number)).get_absolute_url()


def _text(name: str) -> Any:
    return Coalesce(Cast(F(name), CharField(max_length=500)), Value(""))


def _number(name: str) -> Any:
    return Coalesce(Cast(F(name), IntegerField()), Value(0))


_SOURCES: dict[str, _Source] = {
    "articles.article": _Source(
        Article,
        {"shown": _text("title"), "sort": _text("kind"), "department_": _text("department__name")},
        "",
        "article_detail",
    ),
    "articles.book": _Source(Book, {"shown": _text("title")}, "book", "book_detail"),
    "meetings.meeting": _Source(
        Meeting,
        {"shown": _text("title"), "detail": _text("series__name"), "number_": _number("number")},
        "meeting",
        "meeting_detail",
        title=_meeting_title,
    ),
    "meetings.decision": _Source(
        Decision, {"shown": _text("title")}, "decision", "decision_detail"
    ),
    "customers.customer": _Source(
        Customer, {"shown": _text("name")}, "customer", "customer_detail"
    ),
    "customers.touch": _Source(
        Touch,
        {
            "shown": _text("customer__name"),
            "detail": _text("channel"),
            "number_": F("customer_id"),
        },
        "touch",
        "touch_detail",
        title=_touch_title,
    ),
    "customers.voicetheme": _Source(
        VoiceTheme,
        {"shown": _text("title"), "department_": _text("owner_department__name")},
        "voice_theme",
        "voice_theme_detail",
    ),
    "people.department": _Source(
        Department, {"shown": _text("name")}, "department", "department_detail"
    ),
    "people.responsibility": _Source(
        Responsibility,
        {
            "shown": _text("name"),
            "number_": F("department_id"),
            "department_": _text("department__name"),
        },
        "responsibility",
        url=_chore_url,
    ),
    "topics.topic": _Source(
        Topic,
        {"shown": _text("name"), "detail": _text("slug")},
        "topic",
        url=lambda pk, record: Topic(pk=pk, slug=record.detail).get_absolute_url(),
    ),
    "communities.community": _Source(
        Community, {"shown": _text("title")}, "community", "community_detail"
    ),
}

_REMEMBERED = 20_000
_kept: Kept[PieceRecord] = Kept(_REMEMBERED)


def read_pieces(places: Mapping[str, Place]) -> dict[str, PieceRecord]:
    """The records behind the keys that exist, people left out; whether they may be seen is asked elsewhere.

    A record has another place once it is indexed again; what it is called is remembered by that.
    """
    return _kept.get(
        {key: place for key, place in places.items() if key.rpartition(".")[0] in _SOURCES}, _read
    )


def pairs_of(key: str, record: PieceRecord) -> str:
    """The pairs of letters of its title and the name of its department, as ``DeepScores.cover_of`` takes them."""
    return record.pairs or _in_words(key.rpartition(".")[0], record, get_language())[1]


def group_of(key: str, record: PieceRecord) -> str:
    """What joins records of which only a few count: the touches of one customer."""
    return f"customer:{record.number}" if key.startswith(_TOUCH) else ""


def named(key: str, record: PieceRecord) -> NamedRecord:
    """The record as a reason names it."""
    label, _dot, pk = key.rpartition(".")
    source, kind = _SOURCES[label], KINDS[record.kind]
    url = source.url(int(pk), record) if source.url else address_of(source.address, int(pk))
    title = _in_words(label, record, get_language())[0] if source.title else record.shown
    return NamedRecord(title, url, kind.name, kind.label, kind.counter)


_TOUCH = "customers.touch."


@lru_cache(maxsize=2000)
def _in_words(label: str, record: PieceRecord, _language: str | None) -> tuple[str, str]:
    """The title in the reader's language, and its pairs."""
    title_in = _SOURCES[label].title
    title = title_in(record) if title_in else record.shown
    return title, name_pairs(title)


def _read(keys: Iterable[str]) -> dict[str, PieceRecord]:
    found = _rows(ids_by_label(keys, _SOURCES))
    return {f"{label}.{row[0]}": _piece(_SOURCES[label], row[1:]) for label, row in found}


def _rows_of(source: _Source) -> Callable[[Any], Any]:
    empty: dict[str, Any] = {
        "shown": Value("", output_field=CharField()),
        "detail": Value("", output_field=CharField()),
        "sort": Value(source.kind, output_field=CharField()),
        "number_": Value(0),
        "department_": Value("", output_field=CharField()),
    }
    return lambda ids: (
        source.model.objects.visible()
        .filter(pk__in=ids)
        .order_by()
        .annotate(**{**empty, **source.columns})
        .values_list("id", *_COLUMNS)
    )


_rows = PreparedUnion({label: _rows_of(source) for label, source in _SOURCES.items()})


def _piece(source: _Source, row: tuple[Any, ...]) -> PieceRecord:
    shown, detail, kind, number, department = row
    pairs = "" if source.title else name_pairs(f"{shown}\n{department}")
    return PieceRecord(intern(kind), shown, detail, number, pairs)
