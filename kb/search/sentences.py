"""Which sentences of a text say most about a query, told by characters alone."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from kb.search.kanji import NEW_KANJI
from kb.search.needles import Needles

Span = tuple[int, int]

_SENTENCE = re.compile(r"[^\n。!?！？]*[。!?！？]?[」』）)]*\n*")
_AFTER_END = "。!?！？」』）)\n"
_LONGEST = 400
# So many sentences of a text are compared thoroughly, those first that show most at a glance.
MOST_WEIGHED = 4
_TO_NEW_KANJI = str.maketrans(NEW_KANJI)
_OLD_KANJI = re.compile(f"[{''.join(NEW_KANJI)}]")


def plain_text(text: str) -> str:
    """Return the text as its characters are compared at a glance; not always as long as the text."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return plain.translate(_TO_NEW_KANJI) if _OLD_KANJI.search(plain) else plain


def best_of(
    worths: Mapping[Span, int], worth_of: Callable[[Span], int], wanted: Needles, count: int
) -> list[Span]:
    """Return the sentences worth most, of equal ones the first; none when none is worth anything.

    ``worths`` are what they show at a glance, ``worth_of`` tells what one is worth when looked at thoroughly.
    """
    promising = sorted(worths, key=lambda span: (-worths[span], span))[:MOST_WEIGHED]
    scored = []
    complete = 0
    for span in sorted(promising):
        worth = worth_of(span)
        if worth > 0:
            scored.append((worth, -span[0], span[1]))
        # Nothing that follows is better than a sentence with everything.
        complete += worth >= wanted.most_worth
        if complete == count:
            break
    return [(-negative, end) for _, negative, end in sorted(scored, reverse=True)[:count]]


def worths_at_a_glance(plain: str, wanted: Needles, enough: int = MOST_WEIGHED) -> dict[Span, int]:
    """Return what the sentences that have hints show, from left to right until enough of them show everything."""
    ends = _with_one_end(plain)
    worths: dict[Span, int] = {}
    found: set[str] = set()
    span = (0, 0)
    complete = 0
    for place, hint in wanted.places_in(plain):
        if place >= span[1]:
            if found:
                worths[span] = wanted.shown_by(found) + wanted.whole_in(plain[slice(*span)])
                complete += worths[span] >= wanted.most_shown
                if complete == enough:
                    return worths
            span, found = _sentence_at(plain, ends, place), set()
        found.add(hint)
    if found:
        worths[span] = wanted.shown_by(found) + wanted.whole_in(plain[slice(*span)])
    return worths


def worths_of_each(sentences: Iterable[Span], text: str, wanted: Needles) -> dict[Span, int]:
    """The same, sentence by sentence, for a text whose plain characters stand at other places."""
    worths = {}
    for span in sentences:
        plain = plain_text(text[slice(*span)])
        found = {hint for _, hint in wanted.places_in(plain)}
        worth = wanted.shown_by(found) + wanted.whole_in(plain)
        if worth:
            worths[span] = worth
    return worths


def sentence_at(text: str, place: int) -> Span:
    """Return the sentence of a plain text that a place is in, or the part of a long one."""
    # Wide signs are narrow in a plain text.
    return _sentence_at(text, _with_one_end(text), place)


def _with_one_end(text: str) -> str:
    """The text with one and the same sign at the end of each sentence."""
    return text.replace("\n", "。").replace("!", "。").replace("?", "。")


def _sentence_at(text: str, ends: str, place: int) -> Span:
    before = max(0, place - _LONGEST)
    end_before = ends.rfind("。", before, place)
    start = end_before + 1 if end_before >= 0 else before
    while start < place and text[start] in _AFTER_END:
        start += 1
    sentence = _SENTENCE.match(text, start)
    end = sentence.end() if sentence else len(text)
    if end - start <= _LONGEST:
        return start, end
    first = start + (place - start) // _LONGEST * _LONGEST
    return first, min(first + _LONGEST, end)


def sentences_of(text: str) -> Iterator[Span]:
    """Yield the sentences that say something, long ones in parts."""
    for match in _SENTENCE.finditer(text):
        first, last = match.span()
        if last - first <= _LONGEST:
            if not text[first:last].isspace() and first < last:
                yield first, last
            continue
        for start in range(first, last, _LONGEST):
            yield start, min(start + _LONGEST, last)
