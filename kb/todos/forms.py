"""What people say when a ToDo moves: to whom, until when, why."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.foundation.days import DayField
from people.models import Person

REASON_MAX_CHARACTERS = 200


class HandOverForm(forms.Form):
    """Who does it from now on."""

    to = forms.ModelChoiceField(
        label=_("引き継ぐ人"), queryset=Person.objects.none(), empty_label=_("選んでください")
    )
    reason = forms.CharField(label=_("ひとこと"), max_length=REASON_MAX_CHARACTERS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Person.objects.visible().in_reading_order()  # type: ignore[attr-defined]


class PostponeForm(forms.Form):
    """The new day, and why."""

    due_on = DayField(label=_("新しい期日"))
    reason = forms.CharField(label=_("理由"), max_length=REASON_MAX_CHARACTERS)

    def clean_due_on(self) -> Any:
        """Today or later."""
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("今日か、それより後の日を選んでください。"))
        return day


class DropForm(forms.Form):
    """Why it is not done after all."""

    reason = forms.CharField(label=_("やめる理由"), max_length=REASON_MAX_CHARACTERS)
