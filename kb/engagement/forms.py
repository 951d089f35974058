"""What people type under a record."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def check_body_size(text: str) -> str:
    """The text when it fits into a body; else a form error that says how long it is."""
    size = len(text.encode("utf-8", "replace"))
    if size > settings.BODY_MAX_BYTES:
        raise forms.ValidationError(
            _("本文は%(most)d KBまでです(いま%(size)d KB)。2つに分けてください。")
            % {"most": settings.BODY_MAX_BYTES // 1024, "size": -(-size // 1024)}
        )
    return text


class CommentForm(forms.Form):
    """A comment."""

    body = forms.CharField(
        label=_("コメント"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--s"}),
        error_messages={"required": _("コメントが空です。気づいたことを書いてください。")},
    )

    def clean_body(self) -> str:
        """The text, when it is not too long."""
        return check_body_size(self.cleaned_data["body"])


class ThanksForm(forms.Form):
    """One line with a thanks."""

    words = forms.CharField(label=_("ひとこと"), required=False)
