"""What the index keeps of one document."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kb.search.analysis import bigrams_of, fold, normalize, words_in
from kb.search.facts import UNKNOWN
from kb.search.generation import ORDINARY_QUALITY, PREFIX_LENGTH
from kb.search.readings import name_tokens, reading_tokens
from kb.search.scorer import impact
from kb.search.thesaurus import meaning_tokens

_MAX_INDEXED = 1_200_000
# Each word of it costs the index four tokens of its own.
_READ_ALOUD = 200


def index_fields(prepared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the index keeps of a prepared document: tokens with impacts, facets and columns."""
    title = str(prepared.get("title") or "")
    names = str(prepared.get("names") or "")
    text = str(prepared.get("text") or "")[:_MAX_INDEXED]
    normalized = normalize(f"{title}\n{names}\n{text}")
    words = words_in(normalized)
    words += name_tokens(names)
    aloud = _read_aloud(title, names, text)
    named = dict.fromkeys([*reading_tokens(aloud), *meaning_tokens(aloud)], 1)
    quality = round(float(prepared.get("quality") or 1.0) * ORDINARY_QUALITY)
    return {
        "key": {str(prepared["key"]): 1},
        "id": str(prepared["key"]).encode(),
        "b": _impacts(bigrams_of(normalized)),
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
