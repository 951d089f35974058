"""What a query looks for in the texts that are shown: words, pairs of letters, and the typed text as it stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from kb.search.analysis import JAPANESE, bigrams_of, normalize
from kb.search.katakana import fold_runs
from kb.search.plan import make_plan
from kb.search.query import parse_text
from kb.search.synonyms import OFFICE_WORDS, SynonymTable

# A pair of letters of what was typed says three times as much as one of a word that means the same, and so does
# the whole word; a whole word says three times as much as its pairs.
_OWN, _OTHER, _WHOLE = 3, 1, 3
# Whoever has seen enough of a text need not look at the rest of it.
_AT_ONCE = 500
_TWO_LETTERS = re.compile(f"[{JAPANESE}]{{2}}$")


@dataclass(frozen=True)
class Needles:
    """What to mark: words as the index knows them, and the typed text as it stands.

    ``own`` are the pairs and surfaces of what was typed; the others are of words that mean the same.
    """

    words: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    surfaces: tuple[tuple[str, frozenset[str]], ...] = ()
    own: frozenset[str] = frozenset()

    @cached_property
    def folded(self) -> "Needles":
        """The same for texts whose katakana is folded, as that of words and pairs is."""
        return replace(
            self,
            surfaces=tuple((fold_runs(surface), words) for surface, words in self.surfaces),
            own=self.own.union(map(fold_runs, self.own)),
        )

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """What plain characters show before anything is analysed: most sentences of a long text
        have none of these."""
        return tuple(map(_hint, sorted(self.pairs)))

    @cached_property
    def most_shown(self) -> int:
        """What a sentence shows at a glance that has every hint and every typed word."""
        return sum(self._worths_of_hints.values()) + sum(self._worths_of_surfaces.values())

    @cached_property
    def most_worth(self) -> int:
        """What a sentence is worth that has everything."""
        return sum(map(self._worth, self.pairs)) + sum(self._worths_of_surfaces.values())

    def _worth(self, token: str) -> int:
        return _OWN if token in self.own else _OTHER

    @cached_property
    def _worths_of_hints(self) -> dict[str, int]:
        worths: dict[str, int] = {}
        for pair in self.pairs:
            worths[_hint(pair)] = max(worths.get(_hint(pair), 0), self._worth(pair))
        return worths

    @cached_property
    def _worths_of_surfaces(self) -> dict[str, int]:
        return {surface: _WHOLE * self._worth(surface) for surface, _ in self.surfaces}

    @cached_property
    def letters_and_others(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """The pairs of two Japanese letters, which stand in a folded text as they are, and all other tokens."""
        letters = tuple(pair for pair in self.pairs if _TWO_LETTERS.match(pair))
        return letters, self.pairs.difference(letters)

    @cached_property
    def is_told_at_a_glance(self) -> bool:
        """Whether a folded sentence shows at a glance all that it is worth."""
        return not self.letters_and_others[1]

    @cached_property
    def _hints_of_others(self) -> tuple[str, ...]:
        return tuple(map(_hint, self.letters_and_others[1]))

    @cached_property
    def pairs_of_two(self) -> tuple[str, ...]:
        """The pairs that are two letters of any kind."""
        return tuple(pair for pair in self.pairs if len(pair) == 2)

    def places_in(self, plain: str) -> Iterator[tuple[int, str]]:
        """Yield where which hints stand in a plain text, from left to right; a part of the text at a time."""
        hints = [hint for hint in self.hints if hint in plain]
        for start in range(0, len(plain) if hints else 0, _AT_ONCE):
            places = []
            for hint in hints:
                end = start + _AT_ONCE + len(hint) - 1
                place = plain.find(hint, start, end)
                while place >= 0:
                    places.append((place, hint))
                    place = plain.find(hint, place + 1, end)
            yield from sorted(places)

    def shown_by(self, hints: Iterable[str]) -> int:
        """What some of the hints show, each once."""
        return sum(map(self._worths_of_hints.__getitem__, hints))

    def whole_in(self, plain: str) -> int:
        """What the words add that stand whole in a plain text."""
        return sum(worth for surface, worth in self._worths_of_surfaces.items() if surface in plain)

    def worth_of(self, normalized: str, folded: str) -> int:
        """How much of the query a sentence has, by characters alone: cheap enough for long texts."""
        letters, others = self.letters_and_others
        found = [pair for pair in letters if pair in folded]
        if others and any(hint in normalized for hint in self._hints_of_others):
            found += others.intersection(bigrams_of(normalized))
        return self.whole_in(normalized) + sum(map(self._worth, found))


def _hint(token: str) -> str:
    """A stem may end in another letter than its word (policy, polici)."""
    return token[:-1] if token.isascii() and len(token) > 3 else token


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
    spellings = [normalize(other) for other in also if other not in plan.searched_also]
    typed = [*surfaces, *spellings]
    # A word that was typed beside a word of the same meaning stays a typed one.
    surfaces = {
        **dict.fromkeys([*map(normalize, plan.searched_also), *spellings], frozenset()),
        **surfaces,
    }
    spelled = frozenset(pair for spelling in spellings for pair in bigrams_of(spelling))
    return Needles(
        words=frozenset(token for way in (*own, *others) for token in way.words),
        pairs=spelled.union(pair for way in (*own, *others) for pair in way.pairs),
        surfaces=tuple(surfaces.items()),
        own=spelled.union(typed, (pair for way in own for pair in way.pairs)),
    )
