"""How people, departments, dates and search passages look: the tags of ``{% load display %}``.

Tags take domain objects by shape (see the protocols), so that this lowest layer imports none.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from unicodedata import is_normalized

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.template.defaultfilters import truncatechars
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as _

from kb.foundation.addresses import address_of
from kb.foundation.notices import undo_address
from kb.foundation.printing import joined, marks, printed
from kb.foundation.queries import qs, qs_toggle
from kb.foundation.today import today

register = template.Library()

NEUTRAL_COLOUR = "mgmt"
AVATAR_SIZES = ("xs", "s", "", "xl")
_PHOTO = '<img src="{}" alt="" width="96" height="96" loading="lazy" decoding="async">'
KILOBYTE = 1024

# A number with its counter. Other languages have a singular, so these are whole phrases.
_COUNTED = {
    "件": ngettext_lazy("%(number)s件", "%(number)s件", "count"),
    "人": ngettext_lazy("%(number)s人", "%(number)s人", "count"),
    "社": ngettext_lazy("%(number)s社", "%(number)s社", "count"),
    "円": ngettext_lazy("%(number)s円", "%(number)s円", "count"),
}


class ShownDepartment(Protocol):
    """What the tags need of a department."""

    pk: Any
    name: str
    label: str
    colour: str


class ShownPerson(Protocol):
    """What the tags need of a person. Lists of people load ``with_departments``."""

    pk: Any
    name: str
    family_name: str
    is_open_to_questions: bool
    is_active: bool
    is_imported: bool
    left_on: date | None

    @property
    def department(self) -> ShownDepartment | None:
        """The main department today."""
        ...


class Segment(Protocol):
    """A piece of a search passage."""

    text: str
    hit: bool


# --- Icons ------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> str:
    """An icon of the sprite; ``size="s"`` is 16 px; a ``label`` makes it speak."""
    # While one works on the sprite, its address changes with every save.
    return (_icon if settings.DEBUG else _icon_once)(name, size, str(label))


def _icon(name: str, size: str, label: str) -> str:
    css = f"i i--{size}" if size else "i"
    href = f"{static('icons.svg')}#{name}"
    if label:
        return printed(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return printed('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


_icon_once = lru_cache(maxsize=1000)(_icon)


@register.simple_tag
def ring(size: str = "") -> str:
    """The open ring that a person closes; sizes ``xs``, ``s`` and plain. Only where people stand.

    Drawn in place, because the page's CSS colours its dot and cannot reach into a sprite.
    """
    css = f"ring ring--{size}" if size else "ring"
    return printed(
        '<svg class="{}" viewBox="0 0 28 28" aria-hidden="true">'
        '<path d="M23.3 10.4A10 10 0 1 1 17.6 4.7"/><circle cx="21.1" cy="6.9" r="3.2"/></svg>',
        css,
    )


# --- People and departments -------------------------------------------------------------------


def initials(family_name: str, *, size: str = "") -> str:
    """What stands in an avatar: the surname where it fits at 13 px, else its first character."""
    fitting = {"xl": 4, "": 2}.get(size, 1)
    if len(family_name) <= fitting:
        return family_name
    return family_name[0]


def colour_class(department: ShownDepartment | None) -> str:
    """The CSS class that sets the department's colour; neutral without a department."""
    return f"d-{department.colour or NEUTRAL_COLOUR}" if department else f"d-{NEUTRAL_COLOUR}"


@register.simple_tag
def avatar(person: ShownPerson | None, size: str = "") -> str:
    """The person's photo, else surname (or its first character), in the department's colour.

    Decorative: the name must stand beside it.
    """
    if size not in AVATAR_SIZES:
        raise template.TemplateSyntaxError(f"avatar has no size {size!r}")
    if not person:
        return printed('<i class="avatar avatar--one d-mgmt" aria-hidden="true">{}</i>', "?")
    return _avatar(
        person.family_name,
        colour_class(person.department),
        getattr(person, "photo_url", ""),
        size,
        is_open=bool(person.is_open_to_questions),
    )


