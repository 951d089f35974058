"""How a person wants to hear of things."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.engagement.models import NotificationPreference
from kb.engagement.notifying import MUTABLE_KINDS


class PreferenceForm(forms.ModelForm):
    """Mails, quiet hours, and the kinds of notices one does without."""

    wanted_kinds = forms.MultipleChoiceField(
        label=_("受け取るお知らせ"),
        choices=[(kind.value, kind.label) for kind in MUTABLE_KINDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("あなたへの質問、お願い、声かけ、引き継ぎは、いつも届きます。"),
    )

    class Meta:
        model = NotificationPreference
        fields = ["wants_digest", "wants_direct_mail", "quiet_from", "quiet_until"]
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "wants_digest": _(
                "仕事の日の朝8時ごろ、1通だけ届きます。伝えることがない日は届きません。"
            ),
            "wants_direct_mail": _(
                "メールは1日に1通までです。2通目にあたるものは、次の朝に届きます。"
            ),
            "quiet_until": _("この間は、メールを送りません。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        muted = set(self.instance.muted_kinds)
        self.initial["wanted_kinds"] = [k.value for k in MUTABLE_KINDS if k.value not in muted]

    def save(self, commit: bool = True) -> NotificationPreference:
        """The preference with the kinds that were unchecked."""
        wanted = set(self.cleaned_data["wanted_kinds"])
        self.instance.muted_kinds = [
            kind.value for kind in MUTABLE_KINDS if kind.value not in wanted
        ]
        preference: NotificationPreference = super().save(commit=commit)
        return preference
