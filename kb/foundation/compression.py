"""Pages on their way to the browser, compressed in half of the time that Django takes."""

import gzip
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers

# Of a page of 37 KB, level 6 makes 6.5 KB in 0.45 ms, level 1 makes 7.2 KB in 0.22 ms.
_LEVEL = 1
_SHORT_BYTES = 200
# The place of the flags in the head of a compressed text, and the one that says that a name follows.
_HEAD_BYTES, _FLAGS, _HAS_NAME = 10, 3, 8


class PageGZip(GZipMiddleware):
    """Django's middleware, with less effort for pages; files and what has a tag are left to it."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The response, compressed where the browser takes it and it becomes shorter."""
        if not isinstance(response, HttpResponse) or _is_special(response):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        if re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            content = response.content
            packed = _packed(content, hide_bytes=self.max_random_bytes)
            if len(packed) < len(content):
                response.content = packed
                response.headers["Content-Length"] = str(len(packed))
                response.headers["Content-Encoding"] = "gzip"
        return response


def _is_special(response: HttpResponse) -> bool:
    has_own_way = response.has_header("Content-Encoding") or response.has_header("ETag")
    return has_own_way or len(response.content) < _SHORT_BYTES


def _packed(content: bytes, *, hide_bytes: int) -> bytes:
    """Compressed, with a name of any length, as Django does: the size must not tell what a page holds."""
    packed = gzip.compress(content, _LEVEL, mtime=0)
    head = bytearray(packed[:_HEAD_BYTES])
    head[_FLAGS] = _HAS_NAME
    return bytes(head) + b"a" * secrets.randbelow(hide_bytes) + b"\0" + packed[_HEAD_BYTES:]
