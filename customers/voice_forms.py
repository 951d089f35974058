"""What people type about voices, their themes and the way back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Touch, Voice, VoiceTheme
from customers.people_field import PeopleField
from kb.engagement.forms import check_body_size
from kb.topics.forms import TopicsField
from people.models import Department

TITLE_MAX_CHARACTERS = 200


def stands_in(quote: str, text: str) -> bool:
    """Whether a text holds the words, wherever its lines break."""
    bare = "".join(quote.split())
    return bool(bare) and bare in "".join(text.split())


class SortForm(forms.Form):
    """Under which theme a voice belongs: a known one, or a new one by its title."""

    theme = forms.ModelChoiceField(
        label=_("要望テーマ"),
        queryset=VoiceTheme.objects.none(),
        required=False,
        empty_label=_("まだ決めない"),
    )
    new_theme = forms.CharField(
        label=_("新しい要望テーマ"), required=False, max_length=TITLE_MAX_CHARACTERS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = VoiceTheme.objects.visible().order_by("title")
        self.fields["theme"].queryset = themes  # type: ignore[attr-defined]


class VoiceForm(SortForm):
    """A sentence of a touch, marked as the customer's voice."""

    quote = forms.CharField(
        label=_("お客さまの言葉"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "上の文章から、お客さまの言葉をそのまま写してください。選ぶと、ここに入ります。"
        ),
    )
    kind = forms.ChoiceField(
        label=_("声の種類"), choices=Voice.Kind.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, touch: Touch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._touch = touch

    def clean_quote(self) -> str:
        """Words that stand in the touch: a voice is verbatim."""
        quote: str = self.cleaned_data["quote"].strip()
        if not stands_in(quote, self._touch.text):
            raise forms.ValidationError(
                _("対応記録にない言葉です。文章からそのまま写してください。")
            )
        return quote


class ThemeStatusForm(forms.Form):
    """What becomes of a voice theme. やる says when; やらない needs a reason."""

    status = forms.ChoiceField(
        label=_("状態"), choices=VoiceTheme.Status.choices, widget=forms.RadioSelect
    )
    planned_for = forms.CharField(
        label=_("時期（やるとき）"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("例：来年の春まで")}),
    )
    reason = forms.CharField(
        label=_("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """やらない without a reason, and やる without a time, are refused beside the field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        status = data.get("status")
        if status == VoiceTheme.Status.DECLINED and not data.get("reason", "").strip():
            self.add_error(
                "reason", _("「やらない」には理由を書いてください。お客さまに伝わります。")
            )
        if status == VoiceTheme.Status.PLANNED and not data.get("planned_for", "").strip():
            self.add_error(
                "planned_for",
                _("いつごろやるかを書いてください。まだなら「時期は未定」で大丈夫です。"),
            )
        return data


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A voice theme: its title is enough."""

    owner = PeopleField(label=_("担当"), required=False, most=1)
    topics = TopicsField()

    class Meta:
        model = VoiceTheme
        fields = ("title", "description", "owner_department")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments: Any = self.fields["owner_department"]
        departments.queryset = Department.objects.visible()
        departments.empty_label = _("まだ決めない")

    def clean_title(self) -> str:
        """The title in one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_owner(self) -> Any:
        """The one person, or None."""
        return next(iter(self.cleaned_data["owner"]), None)


class MergeForm(forms.Form):
    """Into which theme another one goes."""

    into = forms.ModelChoiceField(
        label=_("まとめる先"), queryset=VoiceTheme.objects.none(), empty_label=_("選んでください")
    )

    def __init__(self, *args: Any, theme: VoiceTheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = VoiceTheme.objects.visible().exclude(pk=theme.pk).order_by("title")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """What was told to the company, and how."""

    channel = forms.ChoiceField(
        label=_("どうやって"),
        choices=Touch.Channel.choices,
        initial=Touch.Channel.EMAIL,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("伝えること"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("下書きです。直してから、写してお使いください。"),
    )

    def clean_text(self) -> str:
        """The text, if it is not longer than any text may be."""
        text: str = self.cleaned_data["text"]
        return check_body_size(text)
