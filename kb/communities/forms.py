"""What people type when they call out, call others in, bring records, and move on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.people_field import PeopleField
from kb.communities.inviting import INVITED_AT_ONCE_MAX
from kb.communities.linking import record_meant
from kb.communities.models import Community, CommunityRecord
from kb.communities.services import CallFields
from kb.engagement.forms import check_body_size
from kb.foundation.days import DayField
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
        help_text=_("何が変わったかを一文で書きます。"),
    )
    lives_in = forms.CharField(
        label=_("結果はどこに残りましたか"),
        required=False,
        max_length=500,
        help_text=_(
            "マニュアル、会社のルール、決まったこと、要望テーマの題名か、ページのアドレスです。"
        ),
    )

    def clean_result(self) -> str:
        """The words, if they are not longer than any text may be."""
        return check_body_size(self.cleaned_data["result"])

    def clean_lives_in(self) -> Any:
        """The record in which the result lives, or None."""
        words = self.cleaned_data["lives_in"]
        return record_meant(words) if words.strip() else None

    def clean(self) -> dict[str, Any]:
        """A community ends with its result in words."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("state") == Community.State.DISSOLVED and not data.get("result", "").strip():
            self.add_error("result", _("解散の前に、結果を一文で残してください。"))
        return data


class RecordForm(forms.Form):
    """A record that belongs to the problem."""

    record = forms.CharField(
        label=_("記録"),
        max_length=500,
        help_text=_(
            "記事、対応記録、声のテーマ、会議、決まったことの題名か、ページのアドレスです。"
        ),
    )
    role = forms.ChoiceField(
        label=_("何として"),
        choices=CommunityRecord.Role.choices,
        widget=forms.RadioSelect,
        initial=CommunityRecord.Role.EVIDENCE,
    )
    note = forms.CharField(label=_("ひとこと"), max_length=200, required=False)

    def clean_record(self) -> Any:
        """The record meant."""
        return record_meant(self.cleaned_data["record"])


class InviteForm(forms.Form):
    """Others to call beside those proposed, and one reason for all of them."""

    others = PeopleField(label=_("ほかに声をかける人"), required=False, most=INVITED_AT_ONCE_MAX)
    reason = forms.CharField(
        label=_("声をかけるわけ"), max_length=300, required=False, help_text=_("相手に届きます。")
    )


class IntroduceForm(forms.Form):
    """「別の人が詳しい」: who."""

    other = PeopleField(label=_("詳しい人"), most=1)


class TodoForm(forms.Form):
    """A thing to do for the problem."""

    text = forms.CharField(label=_("すること"), max_length=300)
    person = PeopleField(label=_("する人"), most=1, required=False)
    due_on = DayField(label=_("いつまでに"), required=False)
