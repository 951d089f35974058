"""The Content-Security-Policy of the settings, put together once; only the nonce differs from page to page."""

from functools import cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest

_NONCE = "nonce-of-this-page"


class ContentPolicy(CSPMiddleware):
    """The library's middleware, which puts two policies together for each page."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The response with the policy; one that names a policy of its own is left to the library."""
        if settings.DEBUG or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        nonce: str | None = getattr(request, "_csp_nonce", None)
        if HEADER not in response:
            response[HEADER] = _policy(has_nonce=nonce is not None).replace(_NONCE, nonce or "")
        if nonce is None:
            # Whoever asks for it now is too late, and is told.
            late = CheckableLazyObject(self._csp_nonce_post_response)
            setattr(request, "csp_nonce", late)  # noqa: B010 (no attribute of the type)
        return response


@cache
def _policy(*, has_nonce: bool) -> str:
    return str(build_policy(nonce=_NONCE if has_nonce else None))
