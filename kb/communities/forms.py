"""What people type when they call out, and when a community moves on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.communities.models import Community
from kb.communities.services import CallFields
from kb.topics.services import TOPICS_MAX


class CallForm(forms.Form):
    """A problem in one sentence; why now and when it is over may follow later."""

    title = forms.CharField(
        label=_("困りごと"),
        max_length=200,
        help_text=_("だれが、何に困っているかを一文で書きます。"),
    )
    why_now = forms.CharField(
        label=_("なぜいま"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    done_when = forms.CharField(
        label=_("どうなったら終わりか"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    topics = forms.CharField(
        label=_("テーマ"), required=False, help_text=_("コンマで区切って、5つまで。")
    )

    def clean_topics(self) -> list[str]:
        """The names of the topics."""
        typed = self.cleaned_data["topics"].replace("、", ",").replace("，", ",")
        names = [name.strip(" #＃　") for name in typed.split(",") if name.strip(" #＃　")]
        if len(names) > TOPICS_MAX:
            raise forms.ValidationError(_("テーマは5つまでにしてください。"))
        return names

    def fields_of_call(self) -> CallFields:
        """What was typed, for the service."""
        return CallFields(**self.cleaned_data)


class StateForm(forms.Form):
    """Where a community stands. まとめ and 解散 ask where the result lives."""

    state = forms.ChoiceField(
        label=_("いまの段階"), choices=Community.State.choices, widget=forms.RadioSelect
    )
    result = forms.CharField(
        label=_("結果"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("何が変わり、どこに残したか(マニュアル、ルール、決まったこと)を書きます。"),
    )

    def clean(self) -> dict[str, Any]:
        """A community ends with its result in words."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("state") == Community.State.DISSOLVED and not data.get("result", "").strip():
            self.add_error("result", _("解散の前に、結果を一文で残してください。"))
        return data
