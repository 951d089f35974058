"""Filters typed in the text: 部署:開発, テーマ:"SBOM", 期間:先月."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from kb.search.analysis import fold
from kb.search.kinds import KINDS
from kb.search.query import FieldFilter, ParsedText, SearchQuery, parse_text
from kb.search.states import STATES
from kb.topics.models import Topic
from people.models import Department, Person

_MOST_VALUES = 20


@dataclass(frozen=True)
class Resolved:
    """A query whose typed filters have become sets; ``unknown`` named nothing and are words again."""

    query: SearchQuery
    parsed: ParsedText
    unknown: tuple[str, ...] = ()


def resolve(query: SearchQuery) -> Resolved:
    """Turn field:value parts of the text into the query's sets. No query unless one was typed."""
    parsed = parse_text(query.text)
    changes: dict[str, frozenset[Any]] = {}
    unknown = []
    for typed in parsed.filters:
        name, values = _values(typed)
        if values:
            changes[name] = changes.get(name, getattr(query, name)) | values
        else:
            unknown.append(typed.value)
    text = query.text
    if parsed.filters or parsed.since or parsed.until:
        text = _text_without_filters(parsed, unknown)
    resolved = replace(
        query,
        text=text,
        kinds=changes.get("kinds", query.kinds),
        topics=changes.get("topics", query.topics),
        departments=changes.get("departments", query.departments),
        people=changes.get("people", query.people),
        states=changes.get("states", query.states),
        since=query.since or parsed.since,
        until=query.until or parsed.until,
    )
    return Resolved(resolved, parse_text(text), tuple(unknown))


def moved_topics(slugs: Collection[str]) -> dict[str, str]:
    """The topics among these that were merged, with the slug of the topic in use; no query without any."""
    if not slugs:
        return {}
    merged = Topic.objects.filter(merged_into__isnull=False).values_list(
        "slug", "merged_into__slug"
    )
    known = dict(merged)
    moved = {}
    for slug in set(slugs) & known.keys():
        current = slug
        # Each step once: merges make no circle, and a damaged table shall not hold anybody up.
        for _step in known:
            current = known.get(current, current)
        moved[slug] = current
    return moved


def _text_without_filters(parsed: ParsedText, unknown: list[str]) -> str:
    exact = (f'"{text}"' for text in parsed.exact)
    excluded = (f"-{text}" if " " not in text else f'-"{text}"' for text in parsed.excluded)
    return " ".join([*parsed.words, *unknown, *exact, *excluded])


def _values(typed: FieldFilter) -> tuple[str, frozenset[Any]]:
    value = typed.value
    if typed.field == "kind":
        wanted = fold(value)
        names = (k.name for k in KINDS.values() if wanted in (fold(str(k.label)), k.name))
        return "kinds", frozenset(names)
    if typed.field == "topic":
        topics = Topic.objects.visible().filter(
            Q(name__iexact=value) | Q(slug__iexact=value) | Q(synonyms__word__iexact=value)
        )
        return "topics", frozenset(topics.values_list("slug", flat=True)[:_MOST_VALUES])
    if typed.field == "department":
        departments = Department.objects.filter(
            Q(name__icontains=value) | Q(short_name__iexact=value) | Q(slug__iexact=value)
        )
        return "departments", frozenset(departments.values_list("pk", flat=True)[:_MOST_VALUES])
    if typed.field == "person":
        return "people", _people(value)
    return "states", _states(value)


def _people(value: str) -> frozenset[int]:
    spaceless = value.replace(" ", "").replace("　", "")
    people = Person.objects.filter(
        Q(name__icontains=value) | Q(yomi__icontains=value) | Q(login__iexact=spaceless)
    )
    return frozenset(people.values_list("pk", flat=True)[:_MOST_VALUES])


def _states(value: str) -> frozenset[str]:
    return frozenset(name for name, label in STATES.items() if value in (name, str(label)))
