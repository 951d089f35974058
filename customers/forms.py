"""What people type about customers and contacts with them."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.follow_ups import follow_up_in
from customers.lookup import customers_named
from customers.models import Contact, Customer, Deal, Touch, Voice, VoiceTheme
from customers.services import NextAction, TouchFields
from kb.engagement.forms import check_body_size
from kb.foundation.choices import RowsField
from kb.foundation.days import DayField, MomentField
from kb.text.companies import company_key, is_corporate_number
from kb.topics.forms import TopicsField
from people.models import Person

TEXT_ROWS = 4
FOUND_MAX = 6
ICONS_OF_CHANNELS = {
    "visit": "visit",
    "at_our_office": "door",
    "online": "video",
    "phone": "phone",
    "email": "mail",
    "chat": "chat",
    "event": "flag",
}


class WhenChoice(forms.ChoiceField):
    """Quick answers to「いつまで」."""

    TOMORROW, MONDAY, WEEK = "tomorrow", "monday", "week"

    def __init__(self, **kwargs: Any) -> None:
        choices = [
            (self.TOMORROW, _("あした")),
            (self.MONDAY, _("来週の月曜")),
            (self.WEEK, _("1週間後")),
        ]
        super().__init__(choices=choices, widget=forms.RadioSelect, required=False, **kwargs)

    @classmethod
    def day(cls, choice: str, today: dt.date) -> dt.date | None:
        """The day that a choice means, None for no choice."""
        days = {cls.TOMORROW: 1, cls.MONDAY: 7 - today.weekday(), cls.WEEK: 7}
        return today + dt.timedelta(days=days[choice]) if choice in days else None


class TouchForm(forms.Form):
    """A contact: whom, how, what; all else is optional. Now and me are the defaults."""

    customer_id = forms.ModelChoiceField(
        queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput
    )
    customer_name = forms.CharField(
        label=_("お客さま"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={
                "list": "customers",
                "autocomplete": "off",
                "placeholder": _("会社名、よみ、先方のお名前"),
            }
        ),
    )
    is_new = forms.BooleanField(label=_("新しいお客さまとして保存する"), required=False)
    channel = forms.ChoiceField(
        label=_("どうやって"), choices=Touch.Channel.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("話したこと"),
        widget=forms.Textarea(attrs={"rows": TEXT_ROWS}),
    )
    next_text = forms.CharField(label=_("次にやること"), max_length=300, required=False)
    next_when = WhenChoice(label=_("いつまで(選ぶ)"))
    next_on = DayField(label=_("いつまで"), required=False)
    happened_at = MomentField(label=_("いつ"), required=False)
    mood = forms.ChoiceField(
        label=_("ようす"),
        choices=[("", _("選ばない")), *Touch.Mood.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    contacts = RowsField(label=_("先方"), queryset=Contact.objects.none(), required=False)
    colleagues = RowsField(
        label=_("いっしょにいた人"), queryset=Person.objects.none(), required=False
    )
    deal = forms.ModelChoiceField(label=_("商談"), queryset=Deal.objects.none(), required=False)
    topics = TopicsField()
    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.found: list[Customer] = []
        choices: dict[str, Any] = {
            "customer_id": Customer.objects.visible(),
            "colleagues": Person.objects.visible().in_reading_order(),
        }
        if customer is not None:
            choices["contacts"] = customer.contacts.filter(has_left=False)
            choices["deal"] = customer.deals.all()
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        if customer is None:
            del self.fields["contacts"], self.fields["deal"]

    def clean_text(self) -> str:
        """The text, if it is not longer than any text may be."""
        text: str = self.cleaned_data["text"]
        return check_body_size(text)

    def clean_happened_at(self) -> dt.datetime | None:
        """A contact lies in the past, or is about to begin."""
        happened_at: dt.datetime | None = self.cleaned_data["happened_at"]
        if happened_at is not None and happened_at > timezone.now() + dt.timedelta(days=1):
            raise forms.ValidationError(_("これからの予定は「次にやること」に書いてください。"))
        return happened_at

    def clean_next_on(self) -> dt.date | None:
        """A day that is still to come."""
        next_on: dt.date | None = self.cleaned_data["next_on"]
        if next_on is not None and next_on < timezone.localdate():
            raise forms.ValidationError(_("過ぎた日です。今日か、これからの日にしてください。"))
        return next_on

    def clean(self) -> dict[str, Any]:
        """Finds the customer that was meant, and asks where several or none bear the name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name = data.get("customer_name", "")
        data["customer"] = self.customer or data.get("customer_id")
        if data["customer"] is None and "customer_name" not in self.errors:
            data["customer"] = self._find(name.strip(), is_new=data.get("is_new", False))
        has_day = data.get("next_on") or data.get("next_when")
        if has_day and not data.get("next_text") and "next_text" not in self.errors:
            self.add_error(
                "next_text", _("することを書いてください。なければ日付も空にしてください。")
            )
        return data

    def _find(self, name: str, *, is_new: bool) -> Customer | None:
        if not name:
            self.add_error("customer_name", _("お客さまを選んでください。"))
            return None
        self.found = list(customers_named(name)[:FOUND_MAX])
        if len(self.found) == 1 and not is_new:
            return self.found[0]
        if not is_new:
            self.add_error("customer_name", _ask_which(self.found))
        return None

    def fields_of_touch(self, *, today: dt.date, reads_text: bool = False) -> TouchFields:
        """What was typed, for the services.

        ``reads_text`` takes the next action from a line 「次回 12/3 見積送付 @佐藤」 of the text when
        its own field is empty.
        """
        data = self.cleaned_data
        due_on = data["next_on"] or WhenChoice.day(data["next_when"], today)
        action = NextAction(data["next_text"], due_on=due_on) if data["next_text"] else None
        if action is None and reads_text:
            action = follow_up_in(data["text"], today=today)
        return TouchFields(
            channel=data["channel"],
            text=data["text"],
            happened_at=data["happened_at"],
            mood=data["mood"],
            deal=data.get("deal"),
            contacts=list(data.get("contacts", [])),
            colleagues=list(data["colleagues"]),
            topics=data["topics"],
            next_action=action,
        )


