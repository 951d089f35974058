"""Refuses a production set-up that would be unsafe, at start and in ``manage.py check``."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

_LEAST_SECRET_LENGTH = 50
_LEAST_SECRET_LETTERS = 10
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def production_errors() -> list[str]:
    """Sentences on what forbids production, empty outside production (``KB_PRODUCTION``)."""
    if not settings.PRODUCTION:
        return []
    found = []
    if settings.DEBUG:
        found.append("DEBUG を 0 にしてください。 / DEBUG must be off.")
    if not set(settings.ALLOWED_HOSTS) - _LOOPBACK:
        found.append("ALLOWED_HOSTS に公開するホスト名を指定してください。 / Name your host.")
    if "*" in settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS に * は使えません。 / ALLOWED_HOSTS must not be *.")
    if _is_weak(settings.SECRET_KEY):
        found.append(
            "SECRET_KEY には 50 文字以上の乱数を指定してください。 / "
            "SECRET_KEY must be at least 50 random characters."
        )
    return found


def refuse_unsafe_production() -> None:
    """Raise ImproperlyConfigured when ``production_errors`` has something to say."""
    found = production_errors()
    if found:
        raise ImproperlyConfigured("本番環境では始められません。 " + " ".join(found))


@register(Tags.security)
def check_production(
    app_configs: Sequence[Any] | None,  # noqa: ARG001, RUF100
    **_kwargs: Any,
) -> list[CheckMessage]:
    """The same sentences as system check errors, so that every command shows them."""
    return [Error(sentence, id="kb.E001") for sentence in production_errors()]


def _is_weak(key: str) -> bool:
    looks_default = key.startswith("django-insecure-") or "change" in key.lower()
    too_simple = len(key) < _LEAST_SECRET_LENGTH or len(set(key)) < _LEAST_SECRET_LETTERS
    return looks_default or too_simple
