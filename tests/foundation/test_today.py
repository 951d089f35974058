"""The day is that of the company, from its first second to its last."""

import pytest
import time_machine
from django.utils import timezone

from kb.foundation.today import today


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-30 14:59:59 +0000",
        "2026-11-30 15:00:00 +0000",
        "2026-11-30 15:00:01 +0000",
        "2026-12-31 14:59:59 +0000",
        "2026-12-31 15:00:00 +0000",
        "2026-11-01 00:00:00 +0000",
    ],
)
def test_it_changes_at_midnight_and_back_with_the_clock(moment: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert today() == timezone.localdate()
