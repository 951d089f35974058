"""Sign-ins in the log: who came in, who was refused, and who went out, by page or administration."""

import ipaddress
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from kb.foundation.models import AuditEntry
from people.models import Person


def watch_sign_ins() -> None:
    """Write every sign-in, refusal and sign-out into the log from now on."""
    user_logged_in.connect(_came_in, dispatch_uid="audit.sign_in")
    user_logged_out.connect(_went_out, dispatch_uid="audit.sign_out")
    user_login_failed.connect(_was_refused, dispatch_uid="audit.sign_in_refused")


def _came_in(request: HttpRequest | None = None, user: Any = None, **_kwargs: Any) -> None:
    _write("sign_in", user, request)


def _went_out(request: HttpRequest | None = None, user: Any = None, **_kwargs: Any) -> None:
    if isinstance(user, Person):
        _write("sign_out", user, request)


def _was_refused(
    request: HttpRequest | None = None, credentials: Any = None, **_kwargs: Any
) -> None:
    """Under the person whose name was typed; another name is not kept: it may be a password."""
    typed = str((credentials or {}).get("username") or "").strip()[:254]
    found = Person.objects.filter(**{"email__iexact" if "@" in typed else "login": typed}).first()
    _write("sign_in.refused", found, request)


def _write(verb: str, person: Person | None, request: HttpRequest | None) -> None:
    # Tests and commands sign people in without anybody visiting.
    if request is None or "REMOTE_ADDR" not in request.META:
        return
    target = f"people.person.{person.pk}" if person is not None else ""
    AuditEntry.objects.create(
        person=person, action=f"person.{verb}", target=target, address=_address(request)
    )


def _address(request: HttpRequest) -> str | None:
    """Where the visitor sits; None behind a socket that tells no address."""
    try:
        return str(ipaddress.ip_address(request.META["REMOTE_ADDR"]))
    except ValueError:
        return None
