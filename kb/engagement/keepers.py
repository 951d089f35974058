"""To whom a record belongs: who hears when somebody remarks on it."""

from typing import Any

from people.models import Person

# The names under which our models keep the people of a record.
_ATTRIBUTES = ("author", "owner", "chair", "scribe", "started_by", "proposed_by", "head")


def keepers_of(record: Any) -> list[Person]:
    """The people who wrote or keep the record, each once; a person's own page is that person's."""
    if isinstance(record, Person):
        return [record]
    found = (getattr(record, name, None) for name in _ATTRIBUTES)
    return list(dict.fromkeys(person for person in found if isinstance(person, Person)))
