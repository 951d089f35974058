"""Topics that people set aside or handed over: whoever took one over is named in their place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from people.models import Responsibility


@dataclass(frozen=True)
class Stances:
    """What was said of a query's topics: who is not to be asked, and who took over from whom (ids)."""

    aside: frozenset[int] = frozenset()
    successors: Mapping[int, int] = field(default_factory=dict)
    givers: Mapping[int, int] = field(default_factory=dict)

    @property
    def person_ids(self) -> frozenset[int]:
        """Everybody whose name the words may need."""
        return frozenset({*self.givers, *self.givers.values()})

    def order(self, people: Iterable[int]) -> Iterator[int]:
        """The people with successors in the place of those who handed over, each once; as they are needed."""
        told = set(self.aside)
        for person in chain(people, self.successors):
            named = self.successors.get(person, person)
            if named not in told:
                told.add(named)
                yield named

    def whom_to_ask(self, person: int | None) -> int | None:
        """The person, whoever took over from them, or nobody."""
        if person is None or person not in self.aside:
            return person
        return self.successors.get(person)

    def of_chore(self, chore: Responsibility) -> tuple[int | None, int | None]:
        """Whom to ask about a chore: first and second, without those who set the subject aside."""
        main, sub = self.whom_to_ask(chore.main_id), self.whom_to_ask(chore.sub_id)
        return (main, sub) if sub != main else (main, None)


def stances_from(rows: Iterable[tuple[int, int | None, date]]) -> Stances:
    """The stances of rows (person, who takes over or None, day).

    Whoever was named and set the subject aside too is not asked.
    """
    said = sorted(rows, key=lambda row: (row[2], row[0]))
    aside = frozenset(person for person, _to, _day in said)
    handed = [(person, to) for person, to, _day in said if to is not None and to not in aside]
    return Stances(
        aside=aside, successors=dict(handed), givers={to: person for person, to in handed}
    )
