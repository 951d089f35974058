"""The worker of the web server: long addresses get through, and what does not is refused in words.

Its processes share their visitors out: a browser keeps its connection, and with it its process, so that eight people
who all came to one process would have one core while the others stand idle.
"""

import time
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from gunicorn import util
from gunicorn.http import message
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

# The library's own limit is 8,190 bytes: 900 Japanese letters, less than people paste into a search.
# It must stay finite: the line is read before anybody knows who asks.
ADDRESS_MAX_BYTES = 64 * 1024
message.MAX_REQUEST_LINE = ADDRESS_MAX_BYTES
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-ancestors 'none'"

# All processes hear of a new visitor at once, and an idle one is there within a tenth of this.
_HESITATION_S = 0.001
_LONGEST_HESITATION_S = 0.005
# A browser that has been answered may ask again, or not.
_WEIGHT_OF_KEPT = 0.1


class PageWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads, with pages of ours where no application has been asked yet."""

    def accept(self, listener: Any) -> None:
        """Takes a new visitor, unless a process that has less to do comes before: the more to do, the later.

        Nothing is lost meanwhile: the requests that make it wait are being worked on by other threads.
        """
        kept = len(self.keepalived_conns) + len(self.pending_conns)
        load = self.nr_conns - kept + kept * _WEIGHT_OF_KEPT
        if load:
            time.sleep(min(load * _HESITATION_S, _LONGEST_HESITATION_S))
        super().accept(listener)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answers a request that cannot be read."""
        if isinstance(exc, LimitRequestLine):
            self._refuse(client, addr, exc, "414 URI Too Long")
        elif isinstance(exc, LimitRequestHeaders):
            self._refuse(client, addr, exc, "431 Request Header Fields Too Large")
        else:
            super().handle_error(req, client, addr, exc)

    def _refuse(self, client: Any, addr: Any, exc: Exception, status: str) -> None:
        self.log.warning("Refused a request from %s: %s", (addr or ("",))[0], exc)
        body = _page(is_headers=status.startswith("431")).encode()
        head = (
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\n"
            f"Cache-Control: no-store\r\nContent-Security-Policy: {_POLICY}\r\n\r\n"
        )
        try:
            util.write_nonblock(client, head.encode("latin1") + body)
        except OSError as error:
            self.log.debug("The browser has gone: %s", error)


@cache
def _page(*, is_headers: bool) -> str:
    """The page, drawn once; its language is not known, so it speaks both."""
    with translation.override("ja"):
        return render_to_string("414.html", {"is_headers": is_headers})
