"""Forms about one topic: who knows it, and into which other it goes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.people_field import PeopleField
from kb.topics.models import Topic
from kb.topics.services import find
from people.models import Person

WORDS_MAX_CHARACTERS = 200
TOPICS_LIST = "topics"


class EndorseForm(forms.Form):
    """「この人が詳しいです」: who, and one line that says from where one knows it."""

    person = PeopleField(label=_("だれが"), most=1)
    words = forms.CharField(
        label=_("ひとこと"),
        max_length=WORDS_MAX_CHARACTERS,
        help_text=_("例：料金改定の問い合わせで、条件の整理を教えてもらって助かりました。"),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_person(self) -> Person:
        """The colleague; not the one who writes."""
        (person,) = self.cleaned_data["person"]
        if person.pk == self.by.pk:
            raise ValidationError(
                _("自分のことは、自分のページの「聞いてください」に書いてください。")
            )
        chosen: Person = person
        return chosen

    def clean_words(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["words"].split())


class MergeForm(forms.Form):
    """Into which topic another one goes."""

    into = forms.CharField(
        label=_("まとめる先のテーマ"),
        max_length=100,
        help_text=_("名前か、別の言い方を書きます。"),
        widget=forms.TextInput(attrs={"list": TOPICS_LIST, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic

    def clean_into(self) -> Topic:
        """The topic in use that the words mean, another than the one to merge."""
        name = " ".join(self.cleaned_data["into"].split())
        into = find(name)
        if into is None:
            raise ValidationError(
                _("「%(name)s」というテーマはありません。一覧から選んでください。") % {"name": name}
            )
        if into.pk == self.topic.pk:
            raise ValidationError(_("同じテーマです。別のテーマを選んでください。"))
        return into
