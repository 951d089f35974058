"""What a process remembers of records for as long as they stay as they are."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Facts by key, each with the stamp of the state it was read in.

    A fact with another stamp than is asked for is read again; so is one without a stamp (None), each time.
    At most ``most`` are remembered; the oldest go first. Threads may share it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._facts: dict[str, tuple[Hashable, T]] = {}

    def get(
        self,
        stamps: Mapping[str, Hashable | None],
        read: Callable[[list[str]], Mapping[str, T]],
    ) -> dict[str, T]:
        """The facts of these keys; ``read`` is called once with the keys that are not remembered."""
        found: dict[str, T] = {}
        missing = []
        for key, stamp in stamps.items():
            fact = self._facts.get(key) if stamp is not None else None
            if fact is not None and fact[0] == stamp:
                found[key] = fact[1]
            else:
                missing.append(key)
        if missing:
            fresh = read(missing)
            found.update(fresh)
            self._remember((key, stamps[key], fact) for key, fact in fresh.items())
        return found

    def _remember(self, facts: Iterable[tuple[str, Hashable | None, T]]) -> None:
        for key, stamp, fact in facts:
            if stamp is not None:
                self._facts[key] = (stamp, fact)
        for key in list(islice(self._facts, max(len(self._facts) - self._most, 0))):
            self._facts.pop(key, None)
