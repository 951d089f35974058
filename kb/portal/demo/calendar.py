"""The demo's days: everything is told relative to the day of loading."""

import datetime as dt
import re
from typing import Any

from django.utils import timezone

DAY_IN_TEXT = re.compile(r"\{\{d([+-]\d+)?\}\}")
MONTH_IN_TEXT = re.compile(r"\{\{m([+-]\d+)?\}\}")
NOON = "12:00"


class DemoCalendar:
    """Turns the day numbers of the data into dates; work lies on working days and not ahead."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = timezone.localtime(now)

    def plain_day(self, number: int) -> dt.date:
        """The date so many days from today, weekends included."""
        return self.now.date() + dt.timedelta(days=number)

    def day(self, number: int) -> dt.date:
        """The same as a working day: weekends become the Friday before."""
        day = self.plain_day(number)
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def moment(self, number: int, clock: str = NOON) -> dt.datetime:
        """That time of a working day. What has happened lies before now, if need be a day earlier."""
        time = dt.time.fromisoformat(clock)
        moment = timezone.make_aware(dt.datetime.combine(self.day(number), time))
        while number <= 0 and moment > self.now:
            number -= 1
            moment = timezone.make_aware(dt.datetime.combine(self.day(number), time))
        return moment

    def fill(self, text: str) -> str:
        """The text with its days and months written out: ``{{d-12}}`` becomes 「11月12日」."""
        return MONTH_IN_TEXT.sub(self._month, DAY_IN_TEXT.sub(self._day, text))

    def filled(self, value: Any) -> Any:
        """A value of the data with the days in all its texts written out."""
        if isinstance(value, str):
            return self.fill(value)
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        return value

    def _day(self, match: re.Match[str]) -> str:
        day = self.day(int(match[1] or 0))
        return f"{day.month}月{day.day}日"

    def _month(self, match: re.Match[str]) -> str:
        return f"{(self.now.month - 1 + int(match[1] or 0)) % 12 + 1}月"
