"""The database's own answer, for when the index cannot give one: slower and literal, but true."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from kb.experts.models import Evidence, RecordDepartment
from kb.search.kinds import KINDS
from kb.search.query import Found, ParsedText, Scored, SearchQuery, parse_text
from kb.search.records import READERS
from kb.topics.models import TopicItem

_PER_MODEL = 200
_MOST_WORDS = 8


@dataclass(frozen=True)
class _Columns:
    """Where the words of a model stand, and its day; ``topic`` marks what may carry topics."""

    texts: tuple[str, ...]
    day: str = ""


_COLUMNS: dict[str, _Columns] = {
    "articles.article": _Columns(("title", "summary", "body", "answers__body"), "updated_at"),
    "articles.book": _Columns(("title", "yomi", "author")),
    "meetings.meeting": _Columns(
        ("title", "series__name", "body", "agenda_items__title", "agenda_items__minutes"), "held_at"
    ),
    "meetings.decision": _Columns(("title", "reason"), "decided_on"),
    "customers.customer": _Columns(("name", "yomi", "former_names__name", "note")),
    "customers.touch": _Columns(("text", "customer__name"), "happened_at"),
    "customers.voicetheme": _Columns(("title", "description", "voices__quote"), "updated_at"),
    "people.person": _Columns(("name", "yomi", "bio", "ask_me__topic__name")),
    "people.department": _Columns(("name", "yomi", "mission")),
    "people.responsibility": _Columns(("name", "other_words")),
    "topics.topic": _Columns(("name", "yomi", "synonyms__word", "description")),
    "communities.community": _Columns(("title", "why_now", "result"), "updated_at"),
}


def find(query: SearchQuery, *, limit: int) -> Found:
    """Records that hold every word as typed, those with the first word in the title before others."""
    parsed = parse_text(query.text)
    hits: list[tuple[float, int, Scored]] = []
    counts: Counter[str] = Counter()
    for label in READERS:
        for kind, pk, score, day in _rows(label, query, parsed):
            counts[kind] += 1
            hits.append((-score, -day, Scored(f"{label}.{pk}", kind, score)))
    hits.sort(key=lambda hit: (hit[0], hit[1], hit[2].key))
    return Found(
        hits=tuple(hit for _, _, hit in hits[:limit]),
        total=len(hits),
        kind_counts=tuple(sorted(counts.items())),
    )


def _rows(label: str, query: SearchQuery, parsed: ParsedText) -> list[tuple[str, int, float, int]]:
    kinds = {kind.name for kind in KINDS.values() if kind.model == label}
    wanted = kinds & query.kinds if query.kinds else kinds
    words = [*parsed.words, *parsed.exact][:_MOST_WORDS]
    if not wanted or not (words or query.has_filters):
        return []
    columns = _COLUMNS[label]
    rows = READERS[label].rows().filter(_holding(columns.texts, words, parsed))
    rows = _narrowed(rows, label, query, columns)
    if rows is None:
        return []
    show = READERS[label].show
    found = {}
    for instance in rows[:_PER_MODEL]:
        record = show(instance)
        if record.kind in wanted and record.id not in found:
            in_title = bool(words) and words[0].lower() in record.title.lower()
            score = 2.0 if in_title else 1.0
            found[record.id] = (record.kind, record.id, score, (record.day or date.min).toordinal())
    return list(found.values())


def _holding(columns: tuple[str, ...], words: list[str], parsed: ParsedText) -> Q:
    condition = Q()
    for word in words:
        condition &= _anywhere(columns, word)
    for word in parsed.excluded[:_MOST_WORDS]:
        condition &= ~_anywhere(columns, word)
    return condition


def _anywhere(columns: tuple[str, ...], word: str) -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": word})
    return found


def _narrowed(
    rows: QuerySet[Any], label: str, query: SearchQuery, columns: _Columns
) -> QuerySet[Any] | None:
    """The rows within the filters; None when a filter can match nothing of this model."""
    if (query.since or query.until) and not columns.day:
        return None
    suffix = "" if columns.day == "decided_on" else "__date"
    if query.since:
        rows = rows.filter(**{f"{columns.day}{suffix}__gte": query.since})
    if query.until:
        rows = rows.filter(**{f"{columns.day}{suffix}__lte": query.until})
    if query.states:
        field = "status" if label in ("articles.article", "customers.voicetheme") else "state"
        if field not in {f.name for f in rows.model._meta.get_fields()}:
            return None
        rows = rows.filter(**{f"{field}__in": query.states})
    for ids in _id_sets(label, query):
        rows = rows.filter(pk__in=ids)
    return rows


def _id_sets(label: str, query: SearchQuery) -> list[list[int]]:
    """Ids that topics, departments and people allow, one list per filter in use."""
    app, _dot, model = label.partition(".")
    filters: list[tuple[frozenset[Any], Callable[[], Any]]] = [
        (
            query.topics,
            lambda: TopicItem.objects.filter(
                tag__slug__in=query.topics, content_type__app_label=app, content_type__model=model
            ).values_list("object_id", flat=True),
        ),
        (
            query.departments,
            lambda: _owned(RecordDepartment, label, department__in=query.departments),
        ),
        (query.people, lambda: _owned(Evidence, label, person__in=query.people)),
    ]
    return [list(ids()) for chosen, ids in filters if chosen]


def _owned(model: Any, label: str, **conditions: Any) -> list[int]:
    rows = model.objects.filter(record__startswith=f"{label}.", **conditions)
    return [int(key.rpartition(".")[2]) for key in rows.values_list("record", flat=True)]
