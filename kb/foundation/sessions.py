"""Django's sessions in the database, read with SQL that is made once: every page asks for one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from kb.foundation.prepared import Prepared

_stored = Prepared(
    lambda keys: Session.objects.filter(session_key__in=keys).values_list(
        "session_data", "expire_date"
    ),
    by_text=True,
)


class SessionStore(db.SessionStore):
    """The engine that the settings name (``SESSION_ENGINE``)."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty, and without its key, when there is none or it has ended."""
        for stored, ends_at in _stored([self.session_key]):
            if ends_at > timezone.now():
                held: dict[str, Any] = self.decode(stored)
                return held
        self._session_key = None
        return {}
