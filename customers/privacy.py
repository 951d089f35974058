"""A customer's person made anonymous everywhere: where the name stands, and taking it out there."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Contact, Touch, Voice
from kb.files.models import Attachment
from kb.foundation.models import AuditEntry
from kb.text.kana import name_key
from kb.todos.models import ActionItem
from people.models import Person

ANONYMOUS_NAME = "匿名の担当者"
ANONYMOUS_WORDS = "先方の担当者"
# A family name alone may be a colleague's; followed by one of these, in the customer's own records,
# it is the customer's person.
_HONORIFICS = (
    "さま|様|さん|氏|殿|先生|社長|会長|専務|常務|取締役|本部長|部長|次長|課長|係長|主任|室長|店長|マネージャー|マネジャー|"
    "リーダー|ご担当|御担当"
)
_LONE_NAME_MAX = 3
_SNIPPET_MARGIN = 24
# Tables of people, rights and logs hold no customers' people, or must not change.
_PASSED_BY = frozenset({"people", "auth", "admin", "sessions", "contenttypes", "axes", "taggit"})
_PASSED_BY_MODELS = frozenset(
    {"customers.contact", "foundation.auditentry", "foundation.idempotencykey", "api.apitoken"}
)


@dataclass(frozen=True)
class Place:
    """A record in which the person is named. ``is_sure`` is False where it may be somebody else."""

    key: str
    kind: str
    title: str
    url: str
    snippet: str
    is_sure: bool
    note: str = ""


@dataclass(frozen=True)
class Signs:
    """How a person is named: patterns for everywhere, and one for the customer's own records."""

    everywhere: tuple[re.Pattern[str], ...]
    at_home: tuple[re.Pattern[str], ...]
    words: tuple[str, ...]
    words_at_home: tuple[str, ...]

    def patterns(self, *, is_home: bool) -> tuple[re.Pattern[str], ...]:
        """The patterns that count in a record."""
        return (*self.everywhere, *self.at_home) if is_home else self.everywhere


def signs_of(contact: Contact) -> Signs:
    """The ways in which texts name the contact."""
    parts = contact.name.split()
    everywhere, words = [], []
    for value in (contact.email, contact.phone):
        if value:
            everywhere.append(re.compile(re.escape(value), re.IGNORECASE))
            words.append(value)
    whole = "".join(parts)
    if len(parts) > 1 or len(whole) > _LONE_NAME_MAX:
        everywhere.append(re.compile(r"[\s\u3000]*".join(map(re.escape, parts)), re.IGNORECASE))
        words += [whole, " ".join(parts), "\u3000".join(parts)]
    if len(parts) > 1 and contact.yomi.split()[1:]:
        everywhere.append(re.compile(r"[\s\u3000]*".join(map(re.escape, contact.yomi.split()))))
        words += ["".join(contact.yomi.split()), contact.yomi]
    family = parts[0] if len(parts) > 1 or len(whole) <= _LONE_NAME_MAX else ""
    at_home = [re.compile(f"{re.escape(family)}(?=(?:{_HONORIFICS}))")] if family else []
    return Signs(
        tuple(everywhere),
        tuple(at_home),
        tuple(dict.fromkeys(words)),
        (family,) if family else (),
    )


def places_of(contact: Contact) -> list[Place]:
    """Every record that names the contact, one place each; the customer's own touches first."""
    signs = signs_of(contact)
    home = _home_of(contact)
    namesake = any(
        name_key(name) == name_key(contact.name)
        for name in Person.objects.values_list("name", flat=True)
    )
    found = []
    for row, fields in _rows_with(signs, home):
        if row._meta.label_lower in _ALWAYS:
            continue
        is_home = _is_home(row, home)
        for name in fields:
            if match := _first(_text(row, name), signs.patterns(is_home=is_home)):
                found.append(_place(row, match, is_sure=is_home or not namesake))
                break
    return sorted(found, key=lambda place: (not place.key.startswith("customers.touch"), place.key))


@transaction.atomic
def anonymise(contact: Contact, keys: Iterable[str], *, by: Person) -> int:
    """Takes the person out of the places with these keys and out of the contact itself.

    Returns the number of records changed. It cannot be undone.
    """
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    signs, home, wanted = signs_of(contact), _home_of(contact), set(keys)
    changed = 0
    for row, fields in list(_rows_with(signs, home)):
        if key_of(row) in wanted or row._meta.label_lower in _ALWAYS:
            changed += _clean(row, fields, signs.patterns(is_home=_is_home(row, home)))
    _clean_contact(contact)
    AuditEntry.objects.create(
        person=by,
        action="contact.anonymise",
        target=f"customers.contact.{contact.pk}",
        detail={"records": changed, "customer": contact.customer_id},
    )
    return changed


# Copies nobody sees: they follow in any case.
_DISPOSABLE = frozenset({"search.searchmiss"})
_ALWAYS = _DISPOSABLE | {"customers.importedrow", "search.indexedtext", "customers.customermerge"}


def key_of(row: models.Model) -> str:
    """The key of a record among the places."""
    return f"{row._meta.label_lower}.{row.pk}"


