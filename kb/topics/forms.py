"""Topics as people type them: several names in one line."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.topics.services import TOPICS_MAX

NAME_MAX_CHARACTERS = 100
_BREAKS = re.compile(r"[,、，\n#＃]+")


def names_in(text: str) -> list[str]:
    """The names of topics in a line, each once, in the order written, without # and breaks."""
    parts = (" ".join(part.split()) for part in _BREAKS.split(text))
    return list(dict.fromkeys(part for part in parts if part))


class TopicsField(forms.CharField):
    """Topics in one line, parted by commas, 、 or #; cleans to a list of at most five names."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("テーマ"),
            "required": False,
            "help_text": _("5つまで。「、」で区切ります。"),
            "widget": forms.TextInput(attrs={"autocomplete": "off", "data-complete": "topics"}),
        }
        super().__init__(**(defaults | kwargs))

    def clean(self, value: Any) -> list[str]:
        """The names, or an error beside the field."""
        names = names_in(super().clean(value) or "")
        if len(names) > TOPICS_MAX:
            raise forms.ValidationError(
                _("テーマは%(most)dつまでです（いま%(count)dつ）。大事なものを残してください。"),
                params={"most": TOPICS_MAX, "count": len(names)},
            )
        if any(len(name) > NAME_MAX_CHARACTERS for name in names):
            raise forms.ValidationError(
                _("テーマの名前は100文字までです。短い言葉にしてください。")
            )
        return names
