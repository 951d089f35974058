"""ToDos as a calendar that programs subscribe to (iCalendar, RFC 5545)."""

import datetime as dt
from collections.abc import Iterable, Iterator

from kb.todos.models import ActionItem

LINE_MAX_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_text(name: str, items: Iterable[ActionItem], *, site: str) -> str:
    """The calendar: one all-day event for every ToDo with a date. Lines end in CRLF.

    ``site`` is the address of this system, "https://host": it makes identifiers unique and
    leads from the event to the ToDo.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Chinowa//ToDo//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(name)}",
        # How often programs should ask again (RFC 7986).
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for item in items for line in _event(item, site)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _event(item: ActionItem, site: str) -> Iterator[str]:
    day = item.due_on
    if day is None:
        return
    host = site.partition("://")[2] or "localhost"
    yield "BEGIN:VEVENT"
    yield f"UID:todo-{item.pk}@{host.partition(':')[0]}"
    yield f"DTSTAMP:{_moment(item.updated_at)}"
    yield f"LAST-MODIFIED:{_moment(item.updated_at)}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escape(item.text)}"
    if item.origin is not None and getattr(item.origin, "deleted_at", None) is None:
        yield f"DESCRIPTION:{_escape(str(item.origin))}"
    yield f"URL:{site}{item.get_absolute_url()}"
    yield "STATUS:CONFIRMED"
    # A task fills no hours: the day stays free in the calendar.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    plain = "".join(c for c in text if c == "\n" or (c >= " " and c != "\x7f"))
    return plain.translate(_ESCAPES)


def _fold(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none of which cuts a character."""
    piece, octets, room = "", 0, LINE_MAX_OCTETS
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if octets + size > room:
            yield piece
            # A piece that goes on begins with one space, which counts.
            piece, octets = " ", 1
        piece += character
        octets += size
    yield piece
