"""The best lines of a text for a query, with the matching words marked.

Marks respect the normalisation of the index: searching サーバー marks サーバ, 打合せ marks 打ち合わせ. Results are
segments, so that templates escape the text.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from kb.search.analysis import normalize, words_in
from kb.search.katakana import fold_runs
from kb.search.needles import Needles
from kb.search.placed import PlacedText
from kb.search.query import Passage, Segment
from kb.search.sentences import (
    MOST_WEIGHED,
    Span,
    best_of,
    plain_text,
    sentence_at,
    sentences_of,
    worths_at_a_glance,
    worths_of_each,
)

_MAX_SEARCHED = 200_000
_MAX_TOKENIZED = 4_000
_SPACES = re.compile(r"\s+")
_INK = re.compile(r"\S")
_LEAD = 30
_LENGTH = 96


def mark(text: str, wanted: Needles) -> tuple[Segment, ...]:
    """Return a short text in segments, the matching words marked."""
    return mark_part(PlacedText.analysed(text), (0, len(text)), wanted)


def mark_part(text: PlacedText, part: Span, wanted: Needles) -> tuple[Segment, ...]:
    """The same for a part of a text whose words are known."""
    return tuple(_segments(text.text, part, text.marks(wanted, *part)))


def best_passages(
    text: str, wanted: Needles, *, count: int = 1, length: int = _LENGTH
) -> tuple[Passage, ...]:
    """Return the sentences that say most about the query; the beginning when none says anything."""
    text = text[:_MAX_SEARCHED]
    starts = _best_sentences(text, wanted, count) or _first_with_words(text, wanted)
    chosen: list[Span] = []
    for span in sorted(starts):
        if not chosen or span[0] >= chosen[-1][1]:
            chosen.append(_window(len(text), span, length, _places(text, span, wanted)))
    return tuple(_passage(text, window, wanted) for window in chosen)


def best_passage_of(text: PlacedText, wanted: Needles) -> Passage | None:
    """Return what says most of a text whose words are known; None when it says nothing at all."""
    folded, asked = text.folded, wanted.folded

    enough = 1 if asked.is_told_at_a_glance else MOST_WEIGHED
    worths = worths_at_a_glance(folded, asked, enough)

    def worth_of(span: Span) -> int:
        if asked.is_told_at_a_glance:
            return worths[span]
        sentence = folded[slice(*span)]
        return asked.worth_of(sentence, sentence)

    best = best_of(worths, worth_of, asked, 1)
    best = best or _first_with_known_words(text, wanted)
    if not best:
        return None
    [(first, last)] = best

    def places() -> list[int]:
        found = [first + place for place, _ in asked.places_in(folded[first:last])]
        found = found or [place for place, _, _ in text.words(wanted.words, first, last)]
        return sorted(map(text.place_in_text, found))

    span = text.place_in_text(first), text.place_in_text(last)
    window = _window(len(text.text), span, _LENGTH, places)
    segments = mark_part(text, window, wanted)
    shown = text.text[slice(*window)]
    # Of all blanks only the narrow one is called printable.
    is_on_one_line = shown.isprintable() and "  " not in shown and shown == shown.strip()
    return _with_edges(text.text, window, segments if is_on_one_line else _on_one_line(segments))


def _best_sentences(text: str, wanted: Needles, count: int) -> list[Span]:
    plain = plain_text(text)
    if len(plain) == len(text):
        worths = worths_at_a_glance(plain, wanted)
    else:
        # Letters were joined or taken apart on the way, which is rare: no place is the same.
        worths = worths_of_each(sentences_of(text), text, wanted)

    def worth_of(span: Span) -> int:
        normalized = normalize(text[slice(*span)])
        return wanted.worth_of(normalized, fold_runs(normalized))

    return best_of(worths, worth_of, wanted, count)


def _first_with_words(text: str, wanted: Needles) -> list[Span]:
    """Return the first sentence that has a word of the query in another spelling, else the first one."""
    first: list[Span] = []
    for start, end in sentences_of(text):
        first = first or [(start, end)]
        if start > _MAX_TOKENIZED:
            break
        if not wanted.words.isdisjoint(words_in(normalize(text[start:end]))):
            return [(start, end)]
    return first


def _first_with_known_words(text: PlacedText, wanted: Needles) -> list[Span]:
    places = [place for place, _, _ in text.words(wanted.words, 0, len(text.folded))]
    if places:
        return [sentence_at(text.folded, min(places))]
    first = next(sentences_of(text.folded), None)
    return [first] if first else []


def _places(text: str, span: Span, wanted: Needles) -> Callable[[], list[int]]:
    """What gives the places of hints, or of words, in a sentence."""

    def places() -> list[int]:
        start, end = span
        found = [place for place, _ in wanted.places_in(plain_text(text[start:end]))]
        if not found:
            sentence = PlacedText.analysed(text[start:end])
            found = [place for place, _ in sentence.marks(wanted, 0, end - start)]
        return [start + place for place in found]

    return places


def _window(size: int, span: Span, length: int, places: Callable[[], list[int]]) -> Span:
    """Return a range of about ``length`` characters: the sentence with what follows, or a part of a long one."""
    start, end = span
    if end - start <= length:
        return start, min(size, start + length)
    found = places()
    if not found:
        return start, start + length
    densest = max(found, key=lambda p: sum(1 for other in found if 0 <= other - p < length - _LEAD))
    first = min(max(start, densest - _LEAD), end - length)
    return first, first + length


def _passage(text: str, window: Span, wanted: Needles) -> Passage:
    shown = _SPACES.sub(" ", text[slice(*window)]).strip()
    return _with_edges(text, window, mark(shown, wanted))


def _on_one_line(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments without line ends, and without blanks at both ends."""
    pieces = [(_SPACES.sub(" ", text), hit) for text, hit in segments]
    if pieces:
        pieces[0] = pieces[0][0].lstrip(), pieces[0][1]
        pieces[-1] = pieces[-1][0].rstrip(), pieces[-1][1]
    return tuple(Segment(text, hit) for text, hit in pieces if text)


def _with_edges(text: str, window: Span, segments: tuple[Segment, ...]) -> Passage:
    """The segments, with signs where the text goes on."""
    start, end = window
    before = (Segment("…"),) if _INK.search(text, 0, start) else ()
    after = (Segment("…"),) if _INK.search(text, end) else ()
    return Passage((*before, *segments, *after))


def _segments(text: str, part: Span, ranges: Iterable[Span]) -> Sequence[Segment]:
    segments: list[Segment] = []
    position, last = part
    for start, end in ranges:
        if start > position:
            segments.append(Segment(text[position:start]))
        segments.append(Segment(text[start:end], hit=True))
        position = end
    if position < last:
        segments.append(Segment(text[position:last]))
    return segments
