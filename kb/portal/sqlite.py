"""Lets readers of a SQLite database stand beside each other, although every view is a transaction."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kb.foundation.database import this_database

_READING = {"GET", "HEAD", "OPTIONS", "TRACE"}


def choose_transaction_mode(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page that only reads begins without the write lock, all else takes it at once.

    The settings say IMMEDIATE for everything (see ``kb.env``); under ATOMIC_REQUESTS that alone
    would let one page at a time be read.
    """

    def with_mode(request: HttpRequest) -> HttpResponse:
        database = this_database()
        if database.vendor == "sqlite":
            database.transaction_mode = "DEFERRED" if request.method in _READING else "IMMEDIATE"
        return get_response(request)

    return with_mode
