"""Which records exist and may be seen: asked anew by every search, since an index may lag behind."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.foundation.prepared import PreparedAbsent
from kb.meetings.models import Decision, Meeting
from kb.topics.models import Topic
from people.models import Department, Person, Responsibility

_MODELS: tuple[type[Any], ...] = (
    Article,
    Book,
    Meeting,
    Decision,
    Customer,
    Touch,
    VoiceTheme,
    Person,
    Department,
    Responsibility,
    Topic,
    Community,
)


def _visible(model: Any) -> Callable[[Any], Any]:
    return lambda pk: model.objects.visible().filter(pk=pk)


_LABELS = {model._meta.label_lower: _visible(model) for model in _MODELS}
_absent = PreparedAbsent(_LABELS)
_PERSON, _DEPARTMENT = "people.person", "people.department"


def ids_by_label(keys: Iterable[str], known: Collection[str]) -> dict[str, list[int]]:
    """The numbers of records by their model; keys of models that are not ``known`` are left out."""
    ids: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        label, _dot, pk = key.rpartition(".")
        if label in known and pk.isdigit():
            ids[label].append(int(pk))
    return ids


@dataclass(frozen=True)
class Seen:
    """What exists and may be seen, of all that was asked for: keys of records, and ids."""

    keys: AbstractSet[str]
    people: AbstractSet[int]
    departments: AbstractSet[int]


def present(
    keys: Iterable[str], *, people: Collection[int] = (), departments: Collection[int] = ()
) -> Seen:
    """Those of the records, people and departments that exist and may be seen; one query."""
    asked = ids_by_label(keys, _LABELS)
    everything = {label: set(ids) for label, ids in asked.items()}
    everything[_PERSON] = {*asked.get(_PERSON, ()), *people}
    everything[_DEPARTMENT] = {*asked.get(_DEPARTMENT, ()), *departments}
    gone = _absent(everything)
    return Seen(
        {f"{label}.{pk}" for label, ids in asked.items() for pk in ids if pk not in gone[label]},
        everything[_PERSON] - gone.get(_PERSON, set()),
        everything[_DEPARTMENT] - gone.get(_DEPARTMENT, set()),
    )
