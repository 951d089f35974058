"""What people type when they call out, and when a community moves on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.communities.models import Community
from kb.communities.services import CallFields
from kb.engagement.forms import check_body_size
from kb.topics.forms import TopicsField


class CallForm(forms.Form):
    """A problem in one sentence; why now and when it is over may follow later."""

    title = forms.CharField(
        label=_("困りごと"),
        max_length=200,
        help_text=_("だれが、何に困っているかを一文で書きます。"),
    )
    why_now = forms.CharField(
        label=_("なぜいま"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--s"}),
    )
    done_when = forms.CharField(
        label=_("どうなったら終わりか"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input--s"}),
    )
    topics = TopicsField()

    def clean_why_now(self) -> str:
        """The words, if they are not longer than any text may be."""
        return check_body_size(self.cleaned_data["why_now"])

    def clean_done_when(self) -> str:
        """The words, if they are not longer than any text may be."""
        return check_body_size(self.cleaned_data["done_when"])

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
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--s"}),
        help_text=_("何が変わり、どこに残したか(マニュアル、ルール、決まったこと)を書きます。"),
    )

    def clean_result(self) -> str:
        """The words, if they are not longer than any text may be."""
        return check_body_size(self.cleaned_data["result"])

    def clean(self) -> dict[str, Any]:
        """A community ends with its result in words."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("state") == Community.State.DISSOLVED and not data.get("result", "").strip():
            self.add_error("result", _("解散の前に、結果を一文で残してください。"))
        return data
