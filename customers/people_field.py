"""Colleagues as people type them: names in one line, however many work here."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.engagement.mentions import people_named
from people.models import Person

TEXT_MAX_CHARACTERS = 2000
SHOWN_NAMESAKES = 4
_BREAKS = re.compile(r"[,、，;；\n]+")


def names_in(text: str) -> list[str]:
    """The names of a line, each once, without @ and さん."""
    parts = (
        " ".join(part.split()).lstrip("@＠").removesuffix("さん") for part in _BREAKS.split(text)
    )
    return list(dict.fromkeys(part for part in parts if part))


def colleague_named(name: str) -> tuple[Person | None, Sequence[Person]]:
    """The colleague whom a name, surname, reading or login means, and the candidates if several."""
    bare = "".join(name.split())
    exact = people_named([bare]).get(bare)
    if exact is not None:
        return exact, ()
    near: list[Person] = list(Person.objects.visible().named(name).in_reading_order()[:40])
    for is_meant in (
        lambda person: "".join(person.name.split()) == bare,
        lambda person: person.family_name == bare,
        lambda _person: True,
    ):
        meant = [person for person in near if is_meant(person)]
        if meant:
            return (meant[0], ()) if len(meant) == 1 else (None, meant)
    return None, ()


class PeopleField(forms.CharField):
    """Names parted by 「、」; cleans to a list of people in the order written.

    The browser proposes names (``static/js/picker.js``); without it one types them. ``most`` is
    how many may be named.
    """

    def __init__(self, *, most: int = 30, **kwargs: Any) -> None:
        self.most = most
        # Who may also be named: colleagues who have left stay on what they were named on.
        self.known: Sequence[Person] = ()
        box = forms.TextInput(
            attrs={
                "autocomplete": "off",
                "data-people": "one" if most == 1 else "many",
                "placeholder": _("名前かよみ"),
            }
        )
        defaults: dict[str, Any] = {"widget": box, "max_length": TEXT_MAX_CHARACTERS}
        super().__init__(**(defaults | kwargs))

    def prepare_value(self, value: Any) -> Any:
        """The names of people that are stored."""
        if isinstance(value, Person):
            return value.name
        if isinstance(value, list | tuple):
            return "、".join(person.name for person in value)
        return value

    def clean(self, value: Any) -> list[Person]:
        """The people, or errors that name who was not found or is not the only one."""
        names = names_in(super().clean(value) or "")
        if len(names) > self.most:
            raise forms.ValidationError(_("%(most)d人までです。"), params={"most": self.most})
        people, errors = [], []
        for name in names:
            person, several = self._named(name)
            if person is not None:
                people.append(person)
            else:
                errors.append(_whom(name, several))
        if errors:
            raise forms.ValidationError(errors)
        return list(dict.fromkeys(people))

    def _named(self, name: str) -> tuple[Person | None, Sequence[Person]]:
        bare = "".join(name.split())
        for person in self.known:
            if bare == "".join(person.name.split()):
                return person, ()
        return colleague_named(name)


def _whom(name: str, several: Sequence[Person]) -> forms.ValidationError:
    if not several:
        return forms.ValidationError(
            _("「%(name)s」という社員は見つかりません。"), params={"name": name}
        )
    names = "、".join(f"{person.name}（{person.login}）" for person in several[:SHOWN_NAMESAKES])
    return forms.ValidationError(
        _("「%(name)s」は何人かいます。%(names)s のように、名前全部かログインIDで書いてください。"),
        params={"name": name, "names": names},
    )
