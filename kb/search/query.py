"""The contract of the search: what is asked, what comes back, and our own query language.

Nothing here knows an engine. Text typed by people is taken apart by ``parse_text`` alone and never
reaches a parser of the engine.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kb.search.periods import parse_period

MAX_CHARACTERS = 1000
MAX_PARTS = 32
MAX_EXACT = 8

# Names people type before a colon, and the field that each one means.
FIELD_NAMES = {
    "種類": "kind",
    "kind": "kind",
    "テーマ": "topic",
    "topic": "topic",
    "部署": "department",
    "department": "department",
    "書いた人": "person",
    "人": "person",
    "person": "person",
    "期間": "period",
    "period": "period",
    "状態": "state",
    "state": "state",
}


class SearchUnavailable(Exception):
    """The engine cannot answer truthfully now; the caller falls back to the database and says so."""


class IndexBusy(Exception):
    """Another process is writing the index; the outbox row stays and the next drain tries again."""


@dataclass(frozen=True)
class SearchQuery:
    """One search: the text as typed and the filters as chosen."""

    text: str = ""
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    departments: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    since: date | None = None
    until: date | None = None
    states: frozenset[str] = frozenset()
    page: int = 1
    page_size: int = 10

    @property
    def has_filters(self) -> bool:
        """Whether anything but the text narrows the search."""
        sets = (self.kinds, self.topics, self.departments, self.people, self.states)
        return any(sets) or self.since is not None or self.until is not None


class Segment(NamedTuple):
    """A piece of text and whether it matches; templates escape it."""

    text: str
    hit: bool = False


@dataclass(frozen=True)
class Passage:
    """The best lines of one text; ``source`` names the attached file, ``page`` its page, ``url`` opens it there."""

    segments: tuple[Segment, ...]
    source: str = ""
    page: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Fact:
    """Something a result line shows beside its title: a person, a department, a customer."""

    role: str
    text: str
    url: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Hit:
    """One result, ready for display and for JSON."""

    kind: str
    id: int
    title: str
    url: str
    score: float
    title_segments: tuple[Segment, ...] = ()
    passages: tuple[Passage, ...] = ()
    day: date | None = None
    state: str = ""
    source_path: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def snippet(self) -> str:
        """The first passage as plain text."""
        if not self.passages:
            return ""
        return "".join(segment.text for segment in self.passages[0].segments)


@dataclass(frozen=True)
class ResultPage:
    """One page of results with what the page around it needs."""

    query: SearchQuery
    hits: tuple[Hit, ...] = ()
    total: int = 0
    kind_counts: tuple[tuple[str, int], ...] = ()
    is_at_least: bool = False
    searched_also: tuple[str, ...] = ()
    suggestion: str = ""
    took_ms: float = 0.0
    is_fallback: bool = False
    notices: tuple[str, ...] = ()

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.query.page_size))


@dataclass(frozen=True)
class DocumentText:
    """What the database says now about one document; the engine's second look reads it.

    ``folded`` is the beginning of the text in the form in which characters are compared, where that is known.
    """

    title: str = ""
    names: str = ""
    text: str = ""
    folded: str = ""


# Given keys ("articles.article.12"), return the texts of those that still exist and may be seen.
TextLoader = Callable[[Sequence[str]], Mapping[str, DocumentText]]


class Scored(NamedTuple):
    """One document as the engine ranks it."""

    key: str
    kind: str
    score: float


@dataclass(frozen=True)
class Found:
    """What the engine found: the best documents, and counts over everything that matched."""

    hits: tuple[Scored, ...] = ()
    total: int = 0
    kind_counts: tuple[tuple[str, int], ...] = ()
    searched_also: tuple[str, ...] = ()
    suggestion: str = ""
    # What was typed as it was read: 経費精算 for keihiseisan; empty when documents have it as it was typed.
    read_as: str = ""
    is_relaxed: bool = False
    # Whether no document was found that has the "quoted" text as it stands.
    lacks_exact: bool = False
    # Whether more match than were counted: the search stopped once the best were certain.
    is_at_least: bool = False


@dataclass(frozen=True)
class FieldFilter:
    """``部署:開発`` as typed: the field it means and the value, still to be looked up."""

    field: str
    value: str


@dataclass(frozen=True)
class ParsedText:
    """The text of a query, taken apart."""

    words: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: tuple[FieldFilter, ...] = ()
    since: date | None = None
    until: date | None = None
    is_truncated: bool = field(default=False, compare=False)
    # What looked like a filter and counts as words all the same: いつか of 期間:いつか, -種類:マニュアル.
    no_filters: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to search for."""
        return not (self.words or self.exact)

    @property
    def plain(self) -> str:
        """The words and the quoted text, without operators."""
        return " ".join((*self.words, *self.exact))


# Surrogates, NUL and other controls, variation selectors (IVS) and direction marks carry no meaning here.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_QUOTES = {'"': '"', "“": "”", "„": "”", "”": "”", "＂": "＂", "「": "」", "『": "』"}
_ANY_DOUBLE = '"“”„＂'
_CORNERS = "「『"
_HYPHENS = "-－−‐‑–—ー"
# -18℃ is cold; nobody leaves out what is 18 degrees.
_BELOW_ZERO = re.compile(r"[\d.．]+ ?(?:℃|°|度|[%％]|パーセント|ポイント)")
_COLON = re.compile("[:：]")
# 2026/4 〜 2026/9, as people write it; a stroke with a space before it alone leaves out what follows.
_RANGE_WITH_SPACES = re.compile(
    r"[^\s\"“”]+(?:\s*(?:\.\.|[~〜～]|から)\s*|\s+[-－ー–]\s+)[^\s\"“”]+"
)
_FIELD = re.compile(r"([^\s:：\"“”「」『』]{1,20})[:：]", re.UNICODE)


