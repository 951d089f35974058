"""What people type about a contact with a customer."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.follow_ups import follow_up_in
from customers.lookup import customers_named, end_of_merges
from customers.models import Customer, Deal, Touch, Voice
from customers.people_field import PeopleField, names_in
from customers.services import NextAction, TouchFields, VoiceMark
from customers.voice_forms import stands_in
from kb.engagement.forms import check_body_size
from kb.foundation.choices import FilesField
from kb.foundation.days import DayField, MomentField
from kb.topics.forms import TopicsField

TEXT_ROWS = 5
FOUND_MAX = 6
CONTACTS_MAX = 20
CONTACT_NAME_MAX = 100
VOICES_MAX = 20


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


class ContactsField(forms.CharField):
    """People at the customer, by name, parted by 「、」; cleans to the names."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("お名前")})
        defaults: dict[str, Any] = {"required": False, "max_length": 1000, "widget": box}
        super().__init__(**(defaults | kwargs))

    def clean(self, value: Any) -> list[str]:
        """The names, each once."""
        names = [
            name.removesuffix("さま").removesuffix("様") for name in names_in(super().clean(value))
        ]
        if len(names) > CONTACTS_MAX or any(len(name) > CONTACT_NAME_MAX for name in names):
            raise forms.ValidationError(
                _("お名前を確かめてください。「、」で区切って、20人まで書けます。")
            )
        return names


