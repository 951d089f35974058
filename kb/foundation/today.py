"""The day today: a page asks for it dozens of times, and working it out takes longer than most of its answers."""

import time
from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils import timezone

# In every time zone a day begins with a quarter of an hour.
_QUARTER_S = 900


def today() -> date:
    """The day here, as ``timezone.localdate()`` tells it."""
    return _day_in(int(time.time()) // _QUARTER_S)


@lru_cache(maxsize=4)
def _day_in(quarter: int) -> date:
    return timezone.localdate(datetime.fromtimestamp(quarter * _QUARTER_S, UTC))
