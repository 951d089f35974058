"""Choosing several rows in a form."""

from typing import Any

from django import forms

# Every number of so many digits fits into a key; longer ones overflow the database driver.
KEY_DIGITS_MAX = 18


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of rows of a queryset; a key that cannot exist is an error beside the field."""

    def clean(self, value: Any) -> Any:
        """The chosen rows."""
        for key in value or ():
            if len(str(key)) > KEY_DIGITS_MAX:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": "…"}
                )
        return super().clean(value)
