"""Who is meant by a name in minutes: one colleague, one of several, somebody who left, or nobody."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from kb.meetings.parsing import FoundName
from kb.meetings.parsing.names import bare_name
from kb.text.kana import name_key
from kb.text.romaji import romaji_key
from people.models import Person
from people.querysets import attach_departments

# Names are written with either form; which one a person uses is seldom remembered.
_FORMS = str.maketrans("邊邉髙﨑齋齊斉澤濱廣國櫻眞德嶋條龍冨桒惠壽榮瀨",
                       "辺辺高崎斎斎斎沢浜広国桜真徳島条竜富桑恵寿栄瀬")  # fmt: skip

_ROMAJI = "romaji:"


@dataclass(frozen=True)
class Meant:
    """Whom a name means. One of ``people`` when there is one; ask when there are more."""

    words: str
    people: Sequence[Person] = ()
    left: Sequence[Person] = ()

    @property
    def person(self) -> Person | None:
        """The one colleague that is meant, None while that is open."""
        return self.people[0] if len(self.people) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        """Whether several colleagues bear the name."""
        return len(self.people) > 1

    @property
    def why(self) -> str:
        """What keeps the name from being sure, in words; "" when it is."""
        if len(self.people) > 1:
            return _("同じ名前の人が%(count)d人います。選んでください。") % {
                "count": len(self.people)
            }
        if not self.people and self.left:
            return _("%(name)sさんは退職しています。") % {"name": self.left[0].name}
        if not self.people:
            return _("この名前の社員は見つかりません。")
        return ""


class Roster:
    """Everybody who works here or worked here, by the ways a name is written."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            for key in _keys_of(person):
                self._by_key[key].append(person)

    @classmethod
    def load(cls) -> Self:
        """The roster of today, in one query."""
        return cls(
            Person.objects.only(
                "pk", "login", "name", "yomi", "is_active", "is_imported", "left_on"
            ).order_by("yomi", "name", "pk")
        )

    def meant_by(self, name: FoundName, *, among: Iterable[int] = ()) -> Meant:
        """Whom the name means; those ``among`` (who were there) stand first where several do."""
        found = self._find(name.words)
        here = [person for person in found if person.is_active or _is_here(person)]
        left = [person for person in found if person not in here]
        if len(here) > 1 and name.note:
            here = _narrowed(here, name.note) or here
        there = set(among)
        here.sort(key=lambda person: person.pk not in there)
        words = f"{name.words}({name.note})" if name.note else name.words
        return Meant(words, here, left)

    def labelled(self, label: str) -> Person | None:
        """The colleague whose label, name or login was typed or chosen; None when unclear."""
        words = label.strip()
        inner = words[words.find("(") + 1 : -1] if words.endswith(")") else ""
        for person in self._find(words.partition("(")[0]) + self._find(inner):
            if label_of(person) == words and (person.is_active or _is_here(person)):
                return person
        return self.meant_by(FoundName(bare_name(words))).person

    def _find(self, words: str) -> list[Person]:
        if not words.strip():
            return []
        for key in _keys_of_words(words):
            if found := self._by_key.get(key):
                return list(dict.fromkeys(found))
        return []


def label_of(person: Person) -> str:
    """What names exactly one colleague: 「有栖川 玲(alice)」."""
    return f"{person.name}({person.login})"


def describe(meant: Iterable[Meant]) -> None:
    """Loads the departments of all who must be told apart, in one query."""
    attach_departments(person for one in meant if one.is_ambiguous for person in one.people)


def _is_here(person: Person) -> bool:
    return bool(person.is_imported and person.left_on is None)


def _keys_of(person: Person) -> set[str]:
    """Full name, family name, reading and login; the given name alone names nobody."""
    name = _fold(person.name)
    yomi = name_key(person.yomi)
    parts = person.name.replace("　", " ").split()
    keys = {name, _fold(parts[0]) if parts else name, yomi, person.login.lower()}
    if len(parts) == 1 and len(name) >= 4:
        # Written without a space: most family names have two characters.
        keys.add(name[:2])
    family_reading = person.yomi.replace("　", " ").split()
    if family_reading:
        keys.add(name_key(family_reading[0]))
        keys |= _romaji_keys(family_reading)
    return {key for key in keys if key}


def _romaji_keys(reading: list[str]) -> set[str]:
    """Sato; Hanako Sato and Sato Hanako. Marked, so that no login is taken for a reading."""
    orders = [reading[:1], reading, reading[::-1]]
    return {_ROMAJI + key for words in orders if (key := romaji_key("".join(words)))}


def _keys_of_words(words: str) -> list[str]:
    """The keys to try, best first: as written; a department before the name left out."""
    keys = [_fold(words), name_key(words), words.strip().lower()]
    parts = words.split()
    if len(parts) > 1:
        keys += [_fold(parts[-1]), _fold(parts[0])]
    if words.isascii():
        keys.append(_ROMAJI + romaji_key(words))
    return keys


def _fold(words: str) -> str:
    return "".join(words.split()).translate(_FORMS).lower()


def _narrowed(people: list[Person], note: str) -> list[Person]:
    """Those whose given name begins as the note says (伊藤(義)), or whose department it names."""
    given = [
        p for p in people if _given(p.name).startswith(note) or _given(p.yomi).startswith(note)
    ]
    if given:
        return given
    attach_departments(people)
    return [p for p in people if p.department is not None and note in str(p.department)]


def _given(name: str) -> str:
    parts = name.replace("　", " ").split()
    return parts[1] if len(parts) > 1 else ""
