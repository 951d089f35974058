"""Hits as the panel くわしい人 needs them: titles and addresses of all kinds.

A search reads those of its hits whole that it shows. Of the hundred documents that speak for people only the
names are needed; the index keeps them beside each document, in a line of letters and a line of what else there is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import override

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.experts.reasons import NamedRecord
from kb.foundation.addresses import address_of
from kb.foundation.prepared import PreparedUnion
from kb.meetings.models import Decision, Meeting, Series
from kb.search.depth import name_pairs
from kb.search.kinds import KINDS
from kb.search.presence import ids_by_label
from kb.topics.models import Topic
from people.models import Department, Responsibility

_TOUCH = "customers.touch."
_COLUMNS = ("shown", "detail", "sort", "number_", "department_")


class PieceRecord(NamedTuple):
    """What a reason says of a record, as the ``_Source`` of its model reads it."""

    shown: str
    detail: str
    kind: str
    number: int
    department: str = ""


@dataclass(frozen=True)
class _Source:
    """How the records of a model are named, and their page.

    ``shown``, ``detail``, ``sort``, ``number`` and ``department`` are fields of the record or of what it leads to.
    ``title`` is given where it depends on the reader's language, ``url`` where the number alone leads nowhere.
    """

    model: Any
    shown: str
    kind: str
    address: str = ""
    detail: str = ""
    sort: str = ""
    number: str = ""
    department: str = ""
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


_SOURCES: dict[str, _Source] = {
    "articles.article": _Source(
        Article, "title", "", "article_detail", sort="kind", department="department__name"
    ),
    "articles.book": _Source(Book, "title", "book", "book_detail"),
    "meetings.meeting": _Source(
        Meeting,
        "title",
        "meeting",
        "meeting_detail",
        detail="series__name",
        number="number",
        title=_meeting_title,
    ),
    "meetings.decision": _Source(Decision, "title", "decision", "decision_detail"),
    "customers.customer": _Source(Customer, "name", "customer", "customer_detail"),
    "customers.touch": _Source(
        Touch,
        "customer__name",
        "touch",
        "touch_detail",
        detail="channel",
        number="customer_id",
        title=_touch_title,
    ),
    "customers.voicetheme": _Source(
        VoiceTheme,
        "title",
        "voice_theme",
        "voice_theme_detail",
        department="owner_department__name",
    ),
    "people.department": _Source(Department, "name", "department", "department_detail"),
    "people.responsibility": _Source(
        Responsibility,
        "name",
        "responsibility",
        number="department_id",
        department="department__name",
        url=_chore_url,
    ),
    "topics.topic": _Source(
        Topic,
        "name",
        "topic",
        detail="slug",
        url=lambda pk, record: Topic(pk=pk, slug=record.detail).get_absolute_url(),
    ),
    "communities.community": _Source(Community, "title", "community", "community_detail"),
}


def name_of(key: str, record: Any) -> bytes:
    """What the index keeps of a loaded record's name; empty for people, whose names no reason says."""
    label = key.rpartition(".")[0]
    source = _SOURCES.get(label)
    if source is None:
        return b""
    texts = (_value(record, path) for path in (source.shown, source.detail, source.department))
    shown, detail, department = (str(text or "") for text in texts)
    kind = str(_value(record, source.sort)) if source.sort else source.kind
    number = int(_value(record, source.number) or 0)
    return _packed(source, PieceRecord(shown, detail, kind, number, department))


def _value(record: Any, path: str) -> Any:
    """What a path like ``department__name`` leads to; None where it leads nowhere."""
    for name in path.split("__") if path else ("",):
        record = getattr(record, name, None) if name else None
    return record


def _packed(source: _Source, record: PieceRecord) -> bytes:
    """Line by line: the pairs of its title and of the name of its department in the language of most, and the rest."""
    shown, detail, kind, number, department = record
    pairs = name_pairs(f"{shown}\n{department}")
    if source.title:
        with override(settings.LANGUAGE_CODE):
            pairs = name_pairs(source.title(record))
    return "\n".join((pairs, kind, str(number), detail.replace("\n", " "), shown)).encode()


def read_pieces(names: Mapping[str, bytes]) -> dict[str, bytes]:
    """The names of records, from what the index keeps of them; people are left out.

    Names of which the index keeps nothing (empty) are looked up in the database, where they may be gone. Whether
    a record may be seen is asked elsewhere.
    """
    unknown = [key for key, name in names.items() if not name]
    kept = {key: name for key, name in names.items() if name}
    return {**kept, **_read(unknown)} if unknown else kept


def pairs_of(key: str, name: bytes, language: str | None) -> str:
    """The pairs of letters of its title and the name of its department, as ``DeepScores.cover_of`` takes them.

    They are those that a reader of this language sees.
    """
    if language != settings.LANGUAGE_CODE:
        label = key.rpartition(".")[0]
        if _SOURCES[label].title:
            return _pairs_of_title(label, _record(name), language)
    return name[: name.index(b"\n")].decode()


def group_of(key: str, name: bytes) -> str:
    """What joins records of which only a few count: the touches of one customer."""
    return f"customer:{_record(name).number}" if key.startswith(_TOUCH) else ""


def named(key: str, name: bytes) -> NamedRecord:
    """The record as a reason names it, in the reader's language."""
    label, _dot, pk = key.rpartition(".")
    source, record = _SOURCES[label], _record(name)
    kind = KINDS[record.kind]
    url = source.url(int(pk), record) if source.url else address_of(source.address, int(pk))
    title = source.title(record) if source.title else record.shown
    return NamedRecord(title, url, kind.name, kind.label, kind.counter)


@lru_cache(maxsize=2000)
def _pairs_of_title(label: str, record: PieceRecord, _language: str | None) -> str:
    title_in = _SOURCES[label].title
    return name_pairs(title_in(record) if title_in else record.shown)


def _record(name: bytes) -> PieceRecord:
    """What ``_packed`` made bytes of."""
    _pairs, kind, number, detail, shown = name.decode().split("\n", 4)
    return PieceRecord(shown, detail, kind, int(number))


def _read(keys: Iterable[str]) -> dict[str, bytes]:
    found = _rows(ids_by_label(keys, _SOURCES))
    return {
        f"{label}.{row[0]}": _packed(_SOURCES[label], PieceRecord(*row[1:])) for label, row in found
    }


def _text(name: str, otherwise: str = "") -> Any:
    if not name:
        return Value(otherwise, output_field=CharField())
    return Coalesce(Cast(F(name), CharField(max_length=500)), Value(""))


def _number(name: str) -> Any:
    return Coalesce(Cast(F(name), IntegerField()), Value(0)) if name else Value(0)


def _rows_of(source: _Source) -> Callable[[Any], Any]:
    columns = {
        "shown": _text(source.shown),
        "detail": _text(source.detail),
        "sort": _text(source.sort, source.kind),
        "number_": _number(source.number),
        "department_": _text(source.department),
    }
    return lambda ids: (
        source.model.objects.visible()
        .filter(pk__in=ids)
        .order_by()
        .annotate(**columns)
        .values_list("id", *_COLUMNS)
    )


_rows = PreparedUnion({label: _rows_of(source) for label, source in _SOURCES.items()})
