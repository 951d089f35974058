"""The best lines of a text for a query, with the matching words marked.

Marks respect the normalisation of the index: searching サーバー marks サーバ, 打合せ marks 打ち合わせ. Results are
segments, so that templates escape the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kb.search.analysis import (
    JAPANESE,
    bigrams_of,
    fold,
    normalize,
    words_of,
)
from kb.search.kanji import NEW_KANJI
from kb.search.katakana import fold_runs
from kb.search.mapped import normalize_with_map
from kb.search.plan import make_plan
from kb.search.query import Passage, Segment, parse_text
from kb.search.synonyms import OFFICE_WORDS, SynonymTable

_MAX_SEARCHED = 200_000
_MAX_TOKENIZED = 4_000
_SENTENCE = re.compile(r"[^\n。!?！？]*[。!?！？]?[」』）)]*\n*")
_AFTER_END = "。!?！？」』）)\n"
_SPACES = re.compile(r"\s+")
_INK = re.compile(r"\S")
_LEAD = 30
_LONGEST = 400
# So many sentences of a text are compared thoroughly, those first that show most at a glance.
_MOST_WEIGHED = 4
_TO_NEW_KANJI = str.maketrans(NEW_KANJI)
_TWO_LETTERS = re.compile(f"[{JAPANESE}]{{2}}$")
_OLD_KANJI = re.compile(f"[{''.join(NEW_KANJI)}]")


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
    def most_shown(self) -> int:
        """What a sentence shows at a glance that has every hint and every typed word."""
        return len(set(self.hints)) + 3 * len(self.surfaces)

    @cached_property
    def most_worth(self) -> int:
        """What a sentence is worth that has everything."""
        return len(self.pairs) + 3 * len(self.surfaces)

    @cached_property
    def letters_and_others(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """The pairs of two Japanese letters, which stand in a folded text as they are, and all other tokens."""
        letters = tuple(pair for pair in self.pairs if _TWO_LETTERS.match(pair))
        return letters, self.pairs.difference(letters)

    def places_in(self, plain: str) -> list[tuple[int, str]]:
        """Where which hints stand in a plain text, from left to right."""
        places = []
        for hint in self.hints:
            place = plain.find(hint)
            while place >= 0:
                places.append((place, hint))
                place = plain.find(hint, place + 1)
        return sorted(places)

    def whole_in(self, plain: str) -> int:
        """What the typed words add that stand in a plain text as they are."""
        return 3 * len([surface for surface, _ in self.surfaces if surface in plain])


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
    text: str, wanted: Needles, *, count: int = 1, length: int = 96
) -> tuple[Passage, ...]:
    """Return the sentences that say most about the query; the beginning when none says anything."""
    text = text[:_MAX_SEARCHED]
    starts = _best_sentences(text, wanted, count) or _first_with_words(text, wanted)
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(starts):
        if not chosen or start >= chosen[-1][1]:
            chosen.append(_window(text, (start, end), wanted, length))
    return tuple(_passage(text, start, end, wanted) for start, end in chosen)


def _best_sentences(text: str, wanted: Needles, count: int) -> list[tuple[int, int]]:
    """Return the sentences worth most, of equal ones the first; none when none is worth anything."""
    scored = []
    complete = 0
    for start, end in sorted(_promising(text, wanted)):
        worth = _worth(text[start:end], wanted)
        if worth > 0:
            scored.append((worth, -start, end))
        # Nothing that follows is better than a sentence with everything.
        complete += worth >= wanted.most_worth
        if complete == count:
            break
    return [(-negative, end) for _, negative, end in sorted(scored, reverse=True)[:count]]


def _promising(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return the sentences with most of what plain characters show, best first; more than enough to choose from."""
    plain = _plain(text)
    if len(plain) == len(text):
        worths = _worths_at_a_glance(plain, wanted)
    else:
        # Letters were joined or taken apart on the way, which is rare: no place is the same.
        sentences = {span: _plain(text[slice(*span)]) for span in _sentences(text)}
        worths = {
            span: len({hint for _, hint in wanted.places_in(sentence)}) + wanted.whole_in(sentence)
            for span, sentence in sentences.items()
        }
    found = [span for span in worths if worths[span]]
    return sorted(found, key=lambda span: (-worths[span], span))[:_MOST_WEIGHED]


def _worths_at_a_glance(plain: str, wanted: Needles) -> dict[tuple[int, int], int]:
    """Return what the sentences that have hints show, from left to right until enough of them show everything."""
    worths: dict[tuple[int, int], int] = {}
    found: set[str] = set()
    span = (0, 0)
    complete = 0
    for place, hint in wanted.places_in(plain):
        if place >= span[1]:
            if found:
                worths[span] = len(found) + wanted.whole_in(plain[slice(*span)])
                complete += worths[span] >= wanted.most_shown
                if complete == _MOST_WEIGHED:
                    return worths
            span, found = _sentence_at(plain, place), set()
        found.add(hint)
    if found:
        worths[span] = len(found) + wanted.whole_in(plain[slice(*span)])
    return worths


