"""What people write about themselves."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from kb.text.kana import is_reading, reading
from kb.topics.models import Topic
from kb.topics.services import find
from people.fields import PersonField
from people.models import Department, Person, Responsibility
from people.photos import BYTES_MAX, Keep, square_of
from people.services import Offer

OFFERS_MAX = 8
SPARE_ROWS = 2


class ProfileForm(forms.ModelForm):
    """The owner's own words: nothing is required but the name's reading may not be kanji."""

    class Meta:
        model = Person
        fields = [
            "now_doing",
            "today_state",
            "today_note",
            "bio",
            "is_open_to_questions",
            "yomi",
            "extension",
            "mobile",
            "chat",
            "languages",
        ]
        widgets = {
            "now_doing": forms.Textarea(attrs={"rows": 2, "class": "input--s"}),
            "bio": forms.Textarea(attrs={"rows": 4}),
            "today_state": forms.RadioSelect,
            "extension": forms.TextInput(attrs={"inputmode": "tel"}),
            "mobile": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        }
        help_texts = {
            "now_doing": _("一文で書きます。90日たつと、自動で薄れて消えます。"),
            "bio": _("前の仕事、得意なこと、好きなもの。話しかけるきっかけになります。"),
            "is_open_to_questions": _("入れると、名前の横に「聞いてください」の輪が付きます。"),
            "languages": _("日本語のほかに話せる言葉があれば、「、」で区切って書きます。"),
            "chat": _("社内チャットでの名前です。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["today_state"]
        state.choices = [("", _("書かない")), *Person.TodayState.choices]
        if not self.instance.state_today:
            self.initial["today_state"] = self.initial["today_note"] = ""

    def clean_yomi(self) -> str:
        """The reading in hiragana, however it was typed."""
        yomi: str = self.cleaned_data["yomi"]
        if not is_reading(yomi):
            raise ValidationError(_("よみは、ひらがなで書いてください。"))
        return reading(yomi)


PARTS: dict[str, tuple[str, ...]] = {
    "now": ("now_doing",),
    "today": ("today_state", "today_note"),
    "about": ("bio", "languages"),
    "contact": ("extension", "mobile", "chat"),
}


class PartForm(ProfileForm):
    """One part of the own page, edited where it stands."""

    def __init__(self, *args: Any, part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [*self.fields]:
            if name not in PARTS[part]:
                del self.fields[name]


class PhotoForm(forms.Form):
    """A picture, and which part of it is kept."""

    file = forms.FileField(
        label=_("写真"),
        help_text=_("JPEGかPNG、10MBまで。正方形に切り取り、撮影場所などの情報は消します。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    keep = forms.ChoiceField(
        label=_("残すところ"),
        choices=Keep.choices,
        initial=Keep.MIDDLE,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> Any:
        """Not larger than a photo needs to be."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise ValidationError(_("写真は10MBまでです。"))
        return file

    def square(self) -> bytes:
        """The small square picture. Call it on valid forms only; raises PhotoRefused."""
        keep = Keep(self.cleaned_data["keep"] or Keep.MIDDLE)
        return square_of(self.cleaned_data["file"], keep=keep)