# The same few people stand in many lines.
@lru_cache(maxsize=5000)
def _avatar(family_name: str, colour: str, photo_url: str, size: str, *, is_open: bool) -> str:
    text = initials(family_name, size=size)
    css = ["avatar", colour]
    if size:
        css.append(f"avatar--{size}")
    if len(text) > 2:
        css.append("avatar--long")
    elif len(text) == 1 and not size:
        css.append("avatar--one")
    if is_open and size in ("", "xl"):
        css.append("avatar--open")
    shown = printed(_PHOTO, photo_url) if photo_url else text
    return printed('<i class="{}" aria-hidden="true">{}</i>', " ".join(css), shown)


@register.simple_tag
def who(person: ShownPerson | None, link: bool = True) -> str:
    """A person in a line of text: small avatar and name, linked to the profile."""
    if not person:
        return _nobody(get_language())
    picture = avatar(person, size="xs")
    name = printed("{}{}", person.name, _("（退職）")) if _has_left(person) else person.name
    if not link:
        return printed('<span class="who">{}{}</span>', picture, name)
    url = address_of("person_detail", person.pk)
    return printed('<a class="who" href="{}">{}{}</a>', url, picture, name)


@lru_cache(maxsize=10)
def _nobody(_language: str | None) -> str:
    return printed('<span class="who">{}</span>', _("書いた人は不明です"))


def _has_left(person: ShownPerson) -> bool:
    # Who was imported and has not signed in yet is not active either, and works here.
    is_closed = not person.is_active and not person.is_imported
    return is_closed or (person.left_on is not None and person.left_on < today())


@register.simple_tag
def dept(department: ShownDepartment | None, link: bool = False, short: bool = False) -> str:
    """A department in a line of text: a dot of its colour and its name (``short``: the label)."""
    if not department:
        return ""
    css = f"dept {colour_class(department)}"
    name = department.label if short else department.name
    if not link:
        return printed('<span class="{}">{}</span>', css, name)
    url = address_of("department_detail", department.pk)
    return printed('<a class="{}" href="{}">{}</a>', css, url, name)


@register.simple_tag
def breadcrumb(*pairs: str) -> str:
    """The way from the top to this page: label, url, label, url, …"""
    if len(pairs) % 2:
        raise template.TemplateSyntaxError("breadcrumb takes pairs of label and url")
    crumbs = joined(
        printed('<li><a href="{}">{}</a></li>', url, label)
        for label, url in zip(pairs[::2], pairs[1::2], strict=True)
    )
    pattern = '<nav aria-label="{}"><ol class="crumb">{}</ol></nav>\n'
    return printed(pattern, _("いまの場所"), crumbs) if pairs else "\n"


@register.simple_tag
def choice_icon(icons: Mapping[str, str] | None, value: object) -> str:
    """The icon that stands for a choice of a form field, if the page named one."""
    name = (icons or {}).get(str(value))
    return icon(name) if name else ""


@register.filter
def undo_url(message: Message) -> str:
    """Where the toast of a message takes it back; empty for what cannot be taken back."""
    return undo_address(message.extra_tags or "")


# --- Dates ------------------------------------------------------------------------------------


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _time_tag(value: date | datetime, pattern: str) -> str:
    local = _local(value)
    if isinstance(local, datetime):
        stamp, words = local.isoformat(timespec="minutes"), formats.date_format(local, pattern)
        return printed('<time datetime="{}">{}</time>', stamp, words)
    return _day_tag(local, pattern, get_language())


@lru_cache(maxsize=5000)
def _day_tag(day: date, pattern: str, _language: str | None) -> str:
    words = formats.date_format(day, pattern)
    return printed('<time datetime="{}">{}</time>', str(day), words)


def _is_this_year(value: date | datetime) -> bool:
    return _local(value).year == today().year


@register.filter
def ja_date(value: date | datetime | None) -> str:
    """2026年11月20日, for state lines and prose."""
    return _time_tag(value, _("Y年n月j日")) if value else ""


@register.filter
def ja_month(value: date | datetime | None) -> str:
    """2027年5月, for what is not exact to the day."""
    return _time_tag(value, _("Y年n月")) if value else ""