def _ask_which(found: list[Customer]) -> str:
    if found:
        return str(_("近い名前のお客さまが何社かあります。選んでください。"))
    return str(_("この名前のお客さまはまだいません。新しいお客さまなら、下に印を付けてください。"))


class CustomerForm(forms.ModelForm):
    """A customer: the name is enough."""

    contract_until = DayField(label=_("契約期限"), required=False)
    is_another = forms.BooleanField(label=_("同じ名前の、別の会社です"), required=False)

    class Meta:
        model = Customer
        fields = (
            "name", "yomi", "corporate_number", "industry", "products", "contract_until",
            "sales_owner", "success_owner", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.namesake: Customer | None = None
        people = Person.objects.visible().in_reading_order()
        for name in ("sales_owner", "success_owner"):
            field: Any = self.fields[name]
            field.queryset, field.empty_label = people, _("まだ決めない")

    def clean_corporate_number(self) -> str | None:
        """Thirteen digits with a right check digit, or nothing."""
        number: str | None = self.cleaned_data["corporate_number"] or None
        if number is not None and not is_corporate_number(number):
            raise forms.ValidationError(_("法人番号の数字が合いません。13桁を確かめてください。"))
        return number

    def clean_note(self) -> str:
        """The note, if it is not longer than any text may be."""
        note: str = self.cleaned_data["note"]
        return check_body_size(note)

    def clean(self) -> dict[str, Any]:
        """Two customers of one name (㈱ = 株式会社) only when somebody says that they are two."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        namesakes = Customer.objects.visible().filter(name_key=company_key(data.get("name", "")))
        self.namesake = namesakes.exclude(pk=self.instance.pk).first() if "name" in data else None
        if self.namesake is not None and not data.get("is_another"):
            self.add_error(
                "name",
                _("「%(name)s」は、もういます。別の会社なら、下に印を付けてください。")
                % {"name": self.namesake.name},
            )
        return data


class VoiceForm(forms.Form):
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
    theme = forms.ModelChoiceField(
        label=_("要望テーマ"),
        queryset=VoiceTheme.objects.none(),
        required=False,
        empty_label=_("まだ決めない"),
    )

    def __init__(self, *args: Any, touch: Touch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._touch = touch
        self.fields["theme"].queryset = VoiceTheme.objects.visible()  # type: ignore[attr-defined]

    def clean_quote(self) -> str:
        """Words that stand in the touch: a voice is verbatim."""
        quote: str = self.cleaned_data["quote"].strip()
        if "".join(quote.split()) not in "".join(self._touch.text.split()):
            raise forms.ValidationError(
                _("対応記録にない言葉です。文章からそのまま写してください。")
            )
        return quote


class ThemeStatusForm(forms.Form):
    """What becomes of a voice theme. やらない needs a reason."""

    status = forms.ChoiceField(
        label=_("状態"), choices=VoiceTheme.Status.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """やらない without a reason is refused beside the field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("status") == VoiceTheme.Status.DECLINED and not data.get("reason", "").strip():
            self.add_error(
                "reason", _("「やらない」には理由を書いてください。お客さまに伝わります。")
            )
        return data


def touch_initial(touch: Touch) -> dict[str, Any]:
    """The form of a touch as it stands."""
    return {
        "channel": touch.channel,
        "text": touch.text,
        "happened_at": timezone.localtime(touch.happened_at),
        "mood": touch.mood,
        "deal": touch.deal_id,
        "contacts": [contact.pk for contact in touch.contacts.all()],
        "colleagues": [person.pk for person in touch.colleagues.all()],
        "topics": "、".join(topic.name for topic in touch.topics.all()),
        "base_revision": touch.revision,
    }