class ChoreForm(forms.ModelForm):
    """A chore in the words of its department."""

    main = PersonField(label=_("主担当"), required=False)
    sub = PersonField(label=_("副担当"), required=False)

    class Meta:
        model = Responsibility
        fields = ["name", "other_words", "main", "sub", "note"]
        widgets = {
            "other_words": forms.Textarea(attrs={"rows": 3, "class": "input--s"}),
            "note": forms.Textarea(attrs={"rows": 2, "class": "input--s"}),
        }
        help_texts = {
            "name": _("人がさがすときの言葉で書きます。例：請求書の再発行"),
            "other_words": _("1行にひとつ書きます。どの言葉でさがしても、この業務が見つかります。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({"main": self.instance.main, "sub": self.instance.sub})

    def clean_name(self) -> str:
        """One chore of a name in a department; one that was retired is told apart."""
        name = " ".join(self.cleaned_data["name"].split())
        others = Responsibility.objects.filter(department=self.instance.department, name=name)
        twin = others.exclude(pk=self.instance.pk).first()
        if twin is not None and twin.is_active:
            raise ValidationError(_("この部署に、同じ名前の業務があります。"))
        if twin is not None:
            raise ValidationError(
                _("同じ名前の、もうない業務があります。管理画面で戻すか、別の名前にしてください。")
            )
        return name

    def clean(self) -> dict[str, Any]:
        """The second in charge is somebody else."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("main") and cleaned.get("main") == cleaned.get("sub"):
            self.add_error("sub", _("主担当とは別の人を入れてください。"))
        return cleaned


class MissionForm(forms.ModelForm):
    """What a department does, in one sentence."""

    class Meta:
        model = Department
        fields = ["mission"]
        widgets = {"mission": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"mission": _("一文で書きます。ほかの部署の人が読んでわかる言葉で。")}


class OfferForm(forms.Form):
    """One line of 「聞いてください」: a topic, and when to come."""

    topic = forms.CharField(label=_("テーマ"), max_length=100, required=False)
    note = forms.CharField(label=_("ひとこと"), max_length=200, required=False)
    is_new = forms.BooleanField(
        label=_("新しいテーマとして加える"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Finds the topic that the words mean; an unknown one is made only when asked for."""
        cleaned: dict[str, Any] = super().clean() or {}
        words = " ".join(cleaned.get("topic", "").lstrip("#＃").split())
        if words:
            cleaned["found"] = find(words)
            if cleaned["found"] is None and not cleaned.get("is_new"):
                self.fields["is_new"].widget = forms.CheckboxInput()
                self.add_error("topic", _unknown(words))
        elif cleaned.get("note"):
            self.add_error("topic", _("ひとことに合うテーマを書いてください。"))
        return cleaned

    def offer(self) -> Offer | None:
        """The line as an offer, None when it was left empty. Call it on valid forms only."""
        words = " ".join(self.cleaned_data.get("topic", "").lstrip("#＃").split())
        if not words:
            return None
        topic = self.cleaned_data.get("found") or Topic.objects.get_or_create(name=words)[0]
        return Offer(topic, self.cleaned_data.get("note", ""))


def _unknown(words: str) -> str:
    """Says that the topic is not there yet, and names those that look like it."""
    near = Topic.objects.visible().filter(name__icontains=words[:2])[:3]
    if near:
        names = "、".join(topic.name for topic in near)
        return _("「%(words)s」というテーマはまだありません。近いテーマ：%(names)s") % {
            "words": words,
            "names": names,
        }
    return _("「%(words)s」というテーマはまだありません。") % {"words": words}


_Offers = formset_factory(OfferForm, extra=0, max_num=OFFERS_MAX, absolute_max=OFFERS_MAX)


def offer_formset(person: Person, data: Any = None) -> "BaseFormSet[OfferForm]":
    """The person's offers and a few empty lines, or the same form filled with what was sent."""
    if data is not None:
        return _Offers(data, prefix="offers")
    rows = [
        {"topic": offer.topic.name, "note": offer.note}
        for offer in person.ask_me.select_related("topic").order_by("pk")
    ]
    spare = max(0, min(SPARE_ROWS, OFFERS_MAX - len(rows)))
    return _Offers(prefix="offers", initial=[*rows, *({} for _ in range(spare))])


def offers_of(formset: "BaseFormSet[OfferForm]") -> Sequence[Offer]:
    """The offers of a valid formset: one per topic, the first of double ones."""
    offers = (form.offer() for form in formset.forms)
    by_topic: dict[int, Offer] = {}
    for offer in offers:
        if offer is not None:
            by_topic.setdefault(offer.topic.pk, offer)
    return list(by_topic.values())


class AsideForm(forms.Form):
    """「もう担当していません」: whom to ask instead, if there is somebody."""

    to = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("いま担当している人"),
        required=False,
        empty_label=_("決まっていません"),
        help_text=_("選ぶと、このテーマではその人が代わりに挙がります。"),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Person.objects.visible().exclude(pk=person.pk).in_reading_order()
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