@register.filter
def month_name(value: date) -> str:
    """11月, for axes; plain text, because a picture has no time element."""
    return formats.date_format(value, _("n月"))


@register.filter
def ja_day(value: date | datetime | None) -> str:
    """11/20, for lists; 2025/11/20 when the year is another one."""
    if not value:
        return ""
    return _time_tag(value, _("n/j") if _is_this_year(value) else _("Y/n/j"))


@register.filter
def ja_weekday(value: date | datetime | None) -> str:
    """11/20（金）, for what somebody has to do or attend."""
    if not value:
        return ""
    return _time_tag(value, _("n/j（D）") if _is_this_year(value) else _("Y/n/j（D）"))


@register.filter
def ja_datetime(value: datetime | None) -> str:
    """11/20 14:05, with the year when it is another one."""
    if not value:
        return ""
    return _time_tag(value, _("n/j H:i") if _is_this_year(value) else _("Y/n/j H:i"))


@register.filter
def ago(value: datetime | None) -> str:
    """「5分前」 under 24 hours, else the day."""
    if not value:
        return ""
    passed = timezone.now() - value
    if passed < timedelta(0) or passed >= timedelta(hours=24):
        return ja_day(value)
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        words = _("たった今")
    elif minutes < 60:
        words = _("%(count)d分前") % {"count": minutes}
    else:
        words = _("%(count)d時間前") % {"count": minutes // 60}
    stamp = _local(value).isoformat()
    return printed('<time datetime="{}">{}</time>', stamp, words)


@register.simple_tag
def due(value: date | None, done: bool = False) -> str:
    """When something has to be done: date, 「今日」, or the date and how late it is."""
    if value is None:
        return ""
    late_days = (timezone.localdate() - value).days
    if done:
        return printed('<span class="due">{} {}</span>', ja_day(value), _("済み"))
    if late_days > 0:
        late = _("%(count)d日遅れ") % {"count": late_days}
        return printed('<span class="due due--late">{}・{}</span>', ja_day(value), late)
    if late_days == 0:
        return printed('<time class="due" datetime="{}">{}</time>', str(value), _("今日"))
    return printed('<span class="due">{}</span>', ja_weekday(value))


# --- Numbers ----------------------------------------------------------------------------------


@register.filter
def count_ja(value: int | None, unit: str = "") -> str:
    """1,234 with its counter, if given: ``{{ total|count_ja:"件" }}``."""
    count = value or 0
    number = f"{count:,}"
    if unit not in _COUNTED:
        return f"{number}{unit}"
    return str(_COUNTED[unit] % {"count": count, "number": number})


@register.simple_tag
def file_limit() -> str:
    """How large one file may be, told before somebody chooses it."""
    return _("ひとつ%(size)d MBまで") % {"size": settings.ATTACHMENT_MAX_BYTES // 1024 // 1024}


@register.filter
def filesize_ja(value: int | None) -> str:
    """38 KB, 1.2 MB: the size of a file in the unit that people compare."""
    size = value or 0
    if size < KILOBYTE:
        return _("%(count)dバイト") % {"count": size}
    if size < KILOBYTE**2:
        return f"{round(size / KILOBYTE)} KB"
    if size < KILOBYTE**3:
        return f"{size / KILOBYTE**2:.1f} MB"
    return f"{size / KILOBYTE**3:.1f} GB"


# --- Texts and addresses ------------------------------------------------------------


@register.filter
def shortened(text: str, most: int) -> str:
    """Like ``truncatechars``, which takes long over texts that are short enough."""
    if len(text) <= most and is_normalized("NFC", text):
        return text
    return truncatechars(text, most)


def _text_and_hit(segment: Segment | tuple[str, bool]) -> tuple[str, bool]:
    if isinstance(segment, tuple):
        return segment[0], segment[1]
    return segment.text, segment.hit


@register.simple_tag
def marked(segments: Iterable[Segment | tuple[str, bool]] | None) -> str:
    """A passage with its hits in ``<mark>``; every piece of text is escaped."""
    return marks(_text_and_hit(segment) for segment in segments or ())


register.simple_tag(qs)
register.simple_tag(qs_toggle)
