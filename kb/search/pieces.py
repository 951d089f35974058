"""Hits as the panel くわしい人 needs them: titles and addresses of all kinds.

A search reads those of its hits whole that it shows. Of the hundred documents that speak for people only the
names are needed, and they are remembered for as long as a record is not indexed anew.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.foundation.addresses import numbered
from kb.foundation.kept import Kept
from kb.foundation.prepared import PreparedUnion
from kb.meetings.models import Decision, Meeting, Series
from kb.search.presence import ids_by_label
from kb.topics.models import Topic
from people.models import Department, Responsibility

_COLUMNS = ("id", "shown", "detail", "sort", "number_", "group_", "department_")


class PieceRecord(NamedTuple):
    """What a reason says of a record: its kind, title and page; ``department`` is its name or empty.

    ``group`` joins records of which only a few count, such as the touches of one customer.
    """

    key: str
    kind: str
    title: str
    url: str
    department: str = ""
    group: str = ""


class _Row(NamedTuple):
    label: str
    pk: int
    shown: str
    detail: str
    sort: str
    number: int
    group: int
    department: str


@dataclass(frozen=True)
class _Source:
    """How the rows of a model are named: columns that differ from the defaults, the kind, the record."""

    model: Any
    columns: Mapping[str, Any]
    record: Callable[[_Row], Any]
    kind: Callable[[_Row], str]
    title: Callable[[Any, _Row], str] = lambda _record, row: row.shown
    # The view of its page, where the number alone leads there: most hits are such.
    address: str = ""


def _channel(value: str) -> str:
    """How the colleagues talked, in words, as the record itself says it."""
    return str(dict(Touch.Channel.choices).get(value, value))


def _text(name: str) -> Any:
    return Coalesce(Cast(F(name), CharField(max_length=500)), Value(""))


def _number(name: str) -> Any:
    return Coalesce(Cast(F(name), IntegerField()), Value(0))


_SOURCES: dict[str, _Source] = {
    "articles.article": _Source(
        Article,
        {"shown": _text("title"), "sort": _text("kind"), "department_": _text("department__name")},
        lambda row: row,
        lambda row: row.sort,
        address="article_detail",
    ),
    "articles.book": _Source(
        Book, {"shown": _text("title")}, lambda row: Book(pk=row.pk), lambda _row: "book"
    ),
    "meetings.meeting": _Source(
        Meeting,
        {"shown": _text("title"), "detail": _text("series__name"), "number_": _number("number")},
        lambda row: Meeting(
            pk=row.pk,
            title=row.shown,
            number=row.number,
            series=Series(name=row.detail),
        ),
        lambda _row: "meeting",
        lambda record, _row: str(record),
    ),
    "meetings.decision": _Source(
        Decision,
        {"shown": _text("title")},
        lambda row: Decision(pk=row.pk),
        lambda _row: "decision",
    ),
    "customers.customer": _Source(
        Customer,
        {"shown": _text("name")},
        lambda row: Customer(pk=row.pk),
        lambda _row: "customer",
    ),
    "customers.touch": _Source(
        Touch,
        {"shown": _text("customer__name"), "sort": _text("channel"), "group_": F("customer_id")},
        lambda row: row,
        lambda _row: "touch",
        lambda _record, row: f"{row.shown} {_channel(row.sort)}",
        address="touch_detail",
    ),
    "customers.voicetheme": _Source(
        VoiceTheme,
        {"shown": _text("title"), "department_": _text("owner_department__name")},
        lambda row: VoiceTheme(pk=row.pk),
        lambda _row: "voice_theme",
    ),
    "people.department": _Source(
        Department,
        {"shown": _text("name")},
        lambda row: Department(pk=row.pk),
        lambda _row: "department",
    ),
    "people.responsibility": _Source(
        Responsibility,
        {"shown": _text("name"), "number_": F("department_id"), "department_": _text("department__name")},
        lambda row: Responsibility(pk=row.pk, department=Department(pk=row.number)),
        lambda _row: "responsibility",
    ),
    "topics.topic": _Source(
        Topic,
        {"shown": _text("name"), "detail": _text("slug")},
        lambda row: Topic(pk=row.pk, slug=row.detail),
        lambda _row: "topic",
    ),
    "communities.community": _Source(
        Community,
        {"shown": _text("title")},
        lambda row: Community(pk=row.pk),
        lambda _row: "community",
    ),
}  # fmt: skip


_REMEMBERED = 8_000
_kept: Kept[PieceRecord] = Kept(_REMEMBERED)


def read_pieces(stamps: Mapping[str, Hashable | None]) -> dict[str, PieceRecord]:
    """The records behind the keys that exist, people left out; whether they may be seen is asked elsewhere.

    A stamp is whatever changes when the record is indexed; names are remembered by it.
    """
    return _kept.get(
        {key: stamp for key, stamp in stamps.items() if key.rpartition(".")[0] in _SOURCES}, _read
    )


def _read(keys: Iterable[str]) -> dict[str, PieceRecord]:
    ids = ids_by_label(keys, _SOURCES)
    views = {label: _SOURCES[label].address for label in ids}
    addresses = {label: numbered(view) for label, view in views.items() if view}
    found = (_piece(_Row(label, *values), addresses.get(label)) for label, values in _rows(ids))
    return {piece.key: piece for piece in found}


def _rows_of(source: _Source) -> Callable[[Any], Any]:
    empty: dict[str, Any] = {
        "shown": Value("", output_field=CharField()),
        "detail": Value("", output_field=CharField()),
        "sort": Value("", output_field=CharField()),
        "number_": Value(0),
        "group_": Value(0),
        "department_": Value("", output_field=CharField()),
    }
    return lambda ids: (
        source.model.objects.visible()
        .filter(pk__in=ids)
        .order_by()
        .annotate(**{**empty, **source.columns})
        .values_list(*_COLUMNS)
    )


_rows = PreparedUnion({label: _rows_of(source) for label, source in _SOURCES.items()})


def _piece(row: _Row, address: Callable[[int], str] | None) -> PieceRecord:
    source = _SOURCES[row.label]
    record = source.record(row)
    return PieceRecord(
        key=f"{row.label}.{row.pk}",
        kind=source.kind(row),
        title=source.title(record, row),
        url=address(row.pk) if address else record.get_absolute_url(),
        department=row.department,
        group=f"customer:{row.group}" if row.group else "",
    )
