"""Choosing a colleague by typing: the name, the login, or both as the list offers them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.models import Person

COLLEAGUES_LIST = "colleagues"
_OFFERED = re.compile(r"[（(](?P<login>[^（()）]+)[)）]\s*\Z")


def offered(person: Person) -> str:
    """The words under which the list offers the person; no two people share them."""
    return f"{person.name}（{person.login}）"


def colleagues_offered() -> list[str]:
    """All colleagues as the list beside a PersonField offers them, in reading order."""
    people = Person.objects.visible().in_reading_order().only("name", "login")
    return [offered(person) for person in people]


class PersonField(forms.CharField):
    """Cleans to a colleague, or None where nothing was typed. Needs the list on the page."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"list": COLLEAGUES_LIST, "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """The person meant; the message says when none or several are."""
        words = super().clean(value).strip()
        return _named(words) if words else None

    def prepare_value(self, value: Any) -> Any:
        """The words of a person, or what was typed."""
        return offered(value) if isinstance(value, Person) else value


def _named(words: str) -> Person:
    match = _OFFERED.search(words)
    login = match["login"].strip() if match else words
    people = Person.objects.visible()
    person: Person | None = people.filter(login=login).first()
    if person is not None:
        return person
    bare = "".join(words.split())
    found: list[Person] = [p for p in people.named(words)[:9] if "".join(p.name.split()) == bare]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(
            _("「%(words)s」さんは何人かいます。一覧から選んでください。"), params={"words": words}
        )
    raise ValidationError(
        _("「%(words)s」さんが見つかりません。一覧から選んでください。"), params={"words": words}
    )
