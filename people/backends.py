"""Sign-in by login or by e-mail address."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from kb.foundation.prepared import PreparedRecords
from people.models import Person

# Every page asks it for the reader.
_by_id = PreparedRecords(lambda ids: Person.objects.filter(pk__in=ids).order_by())


class LoginOrEmailBackend(ModelBackend):
    """Accepts either name; leavers are refused by ``user_can_authenticate``."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Person | None:
        """The person whose login or e-mail and password match, else None."""
        name = (username or kwargs.get(Person.USERNAME_FIELD) or "").strip()
        if not name or password is None:
            return None
        field = "email__iexact" if "@" in name else "login"
        person: Person | None = Person.objects.filter(**{field: name}).first()
        if person is None:
            person = Person.objects.filter(login=name).first()
        if person is None:
            # Hash once anyway, so that the answer takes as long as for a known name.
            Person().set_password(password)
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None

    def get_user(self, user_id: int) -> Person | None:
        """The person of a session, unless they have left."""
        person: Person | None = next(iter(_by_id([user_id])), None)
        return person if person is not None and self.user_can_authenticate(person) else None
