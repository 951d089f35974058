"""A word that names a kind of record: 「読書メモ」 leads to the book notes, 「営業 議事録」 to minutes about 営業."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from kb.search.analysis import normalize
from kb.search.kinds import KIND_WORDS, LONE_KIND_WORDS
from kb.search.query import Found, ParsedText, Scored, SearchQuery, TextLoader, parse_text

# Documents that bear all words in their title stay before the records of the kind, so many at most.
_MOST_TITLES = 3
_LOOKED_AT = 20


def within_kind(query: SearchQuery) -> tuple[tuple[str, ...], SearchQuery] | None:
    """All words, and the search for the others within the kind that one of them names; None without such a word."""
    parsed = parse_text(query.text)
    words = [normalize(word) for word in parsed.words]
    is_alone = len(words) == 1 and not parsed.exact
    meanings = LONE_KIND_WORDS if is_alone else KIND_WORDS
    place = next((i for i, word in enumerate(words) if word in meanings), None)
    if place is None:
        return None
    kinds = meanings[words[place]]
    wanted = kinds & query.kinds if query.kinds else kinds
    if not wanted:
        return None
    return tuple(words), replace(query, text=_without(parsed, place), kinds=wanted)


def _without(parsed: ParsedText, place: int) -> str:
    words = [word for i, word in enumerate(parsed.words) if i != place]
    quoted = [f'"{text}"' for text in parsed.exact]
    return " ".join([*words, *quoted, *(f"-{word}" for word in parsed.excluded)])


def kind_first(
    ordinary: Found,
    of_kind: Found,
    *,
    words: Sequence[str],
    load_texts: TextLoader | None,
    limit: int,
) -> Found:
    """The records of a kind before the ordinary answer, but after what has all words in its title."""
    if not of_kind.hits:
        return ordinary
    titled = _titled(ordinary, words, load_texts)
    order: dict[str, Scored] = {}
    for hit in (*titled, *of_kind.hits, *ordinary.hits):
        order.setdefault(hit.key, hit)
    known = dict(ordinary.kind_counts)
    counts = {**known, **{k: max(n, known.get(k, 0)) for k, n in of_kind.kind_counts}}
    return replace(
        ordinary,
        hits=_falling(tuple(order.values())[:limit]),
        total=sum(counts.values()),
        kind_counts=tuple(sorted(counts.items())),
        suggestion="",
        is_relaxed=False,
    )


def _titled(
    found: Found, words: Sequence[str], load_texts: TextLoader | None
) -> tuple[Scored, ...]:
    if load_texts is None:
        return ()
    first = found.hits[:_LOOKED_AT]
    texts = load_texts([hit.key for hit in first])
    titles = {key: normalize(text.title) for key, text in texts.items()}
    titled = (hit for hit in first if all(word in titles.get(hit.key, "") for word in words))
    return tuple(islice(titled, _MOST_TITLES))


def _falling(hits: tuple[Scored, ...]) -> tuple[Scored, ...]:
    """The hits with scores that never rise: what is shown first counts as best."""
    best = max((hit.score for hit in hits), default=0.0)
    return tuple(
        hit._replace(score=best / (1 + place / _LOOKED_AT)) for place, hit in enumerate(hits)
    )