def _clean_contact(contact: Contact) -> None:
    from customers.models import ImportedRow

    contact.name = ANONYMOUS_NAME
    contact.yomi = contact.department = contact.title = contact.email = contact.phone = ""
    contact.anonymised_at = contact.updated_at = timezone.now()
    contact.save()
    ImportedRow.objects.filter(model="customers.contact", object_id=contact.pk).update(
        before={}, after={}
    )


def _clean(row: Any, fields: list[str], patterns: tuple[re.Pattern[str], ...]) -> int:
    if row._meta.label_lower in _DISPOSABLE:
        row.delete()
        return 0
    changed = []
    for name in fields:
        before = _text(row, name)
        after = before
        for pattern in patterns:
            after = pattern.sub(ANONYMOUS_WORDS, after)
        if after == before:
            continue
        is_json = isinstance(row._meta.get_field(name), models.JSONField)
        longest = getattr(row._meta.get_field(name), "max_length", None)
        setattr(row, name, json.loads(after) if is_json else after[:longest])
        changed.append(name)
    if changed:
        # By save(), so that the search hears of it.
        row.save(update_fields=changed)
    return 1 if changed else 0


def _text(row: Any, name: str) -> str:
    value = getattr(row, name)
    if isinstance(row._meta.get_field(name), models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    return value or ""


def _first(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    """The words around the first match, or ""."""
    for pattern in patterns:
        if match := pattern.search(text):
            start, end = match.start() - _SNIPPET_MARGIN, match.end() + _SNIPPET_MARGIN
            words = " ".join(text[max(start, 0) : end].split())
            return f"{'…' if start > 0 else ''}{words}{'…' if end < len(text) else ''}"
    return ""


def _text_models() -> Iterator[tuple[Any, list[str]]]:
    """Every table of ours with the columns that hold words people wrote."""
    for model in apps.get_models():
        meta = model._meta
        if meta.app_label in _PASSED_BY or meta.label_lower in _PASSED_BY_MODELS or meta.proxy:
            continue
        names = [
            field.name
            for field in meta.local_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
            and not isinstance(field, models.FileField | models.SlugField)
            and not field.choices
            and not field.primary_key
            and not field.unique
        ]
        if names:
            yield model, names


def _rows_with(signs: Signs, home: dict[str, set[int]]) -> Iterator[tuple[Any, list[str]]]:
    """Rows in which one of the words stands, with the columns to look into."""
    for model, names in _text_models():
        json_names = [n for n in names if isinstance(model._meta.get_field(n), models.JSONField)]
        casts = {f"{name}_as_text": Cast(name, models.TextField()) for name in json_names}
        rows = model._default_manager.annotate(**casts) if casts else model._default_manager.all()
        wanted = Q(pk__in=[])
        for name in names:
            for word in signs.words:
                wanted |= _contains(name, word, is_json=name in json_names)
        at_home = home.get(model._meta.label_lower)
        if at_home:
            for name in names:
                for word in signs.words_at_home:
                    wanted |= _contains(name, word, is_json=name in json_names) & Q(pk__in=at_home)
        for row in rows.filter(wanted).iterator(chunk_size=500):
            yield row, names


def _contains(name: str, word: str, *, is_json: bool) -> Q:
    if not is_json:
        return Q(**{f"{name}__icontains": word})
    # SQLite keeps JSON in ASCII, PostgreSQL does not.
    escaped = json.dumps(word)[1:-1]
    return Q(**{f"{name}_as_text__contains": word}) | Q(**{f"{name}_as_text__contains": escaped})


def _home_of(contact: Contact) -> dict[str, set[int]]:
    """The customer's own records by model: here a family name with さま means the contact."""
    touches = set(Touch.objects.filter(customer=contact.customer_id).values_list("pk", flat=True))
    voices = Voice.objects.filter(touch__customer=contact.customer_id).values_list("pk", flat=True)
    from django.contrib.contenttypes.models import ContentType

    content_type = ContentType.objects.get_for_model(Touch)
    todos = ActionItem.objects.filter(
        content_type=content_type,
        object_id__in=Touch.objects.filter(customer=contact.customer_id).values("pk"),
    )
    return {
        "customers.touch": touches,
        "customers.voice": set(voices),
        "todos.actionitem": set(todos.values_list("pk", flat=True)),
        "customers.customer": {contact.customer_id},
    }


def _is_home(row: Any, home: dict[str, set[int]]) -> bool:
    return row.pk in home.get(row._meta.label_lower, ())


def _place(row: Any, snippet: str, *, is_sure: bool) -> Place:
    owner = _owner(row)
    note = ""
    if isinstance(row, Attachment):
        note = _("ファイルの中は直せません。開いて確かめ、要らなければ消してください。")
    address = getattr(owner, "get_absolute_url", None)
    return Place(
        key=key_of(row),
        kind=str(row._meta.verbose_name),
        title=str(owner)[:80],
        url=address() if address else "",
        snippet=snippet,
        is_sure=is_sure,
        note=note,
    )


def _owner(row: Any) -> Any:
    """The record with a page that a row belongs to, else the row itself."""
    if hasattr(row, "get_absolute_url"):
        return row
    for name in (
        "touch",
        "article",
        "question",
        "meeting",
        "session",
        "decision",
        "target",
        "customer",
    ):
        owner = getattr(row, name, None)
        if isinstance(owner, models.Model):
            return owner if hasattr(owner, "get_absolute_url") else _owner(owner)
    return row
