"""Choosing several rows or files in a form."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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


class FilesInput(forms.FileInput):
    """An input that takes any number of files."""

    allow_multiple_selected = True


def _limits_in_words(most: int) -> str:
    size = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
    return gettext("ひとつ%(size)d MBまで、%(most)d個まで。") % {"size": size, "most": most}


# In the language of whoever sees the form.
_limits_later = lazy(_limits_in_words, str)


class FilesField(forms.FileField):
    """Any number of files; cleans to a list, empty for none."""

    def __init__(self, *, most: int = 10, **kwargs: Any) -> None:
        self.most = most
        defaults: dict[str, Any] = {
            "widget": FilesInput(attrs={"multiple": True}),
            "help_text": _limits_later(most),
        }
        super().__init__(**(defaults | kwargs))

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        """The files, each checked by itself."""
        files = [file for file in value or () if file]
        if len(files) > self.most:
            raise forms.ValidationError(
                _("ファイルは%(most)d個までです。"), params={"most": self.most}
            )
        return [super(FilesField, self).clean(file, initial) for file in files]
