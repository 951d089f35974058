"""The best lines of a text for a query, with the matching words marked.

Marks respect the normalisation of the index: searching サーバー marks サーバ, 打合せ marks 打ち合わせ. Results are
segments, so that templates escape the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.search.analysis import bigrams_of, fold, normalize, normalize_with_map, words_of
from kb.search.kanji import NEW_KANJI
from kb.search.plan import make_plan
from kb.search.query import Passage, Segment, parse_text
from kb.search.synonyms import OFFICE_WORDS, SynonymTable

_MAX_SEARCHED = 200_000
_MAX_TOKENIZED = 4_000
_SENTENCE = re.compile(r"[^\n。!?！？]*[。!?！？]?[」』）)]*\n*")
_SPACES = re.compile(r"\s+")
_LEAD = 30
_LONGEST = 400
# So many sentences of a text are compared thoroughly, those first that show most at a glance.
_MOST_WEIGHED = 12
_TO_NEW_KANJI = str.maketrans(NEW_KANJI)


@dataclass(frozen=True)
class Needles:
    """What to mark: words as the index knows them, and the typed text as it stands."""

    words: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    surfaces: tuple[tuple[str, frozenset[str]], ...] = ()

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """What plain characters show before anything is analysed: most sentences of a long text
        have none of these. A stem may end in another letter than its word (policy, polici)."""
        return tuple(
            pair[:-1] if pair.isascii() and len(pair) > 3 else pair for pair in sorted(self.pairs)
        )

    @cached_property
    def hint(self) -> re.Pattern[str] | None:
        """Finds any of the hints."""
        return re.compile("|".join(map(re.escape, self.hints))) if self.hints else None

    def hints_in(self, plain: str) -> int:
        """How many different hints stand in a plain text."""
        if self.hint is None or self.hint.search(plain) is None:
            return 0
        whole = sum(3 for surface, _ in self.surfaces if surface in plain)
        return whole + sum(hint in plain for hint in self.hints)


def needles(text: str, synonyms: SynonymTable = OFFICE_WORDS, also: Iterable[str] = ()) -> Needles:
    """Return what a query looks for; make it once per query.

    ``also`` are other spellings that only the index knows, such as 経費精算 for けいひせいさん.
    """
    plan = make_plan(parse_text(text), synonyms, lambda field, token: 0)
    own = [word.ways[0] for word in plan.words]
    # A word of the same meaning that has several parts is marked whole or not at all.
    others = [way for word in plan.words for way in word.ways[1:] if len(way.words) == 1]
    surfaces = {
        word.text: frozenset(word.ways[0].words) for word in plan.words if len(word.text) > 1
    }
    surfaces |= {normalize(other): frozenset() for other in plan.searched_also}
    spellings = [normalize(other) for other in also if other not in plan.searched_also]
    surfaces |= dict.fromkeys(spellings, frozenset())
    spelled = frozenset(pair for spelling in spellings for pair in bigrams_of(spelling))
    return Needles(
        words=frozenset(token for way in (*own, *others) for token in way.words),
        pairs=spelled.union(pair for way in (*own, *others) for pair in way.pairs),
        surfaces=tuple(surfaces.items()),
    )


def mark(text: str, wanted: Needles) -> tuple[Segment, ...]:
    """Return a short text in segments, the matching words marked."""
    return _segments(text, _ranges(text, wanted))


def best_passages(
    text: str, wanted: Needles, *, count: int = 1, length: int = 120
) -> tuple[Passage, ...]:
    """Return the sentences that say most about the query; the beginning when none says anything."""
    text = text[:_MAX_SEARCHED]
    scored = [
        (_worth(text[start:end], wanted), -start, end) for start, end in _promising(text, wanted)
    ]
    best = sorted((entry for entry in scored if entry[0] > 0), reverse=True)[:count]
    starts = [(-negative, end) for _, negative, end in best]
    if not starts:
        starts = _first_with_words(text, wanted)
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(starts):
        if not chosen or start >= chosen[-1][1]:
            chosen.append(_window(text, (start, end), wanted, length))
    return tuple(_passage(text, start, end, wanted) for start, end in chosen)


def _promising(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return the sentences with most of what plain characters show, in order; more than enough to choose from."""
    plain = _plain(text)
    # Rarely are letters joined or taken apart on the way; then every sentence is made plain alone.
    if len(plain) == len(text):
        hints = {span: wanted.hints_in(plain[slice(*span)]) for span in _near_hints(plain, wanted)}
    else:
        hints = {span: wanted.hints_in(_plain(text[slice(*span)])) for span in _sentences(text)}
    found = [span for span in hints if hints[span]]
    return sorted(found, key=lambda span: (-hints[span], span))[:_MOST_WEIGHED]