def _sentence_at(text: str, place: int) -> tuple[int, int]:
    """Return the sentence of a plain text that a place is in, or the part of a long one."""
    before = max(0, place - _LONGEST)
    # Written out, because it is asked for every place of every word. Wide signs are narrow in a plain text.
    end_before = max(
        text.rfind("\n", before, place),
        text.rfind("。", before, place),
        text.rfind("!", before, place),
        text.rfind("?", before, place),
    )
    start = end_before + 1 if end_before >= 0 else before
    while start < place and text[start] in _AFTER_END:
        start += 1
    sentence = _SENTENCE.match(text, start)
    end = sentence.end() if sentence else len(text)
    if end - start <= _LONGEST:
        return start, end
    first = start + (place - start) // _LONGEST * _LONGEST
    return first, min(first + _LONGEST, end)


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
    plain = unicodedata.normalize("NFKC", text).lower()
    return plain.translate(_TO_NEW_KANJI) if _OLD_KANJI.search(plain) else plain


def _worth(sentence: str, wanted: Needles) -> float:
    """Return how much of the query a sentence has, by characters alone: cheap enough for long texts."""
    normalized = normalize(sentence)
    whole = sum(3.0 for surface, _ in wanted.surfaces if surface in normalized)
    letters, others = wanted.letters_and_others
    folded = fold_runs(normalized)
    found = sum(pair in folded for pair in letters)
    if others:
        found += len(others.intersection(bigrams_of(normalized)))
    return whole + found


def _first_with_words(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return the first sentence that has a word of the query in another spelling, else the first one."""
    first: list[tuple[int, int]] = []
    for start, end in _sentences(text):
        first = first or [(start, end)]
        if start > _MAX_TOKENIZED:
            break
        if words_of(normalize(text[start:end]), wanted.words):
            return [(start, end)]
    return first


def _window(text: str, span: tuple[int, int], wanted: Needles, length: int) -> tuple[int, int]:
    """Return a range of about ``length`` characters: the sentence with what follows, or a part of a long one."""
    start, end = span
    if end - start <= length:
        return start, min(len(text), start + length)
    places = [place for place, _ in wanted.places_in(_plain(text[start:end]))]
    if not places:
        places = [range_[0] for range_ in _ranges(text[start:end], wanted)]
    if not places:
        return start, start + length
    densest = max(
        places, key=lambda p: sum(1 for other in places if 0 <= other - p < length - _LEAD)
    )
    first = min(max(start, start + densest - _LEAD), end - length)
    return first, first + length


def _passage(text: str, start: int, end: int, wanted: Needles) -> Passage:
    shown = _SPACES.sub(" ", text[start:end]).strip()
    before = "…" if _INK.search(text, 0, start) else ""
    after = "…" if _INK.search(text, end) else ""
    segments = mark(shown, wanted)
    edges = (Segment(before),) if before else ()
    return Passage((*edges, *segments, *((Segment(after),) if after else ())))


def _ranges(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return the parts of a text that match: by words, and by characters where no word does."""
    mapped = normalize_with_map(text)
    if not mapped.text:
        return []
    found = words_of(mapped.text, wanted.words)
    ranges = [mapped.original_range(word.start, word.end) for word in found]
    tokens = {word.token for word in found}
    for surface, words in wanted.surfaces:
        # 京都 as a word of its own leaves 東京都 unmarked; お客さま is marked whole, not its 客 alone.
        is_known = bool(words) and words <= tokens
        ranges += [
            mapped.original_range(start, end)
            for start, end in _places_of(surface, mapped.text)
            if not is_known or any(start <= word.start and word.end <= end for word in found)
        ]
    if not ranges:
        ranges = [
            mapped.original_range(i, i + 2) for i in _places_of_pairs(mapped.text, wanted.pairs)
        ]
    return _joined(ranges)


def _places_of(surface: str, normalized: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of a typed text wherever it stands."""
    start = normalized.find(surface) if surface else -1
    while start >= 0:
        yield start, start + len(surface)
        start = normalized.find(surface, start + len(surface))


def _places_of_pairs(normalized: str, pairs: frozenset[str]) -> Iterator[int]:
    """Yield where two letters stand that are one of the pairs."""
    folded = fold(normalized)
    if any(pair in folded for pair in pairs):
        for i in range(len(normalized) - 1):
            if _folded_pair(normalized[i : i + 2]) in pairs:
                yield i


@lru_cache(maxsize=20_000)
def _folded_pair(letters: str) -> str:
    """Two letters folded by themselves; of all texts the same ones come again."""
    return fold(letters)


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
