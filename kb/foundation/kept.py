"""What a process remembers of records for as long as they stay as they are."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

# Where a record stands: a part of the index that never changes, and its number there. Neither comes again
# once the record is indexed anew. None: that part is too new to be relied on.
Place = tuple[str, int] | None


class Kept(Generic[T]):
    """Facts of records by their places; a fact costs no key, for most of a company's records have one.

    What has no place is read each time. At most ``most`` are remembered; then the part of the index that has
    been known longest is forgotten whole. Threads may share it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._lock = Lock()
        self._parts: dict[str, list[T | None]] = {}

    def get(
        self, places: Mapping[str, Place], read: Callable[[list[str]], Mapping[str, T]]
    ) -> dict[str, T]:
        """The facts of these keys; ``read`` is called once with the keys that are not remembered."""
        found: dict[str, T] = {}
        missing = []
        for key, place in places.items():
            facts = self._parts.get(place[0]) if place is not None else None
            if place is None or facts is None or place[1] >= len(facts):
                missing.append(key)
                continue
            fact = facts[place[1]]
            if fact is None:
                missing.append(key)
            else:
                found[key] = fact
        if missing:
            fresh = read(missing)
            found.update(fresh)
            with self._lock:
                for key, fact in fresh.items():
                    self._remember(places[key], fact)
        return found

    def _remember(self, place: Place, fact: T) -> None:
        if place is None:
            return
        if self._count >= self._most:
            self._forget_oldest()
        part, number = place
        facts = self._parts.setdefault(part, [])
        # Never cut, so that whoever reads meanwhile finds what was there.
        facts.extend([None] * (number + 1 - len(facts)))
        self._count += facts[number] is None
        facts[number] = fact

    def _forget_oldest(self) -> None:
        gone = self._parts.pop(next(iter(self._parts)))
        self._count -= sum(fact is not None for fact in gone)