class MarksField(forms.CharField):
    """Sentences marked while writing, as the page's script sends them; cleans to VoiceMarks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, **kwargs)

    def clean(self, value: Any) -> list[VoiceMark]:
        """The marks; nonsense, which no page of ours sends, is an error."""
        text = super().clean(value)
        if not text:
            return []
        try:
            rows = json.loads(text)
            marks = [
                VoiceMark(str(r["quote"]).strip(), str(r["kind"]), _key(r.get("theme")))
                for r in rows
            ]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            marks = [VoiceMark("", "")]
        kinds = set(Voice.Kind.values)
        if len(marks) > VOICES_MAX or any(m.kind not in kinds or not m.quote for m in marks):
            raise forms.ValidationError(_("声の印を読み取れません。印を付け直してください。"))
        return marks


def _key(value: Any) -> int | None:
    number = int(value or 0)
    return number if 0 < number < 10**15 else None


class TouchForm(forms.Form):
    """A contact: whom, how, what; all else is optional. Now and me are the defaults."""

    customer_id = forms.ModelChoiceField(
        queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput
    )
    customer_name = forms.CharField(
        label=pgettext_lazy("one", "お客さま"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": _("会社名、よみ、先方のお名前")}
        ),
    )
    is_new = forms.BooleanField(label=_("新しいお客さまとして保存する"), required=False)
    channel = forms.ChoiceField(
        label=_("どうやって"), choices=Touch.Channel.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("話したこと"),
        widget=forms.Textarea(attrs={"rows": TEXT_ROWS, "data-complete": "mentions"}),
    )
    voices = MarksField(label=_("お客さまの声"))
    next_text = forms.CharField(label=_("次にやること"), max_length=300, required=False)
    next_when = WhenChoice(label=_("いつまで（選ぶ）"))
    next_on = DayField(label=_("いつまで"), required=False)
    next_person = PeopleField(label=_("だれが"), required=False, most=1)
    next_past_ok = forms.BooleanField(label=_("過ぎた日のまま保存する"), required=False)
    happened_at = MomentField(label=_("いつ"), required=False)
    mood = forms.ChoiceField(
        label=_("ようす"),
        choices=[("", _("選ばない")), *Touch.Mood.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    contacts = ContactsField(label=_("先方"))
    colleagues = PeopleField(label=_("いっしょにいた人"), required=False)
    deal = forms.ModelChoiceField(
        label=_("商談"), queryset=Deal.objects.none(), required=False, empty_label=_("選ばない")
    )
    topics = TopicsField()
    attached = FilesField(label=_("ファイル"), required=False)
    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        customer: Customer | None = None,
        touch: Touch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.found: list[Customer] = []
        self.asks_past = False
        fields: dict[str, Any] = self.fields
        fields["customer_id"].queryset = Customer.objects.filter(deleted_at__isnull=True)
        # Any deal may come in; only those of the customer are offered, and clean() compares.
        fields["deal"].queryset = Deal.objects.visible()
        fields["deal"].choices = [("", _("選ばない")), *_deals_of(customer)]
        if touch is not None:
            fields["colleagues"].known = list(touch.colleagues.all())

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

    def clean_customer_id(self) -> Customer | None:
        """The customer, or the one into which it was merged while somebody wrote."""
        customer: Customer | None = self.cleaned_data["customer_id"]
        return end_of_merges(customer) if customer is not None else None

    def clean(self) -> dict[str, Any]:
        """Finds the customer that was meant, and asks where something does not fit together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name = data.get("customer_name", "")
        data["customer"] = self.customer or data.get("customer_id")
        if data["customer"] is None and not {"customer_name", "customer_id"} & set(self.errors):
            data["customer"] = self._find(name.strip(), is_new=data.get("is_new", False))
        self._check_next(data)
        deal = data.get("deal")
        if deal is not None and (
            data["customer"] is None or deal.customer_id != data["customer"].pk
        ):
            self.add_error("deal", _("このお客さまの商談ではありません。選び直してください。"))
        for mark in data.get("voices") or []:
            if not stands_in(mark.quote, data.get("text", "")):
                words = _(
                    "印を付けた「%(quote)s」が文章にありません。印を外すか、文章に戻してください。"
                )
                self.add_error("text", words % {"quote": mark.quote[:60]})
        return data

    def _check_next(self, data: dict[str, Any]) -> None:
        has_more = data.get("next_on") or data.get("next_when") or data.get("next_person")
        if has_more and not data.get("next_text") and "next_text" not in self.errors:
            self.add_error(
                "next_text", _("することを書いてください。なければ日付も空にしてください。")
            )
        next_on = data.get("next_on")
        if next_on is not None and next_on < timezone.localdate() and not data.get("next_past_ok"):
            self.asks_past = True
            self.add_error(
                "next_on", _("過ぎた日です。直すか、このままでよければ下に印を付けてください。")
            )

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
        person = next(iter(data["next_person"]), None)
        action = NextAction(data["next_text"], person, due_on) if data["next_text"] else None
        if action is None and reads_text:
            action = follow_up_in(data["text"], today=today)
        return TouchFields(
            channel=data["channel"],
            text=data["text"],
            happened_at=data["happened_at"],
            mood=data["mood"],
            deal=data["deal"],
            contact_names=data["contacts"],
            colleagues=data["colleagues"],
            topics=data["topics"],
            next_action=action,
            voices=data["voices"],
        )


def _deals_of(customer: Customer | None) -> list[tuple[int, str]]:
    return [(deal.pk, deal.name) for deal in customer.deals.all()] if customer is not None else []


def _ask_which(found: Sequence[Customer]) -> str:
    if found:
        return str(_("近い名前のお客さまが何社かあります。選んでください。"))
    return str(_("この名前のお客さまはまだいません。新しいお客さまなら、下に印を付けてください。"))


def touch_initial(touch: Touch) -> dict[str, Any]:
    """The form of a touch as it stands."""
    return {
        "channel": touch.channel,
        "text": touch.text,
        "happened_at": timezone.localtime(touch.happened_at),
        "mood": touch.mood,
        "deal": touch.deal_id,
        "contacts": "、".join(contact.name for contact in touch.contacts.all()),
        "colleagues": "、".join(person.name for person in touch.colleagues.all()),
        "topics": "、".join(topic.name for topic in touch.topics.all()),
        "base_revision": touch.revision,
    }
