"""What the index keeps of one document."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kb.search.analysis import bigrams_in, fold, morphemes_of, normalize, words_in
from kb.search.facts import UNKNOWN
from kb.search.generation import ORDINARY_QUALITY, PREFIX_LENGTH
from kb.search.katakana import fold_runs
from kb.search.morphemes import Morphemes
from kb.search.placed import MOST_PLACED, places_of
from kb.search.readings import name_tokens, reading_tokens
from kb.search.rerank import folded_beginning
from kb.search.scorer import impact
from kb.search.thesaurus import meaning_tokens

_MAX_INDEXED = 1_200_000
# Each word of it costs the index four tokens of its own.
_READ_ALOUD = 200


class Kept(NamedTuple):
    """What is kept beside a text so that it need not be analysed again: ``IndexedText`` has these columns."""

    folded: str = ""
    named: str = ""
    named_places: str = ""
    places: str = ""


class _Part(NamedTuple):
    text: str
    normalized: str
    folded: str


class Contents(NamedTuple):
    """What was worked out of one document: the fields of the index, and what is kept beside its text."""

    key: str
    fields: dict[str, Any]
    kept: Kept


def index_fields(prepared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the index keeps of a prepared document: tokens with impacts, facets and columns."""
    return contents_of(prepared).fields


def contents_of(prepared: Mapping[str, Any]) -> Contents:
    """Return everything that is worked out of a prepared document; its texts are analysed once."""
    title = str(prepared.get("title") or "")
    names = str(prepared.get("names") or "")
    text = str(prepared.get("text") or "")[:_MAX_INDEXED]
    own = text[: prepared.get("own")]
    # Nothing is rewritten across the end of a line, and files begin on a line of their own.
    parts = [_part(f"{title}\n{names}"), _part(own), _part(text[len(own) :])]
    named, body, files = parts
    normalized = f"{named.normalized}\n{body.normalized}{files.normalized}"
    folded = f"{named.folded}\n{body.folded}{files.folded}"
    found = morphemes_of(normalized)
    start = len(named.normalized) + 1
    return Contents(
        str(prepared["key"]),
        _fields(prepared, (title, names, text), bigrams_in(folded), found.words()),
        Kept(
            folded=f"{body.folded}{files.folded}"
            if len(text) <= MOST_PLACED
            else folded_beginning(text),
            named=named.folded,
            named_places=_places(named, found, 0),
            places=_places(body, found, start),
        ),
    )


def _part(text: str) -> _Part:
    normalized = normalize(text)
    return _Part(text, normalized, fold_runs(normalized))


def _places(part: _Part, found: Morphemes, start: int) -> str:
    if len(part.text) > MOST_PLACED:
        return ""
    here = found.part(start, start + len(part.normalized))
    return places_of(part.text, part.normalized, part.folded, here)


def _fields(
    prepared: Mapping[str, Any], texts: tuple[str, str, str], pairs: list[str], words: list[str]
) -> dict[str, Any]:
    title, names, text = texts
    words += name_tokens(names)
    aloud = _read_aloud(title, names, text)
    named = dict.fromkeys([*reading_tokens(aloud), *meaning_tokens(aloud)], 1)
    quality = round(float(prepared.get("quality") or 1.0) * ORDINARY_QUALITY)
    return {
        "key": {str(prepared["key"]): 1},
        "id": str(prepared["key"]).encode(),
        "b": _impacts(pairs),
        "s": _impacts(words) | named,
        "prefix": _prefixes(title, names),
        "facet": dict.fromkeys(_facets(prepared), 1),
        "day": int(prepared.get("day") or 0),
        "revision": int(prepared.get("revision") or 0),
        "quality": min(max(quality, 1), 255),
        **prepared.get("facts", UNKNOWN)._asdict(),
    }


def _read_aloud(title: str, names: str, text: str) -> str:
    """Return what may be asked for by its sound or meaning: title, names, the first line and the headings."""
    lines = [line for line in text.splitlines() if line.strip()]
    headings = [line.strip("# ") for line in lines if line.startswith("#")]
    opening = "\n".join([*lines[:1], *headings])[:_READ_ALOUD]
    return f"{title}\n{names}\n{opening}"


def _impacts(tokens: list[str]) -> dict[str, int]:
    length, counts = len(tokens), Counter(tokens)
    # Most words of a text stand there once.
    worth = {count: impact(count, length) for count in set(counts.values())}
    return {token: worth[count] for token, count in counts.items()}


def _facets(prepared: Mapping[str, Any]) -> Iterator[str]:
    yield f"kind:{prepared['kind']}"
    yield f"state:{prepared.get('state') or ''}"
    for name, field in (("topic", "topics"), ("department", "departments"), ("person", "people")):
        for value in prepared.get(field) or ():
            yield f"{name}:{value}"


def _prefixes(title: str, names: str) -> dict[str, int]:
    """Return the beginnings by which a title or a name is found while somebody types."""
    starts = {fold(title)[:PREFIX_LENGTH]: 255}
    for name in names.splitlines():
        starts.setdefault(fold(name)[:PREFIX_LENGTH], 200)
    for token in name_tokens(names):
        starts.setdefault(token[:PREFIX_LENGTH], 200)
    for word in words_in(normalize(title)):
        starts.setdefault(word[:PREFIX_LENGTH], 100)
    return {start: weight for start, weight in starts.items() if start}
