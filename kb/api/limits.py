"""How much a token may send: bytes at a time, requests a minute."""

import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kb.api.models import ApiToken
from kb.api.problems import Refused

REQUEST_MAX_BYTES = 4 * 1024 * 1024
WRITES_PER_MINUTE = 120
READS_PER_MINUTE = 600
_MINUTE_S = 60
_READING = ("GET", "HEAD", "OPTIONS")


def check_limits(request: HttpRequest, token: ApiToken) -> None:
    """Raises Refused with 413 for a body that is too large, 429 for too many requests a minute."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > REQUEST_MAX_BYTES:
        raise Refused(413, _("送られた本文が大きすぎます。4 MBまでです。"))
    is_reading = request.method in _READING
    most = READS_PER_MINUTE if is_reading else WRITES_PER_MINUTE
    now = int(time.time())
    key = f"api.{token.pk}.{'read' if is_reading else 'write'}.{now // _MINUTE_S}"
    cache.add(key, 0, _MINUTE_S * 2)
    if cache.incr(key) > most:
        wait_s = _MINUTE_S - now % _MINUTE_S
        raise Refused(
            429,
            _("1分に%(most)d回までです。%(wait)d秒待って、もう一度送ってください。")
            % {"most": most, "wait": wait_s},
            headers={"Retry-After": str(wait_s)},
        )
