"""みつからなかったことば: words that were searched without success, counted per day without a person.

What found nothing at all is counted by the server, with or without a script in the browser
(docs/decisions/0012-the-server-counts-empty-results.md). That nothing was opened only the browser knows: the
page carries a ticket, signed by us, which its script sends back; a ticket counts once, and nobody can put
words into the list that were not searched (docs/decisions/0008-misses-are-reported-by-the-page.md).
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.db.models import F, Max, Q, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kb.search.analysis import normalize
from kb.search.engine import Answer
from kb.search.forms import Asked
from kb.search.indexing import backend
from kb.search.misplaced import nearest_department
from kb.search.models import SearchMiss
from kb.search.query import SearchQuery, SearchUnavailable, parse_text
from kb.search.vocabulary import synonyms
from people.models import Department

_SALT = "kb.search.misses"
TICKET_LIFE = timedelta(hours=1)
LONGEST = 80
# What may be a number of a person, an account or a telephone.
_MOST_DIGITS = 5
SHOWN_DAYS = 30
# One search alone could tell who it was.
LEAST_SEARCHES = 2
SHOWN = 5
KEPT_DAYS = 365

_SPACES = re.compile(r"\s+")
_DIGIT = re.compile(r"\d")


class BadTicket(Exception):
    """The ticket is not ours, or too old."""


@dataclass(frozen=True)
class Ticket:
    """What a page of results sends back. ``once`` is the same for the same words in one browser tab."""

    value: str
    once: str


@dataclass(frozen=True)
class MissedWord:
    """Words that several searches missed, for a department's page."""

    text: str
    count: int
    last_day: date


def word_of(text: str) -> str:
    """The words as they are kept: normalised, and empty when they may not be kept."""
    word = _SPACES.sub(" ", normalize(text)).strip()
    is_private = "@" in word or len(_DIGIT.findall(word)) > _MOST_DIGITS
    return "" if is_private or len(word) > LONGEST else word


def ticket_for(asked: Asked, answer: Answer) -> Ticket | None:
    """The ticket of a first page without filters that found something; None for all others."""
    word = _kept_word(asked, answer)
    if not word or not answer.lines:
        return None
    kind = str(SearchMiss.Kind.NO_CLICK)
    value = signing.dumps([word, kind, secrets.token_hex(8)], salt=_SALT)
    return Ticket(value, f"{kind}:{word}")


def empty_word(asked: Asked, answer: Answer) -> str:
    """The words that found nothing and may be kept; empty when there is nothing to count."""
    return "" if answer.lines else _kept_word(asked, answer)


def count_empty(word: str, reader: str) -> None:
    """Count words that found nothing: once an hour for one reader, of whom nothing is kept."""
    once = salted_hmac(_SALT, f"{reader}:{word}").hexdigest()
    if cache.add(f"miss:{once}", 1, TICKET_LIFE.total_seconds()):
        _count(word, SearchMiss.Kind.NO_RESULT)


def _kept_word(asked: Asked, answer: Answer) -> str:
    parsed = parse_text(asked.text)
    is_narrowed = (
        asked.query.has_filters
        or asked.is_as_typed
        or any((parsed.filters, parsed.since, parsed.until))
    )
    if is_narrowed or answer.page.is_fallback or asked.query.page > 1:
        return ""
    return word_of(parsed.plain)


def record(ticket: str) -> None:
    """Count the words of a ticket, once per ticket. Raises BadTicket."""
    try:
        word, kind, number = signing.loads(ticket, salt=_SALT, max_age=TICKET_LIFE)
    except signing.BadSignature as error:
        raise BadTicket from error
    if cache.add(f"miss:{number}", 1, TICKET_LIFE.total_seconds()):
        _count(word, kind)


def _count(word: str, kind: str) -> None:
    today = timezone.localdate()
    department = nearest_department(word)
    row, is_new = SearchMiss.objects.get_or_create(
        text=word, kind=kind, day=today, defaults={"department": department}
    )
    if is_new:
        SearchMiss.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()
    else:
        again = SearchMiss.objects.filter(pk=row.pk)
        again.update(count=F("count") + 1, department=department)


def missed_words(department: Department | None, *, but: Iterable[Any] = ()) -> list[MissedWord]:
    """What several searches of the last 30 days missed and this department is nearest to, most first.

    Without a department: what none is near to. Words are left out that find something by now, and those that
    ``but`` (wishes with a title) asks for.
    """
    rows = (
        SearchMiss.objects.filter(department=department, day__gt=_since())
        .values("text")
        .annotate(
            searches=Sum("count"),
            last=Max("day"),
            unopened=Sum("count", filter=Q(kind=SearchMiss.Kind.NO_CLICK)),
        )
        .filter(searches__gte=LEAST_SEARCHES)
        .order_by("-searches", "-last", "text")[: SHOWN * 2]
    )
    asked_for = {word_of(wish.title) for wish in but}
    missed = [
        MissedWord(row["text"], row["searches"], row["last"])
        for row in rows
        if row["text"] not in asked_for and (row["unopened"] or not _is_found_now(row["text"]))
    ]
    return missed[:SHOWN]


def _since() -> date:
    return timezone.localdate() - timedelta(days=SHOWN_DAYS)


def _is_found_now(word: str) -> bool:
    try:
        found = backend().find(SearchQuery(text=word), limit=1, synonyms=synonyms())
    except SearchUnavailable:
        return False
    return bool(found.total)