def clean_text(text: str) -> str:
    """Return the text without characters that no search can mean."""
    return _UNWANTED.sub("", text)


def parse_text(text: str, *, today: date | None = None) -> ParsedText:
    """Take a query apart: words, "exact" text, -excluded words and field:value filters.

    Whatever does not parse counts as words. Long input is cut, and the result says so.
    """
    if today is None and len(text) <= MAX_CHARACTERS and not _COLON.search(text):
        return _parsed_without_day(text)
    return _parsed(text, today)


@lru_cache(maxsize=100)
def _parsed_without_day(text: str) -> ParsedText:
    """Take apart what has no period, so the day does not matter: one search asks eight times."""
    return _parsed(text, None)


def _parsed(text: str, today: date | None) -> ParsedText:
    cleaned = clean_text(text[: MAX_CHARACTERS * 4]).strip()
    is_truncated = len(text) > MAX_CHARACTERS * 4 or len(cleaned) > MAX_CHARACTERS
    parts: dict[str, list[str]] = {"words": [], "exact": [], "excluded": [], "no_filters": []}
    filters: list[FieldFilter] = []
    period: tuple[date | None, date | None] = (None, None)
    for role, name, value in _parts(cleaned[:MAX_CHARACTERS]):
        limit = MAX_EXACT if role == "exact" else MAX_PARTS
        if role == "filter":
            found = parse_period(value, today=today) if name == "period" else None
            if found:
                period = found
            elif name == "period" or len(filters) >= MAX_PARTS:
                parts["words"].append(value)
                parts["no_filters"].append(value)
            else:
                filters.append(FieldFilter(name, value))
        elif len(parts[role]) < limit:
            parts[role].append(value)
            if role == "excluded" and _named(value, 0):
                parts["no_filters"].append(f"-{value}")
        else:
            is_truncated = True
    if not (parts["words"] or parts["exact"] or filters or any(period)):
        # Nothing but exclusions: nobody looks for everything else, so they are words.
        parts["words"], parts["excluded"] = parts["excluded"], []
    return ParsedText(
        **{role: tuple(values) for role, values in parts.items()},
        filters=tuple(filters),
        since=period[0],
        until=period[1],
        is_truncated=is_truncated,
    )


def _parts(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (role, field name, value) for each part of the text from left to right."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        is_excluded = _is_exclusion(text, position)
        start = position + is_excluded
        quoted = _quoted(text, start)
        if quoted:
            value, position = quoted
            yield ("excluded" if is_excluded else "exact", "", value)
            continue
        named = None if is_excluded else _named(text, start)
        if named:
            name, value, position = named
            yield "filter", name, value
            continue
        value, position = _word(text, start)
        if value:
            yield ("excluded" if is_excluded else "words", "", value)


def _is_exclusion(text: str, position: int) -> bool:
    following = text[position + 1 : position + 2]
    return (
        text[position] in _HYPHENS
        and bool(following)
        and not following.isspace()
        and following not in _HYPHENS
        and not _BELOW_ZERO.match(text, position + 1)
    )


def _quoted(text: str, start: int) -> tuple[str, int] | None:
    """Return the quoted text that begins at ``start`` and where it ends.

    Corner brackets inside a sentence only mark a title, so they count as quotes only when they stand alone.
    """
    opening = text[start : start + 1]
    if opening not in _QUOTES or not opening:
        return None
    closings = _ANY_DOUBLE if opening in _ANY_DOUBLE else _QUOTES[opening]
    end = next((i for i in range(start + 1, len(text)) if text[i] in closings), -1)
    value = text[start + 1 : end].strip() if end > 0 else ""
    if not value:
        return None
    after = text[end + 1 : end + 2]
    if opening in _CORNERS and after and not after.isspace():
        return None
    return value, end + 1


def _named(text: str, start: int) -> tuple[str, str, int] | None:
    """Return (field, value, end) when an allowed field name and a colon begin at ``start``."""
    match = _FIELD.match(text, start)
    if match is None:
        return None
    name = FIELD_NAMES.get(unicodedata.normalize("NFKC", match[1]).lower())
    if name is None:
        return None
    at = _value_after(text, match.end())
    value, end = _quoted(text, at) or _word(text, at)
    longer = _RANGE_WITH_SPACES.match(text, at) if name == "period" else None
    if longer and parse_period(longer[0]):
        value, end = longer[0], longer.end()
    return (name, value, end) if value else None


def _value_after(text: str, colon: int) -> int:
    """Return where the value begins: many people put a space behind a colon, too."""
    start = colon
    while start < len(text) and text[start].isspace():
        start += 1
    is_another = start < len(text) and (_is_exclusion(text, start) or _FIELD.match(text, start))
    return colon if is_another else start


def _word(text: str, start: int) -> tuple[str, int]:
    """Return the run up to the next white space, without the quotes around it, and where it ends."""
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end].strip(_ANY_DOUBLE), end