def _near_hints(plain: str, wanted: Needles) -> Iterator[tuple[int, int]]:
    """Yield the sentences that have a hint."""
    if wanted.hint is None:
        return
    sentences = _sentences(plain)
    start = end = 0
    for match in wanted.hint.finditer(plain):
        while match.start() >= end:
            start, end = next(sentences, (0, len(plain) + 1))
        if end <= len(plain) and match.start() >= start:
            yield start, end


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        first, last = match.span()
        if last - first <= _LONGEST:
            if not text[first:last].isspace() and first < last:
                yield first, last
            continue
        for start in range(first, last, _LONGEST):
            yield start, min(start + _LONGEST, last)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_NEW_KANJI)


def _worth(sentence: str, wanted: Needles) -> float:
    """Return how much of the query a sentence has, by characters alone: cheap enough for long texts."""
    normalized = normalize(sentence)
    whole = sum(3.0 for surface, _ in wanted.surfaces if surface in normalized)
    found = wanted.pairs.intersection(bigrams_of(normalized))
    return whole + len(found) if whole or found else 0.0


def _first_with_words(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return the first sentence that has a word of the query in another spelling, else the first one."""
    first: list[tuple[int, int]] = []
    for start, end in _sentences(text):
        first = first or [(start, end)]
        if start > _MAX_TOKENIZED:
            break
        if any(words_of(normalize(text[start:end]), wanted.words)):
            return [(start, end)]
    return first


def _window(text: str, span: tuple[int, int], wanted: Needles, length: int) -> tuple[int, int]:
    """Return a range of about ``length`` characters: the sentence with what follows, or a part of a long one."""
    start, end = span
    if end - start <= length:
        return start, min(len(text), start + length)
    ranges = _ranges(text[start:end], wanted)
    if not ranges:
        return start, start + length
    densest = max(ranges, key=lambda r: sum(1 for o in ranges if 0 <= o[0] - r[0] < length - _LEAD))
    first = min(max(start, start + densest[0] - _LEAD), end - length)
    return first, first + length


def _passage(text: str, start: int, end: int, wanted: Needles) -> Passage:
    shown = _SPACES.sub(" ", text[start:end]).strip()
    before = "…" if text[:start].strip() else ""
    after = "…" if text[end:].strip() else ""
    segments = mark(shown, wanted)
    edges = (Segment(before),) if before else ()
    return Passage((*edges, *segments, *((Segment(after),) if after else ())))


def _ranges(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return the parts of a text that match: by words, and by characters where no word does."""
    mapped = normalize_with_map(text)
    if not mapped.text:
        return []
    found = list(words_of(mapped.text, wanted.words))
    ranges = [mapped.original_range(word.start, word.end) for word in found]
    tokens = {word.token for word in found}
    for surface, words in wanted.surfaces:
        # 京都 as a word of its own leaves 東京都 unmarked.
        if not words or not words <= tokens:
            ranges += [
                mapped.original_range(match.start(), match.end())
                for match in re.finditer(re.escape(surface), mapped.text)
            ]
    if not ranges:
        ranges = [
            mapped.original_range(i, i + 2)
            for i in range(len(mapped.text) - 1)
            if fold(mapped.text[i : i + 2]) in wanted.pairs
        ]
    return _joined(ranges)


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _segments(text: str, ranges: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    position = 0
    for start, end in ranges:
        if start > position:
            segments.append(Segment(text[position:start]))
        segments.append(Segment(text[start:end], hit=True))
        position = end
    if position < len(text):
        segments.append(Segment(text[position:]))
    return tuple(segments)
