"""Turns names in front matter into people."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from people.models import Person

IMPORTER_LOGIN = "importer"
UNKNOWN_LOGIN = "unknown-author"


def name_key(name: str) -> str:
    """The name without differences of width, case and spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


@dataclass
class Made:
    """The numbers of what an import made besides texts, so that taking it back leaves no trace."""

    people: list[int] = field(default_factory=list)
    departments: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)


class Authors:
    """People by name, read once; those missing are made as inactive authors when first asked for."""

    def __init__(self, *, only: Person | None = None) -> None:
        # Colleagues bring in their own texts: whatever name stands there, they answer for it.
        self.only = only
        self._people: dict[str, Person] = {}
        for person in Person.objects.order_by("-is_imported", "pk"):
            # Later rows win: a colleague who signs in stands before an imported author.
            self._people[name_key(person.name)] = person
        self._logins: dict[str, str] = {}
        self.created: list[Person] = []
        self.made = Made()

    def take_made(self) -> Made:
        """What was made since the last time."""
        made, self.made = self.made, Made()
        return made

    def meet(self, logins: Any) -> None:
        """Notes who is meant by the names of our own export: of two namesakes the one of the login."""
        for name, login in logins.items() if isinstance(logins, dict) else ():
            key = name_key(str(name))
            self._logins[key] = str(login)[:150]
            person = Person.objects.filter(login=str(login)).first()
            if person is not None and name_key(person.name) == key:
                self._people[key] = person

    def known(self, name: str) -> Person | None:
        """The person of that name, if there is one."""
        return self.only or self._people.get(name_key(name))

    def get(self, name: str) -> Person:
        """The person of that name, made when there is none; the placeholder for an empty name."""
        if self.only is not None:
            return self.only
        if not name.strip():
            return placeholder(UNKNOWN_LOGIN, "作者不明")
        person = self.known(name)
        if person is None:
            person = Person.objects.create_user(
                self._login_for(name), name=name[:100], is_active=False, is_imported=True
            )
            self._people[name_key(name)] = person
            self.created.append(person)
            self.made.people.append(person.pk)
        elif not (person.is_active or person.is_imported or person.last_login or person.left_on):
            # Came with an import that was taken back, and comes again.
            person.is_imported = True
            person.save(update_fields=["is_imported"])
            self.made.people.append(person.pk)
        return person

    def _login_for(self, name: str) -> str:
        login = self._logins.get(name_key(name), "")
        if login and not Person.objects.filter(login=login).exists():
            return login
        return _free_login(name)

    def forget_created(self, since: int) -> None:
        """Drops people whose transaction was rolled back; ``since`` is the length before it."""
        for person in self.created[since:]:
            self._people.pop(name_key(person.name), None)
        del self.created[since:]
        self.made = Made()


def placeholder(login: str, name: str) -> Person:
    """An inactive person that stands for nobody: never proposed, cannot sign in."""
    known: Person | None = Person.objects.filter(login=login).first()
    if known is not None:
        return known
    made: Person = Person.objects.create_user(login, name=name, is_active=False)
    return made


def _free_login(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:60]
    if not base:
        base = "author-" + hashlib.sha256(name_key(name).encode()).hexdigest()[:8]
    login, number = base, 2
    while Person.objects.filter(login=login).exists():
        login, number = f"{base}-{number}", number + 1
    return login
