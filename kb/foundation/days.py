"""Form fields for days and moments: the browser's own pickers, within years a company knows."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

YEARS = range(1900, 2200)
_ODD_YEAR = _("年を確かめてください。")


class DayField(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**({"widget": picker} | kwargs))

    def to_python(self, value: Any) -> dt.date | None:
        """The day; an error for years outside ``YEARS``, which databases and time zones refuse."""
        day: dt.date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(_ODD_YEAR)
        return day


class MomentField(forms.DateTimeField):
    """A day and time in the company's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**({"widget": picker} | kwargs))

    def to_python(self, value: Any) -> dt.datetime | None:
        """The moment; an error for years outside ``YEARS``."""
        moment: dt.datetime | None = super().to_python(value)
        if moment is not None and moment.year not in YEARS:
            raise forms.ValidationError(_ODD_YEAR)
        return moment
