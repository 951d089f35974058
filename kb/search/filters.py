"""Filters typed in the text: 部署:開発, テーマ:"SBOM", 期間:先月."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import override

from kb.search.analysis import fold, normalize
from kb.search.kinds import KINDS, LONE_KIND_WORDS
from kb.search.naming import bare_name
from kb.search.query import FieldFilter, ParsedText, SearchQuery, parse_text
from kb.search.states import STATES
from kb.text.kana import name_key
from kb.topics.models import Topic
from people.models import Department, Person

_MOST_VALUES = 20
_SPACE = re.compile(r"\s")
_OPERATORS = re.compile('[:："“”„＂]')


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
    words = replace(parse_text(text), is_truncated=parsed.is_truncated)
    return Resolved(resolved, words, (*parsed.no_filters, *unknown))


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
    """What is left to search for, written so that it is read the same again."""
    # A name without a value must not find one in what follows it, nor an unknown value become an operator.
    names = [word for word in parsed.words if word[-1] in ":："]
    words = [word for word in parsed.words if word[-1] not in ":："]
    values = [_OPERATORS.sub(" ", value).lstrip("-－−‐‑–—ー") for value in unknown]
    exact = (_in_quotes(text) for text in parsed.exact)
    excluded = (
        f"-{text}" if not _SPACE.search(text) else f"-{_in_quotes(text)}"
        for text in parsed.excluded
    )
    return " ".join([*words, *values, *exact, *excluded, *names])


def _in_quotes(text: str) -> str:
    return f"「{text}」" if any(mark in text for mark in '"“”„＂') else f'"{text}"'


def _values(typed: FieldFilter) -> tuple[str, frozenset[Any]]:
    return _READERS[typed.field](typed.value)


def _kinds(value: str) -> tuple[str, frozenset[Any]]:
    """The kinds with this name in any language, and those that such a word means: FAQ; 議事録 of meetings, too."""
    wanted = fold(value)
    named = frozenset(
        kind.name for kind in KINDS.values() if wanted in {kind.name, *_labels(kind.label)}
    )
    return "kinds", named | LONE_KIND_WORDS.get(normalize(value), frozenset())


def _topics(value: str) -> tuple[str, frozenset[Any]]:
    topics = Topic.objects.visible()
    typed = Q(name__iexact=value) | Q(slug__iexact=value) | Q(synonyms__word__iexact=value)
    found = frozenset(topics.filter(typed).values_list("slug", flat=True)[:_MOST_VALUES])
    if not found:
        names = topics.values_list("slug", "name", "synonyms__word")
        wanted = fold(value)
        found = frozenset(slug for slug, *words in names if wanted in map(_folded, words))
    return "topics", found


def _departments(value: str) -> tuple[str, frozenset[Any]]:
    typed = Q(name__icontains=value) | Q(short_name__iexact=value) | Q(slug__iexact=value)
    rows = Department.objects.filter(typed).values_list("pk", flat=True)
    return "departments", frozenset(rows[:_MOST_VALUES]) or _bearing(Department, value)


def _people(value: str) -> tuple[str, frozenset[Any]]:
    spaceless = "".join(value.split())
    typed = Q(name__icontains=value) | Q(yomi__icontains=value) | Q(login__iexact=spaceless)
    rows = Person.objects.filter(typed).values_list("pk", flat=True)
    return "people", frozenset(rows[:_MOST_VALUES]) or _bearing(Person, bare_name(value) or value)


def _bearing(model: type[Person] | type[Department], name: str) -> frozenset[int]:
    """Whose name or reading has this one, however it is spelled: 水野遥香, ミズノ, 渡邊."""
    wanted = name_key(normalize(name))
    rows = model._default_manager.values_list("pk", "name", "yomi")
    found = (
        pk
        for pk, *names in rows.iterator()
        if any(wanted in name_key(normalize(one)) for one in names)
    )
    return frozenset(islice(found, _MOST_VALUES)) if wanted else frozenset()


def _states(value: str) -> tuple[str, frozenset[Any]]:
    wanted = fold(value)
    return "states", frozenset(
        name for name, label in STATES.items() if wanted in {name, *_labels(label)}
    )


def _labels(label: str | Promise) -> set[str]:
    """A label as the reader sees it, and as it is written in Japanese."""
    with override("ja"):
        japanese = str(label)
    return {fold(str(label)), fold(japanese)}


def _folded(word: str | None) -> str:
    return fold(word or "")


_READERS: dict[str, Callable[[str], tuple[str, frozenset[Any]]]] = {
    "kind": _kinds,
    "topic": _topics,
    "department": _departments,
    "person": _people,
    "state": _states,
}
