"""``{% load results %}``: a result line, printed by one function because a page has twenty of them."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.foundation.printing import joined, printed
from kb.foundation.templatetags.display import dept, icon, ja_date, ja_day, marked, who
from kb.foundation.today import today
from kb.search.badges import Badge
from kb.search.kinds import KINDS
from kb.search.lines import department_of
from kb.search.query import Passage
from kb.search.records import Record

register = template.Library()


@register.simple_tag
def result_lines(lines: Iterable[Any]) -> str:
    """Several of them."""
    language, year = get_language(), today().year
    return joined(_result(line, language, year) for line in lines)


@register.simple_tag
def result_line(line: Any) -> str:
    """A ``Line`` as ``<li>``: kind and states, title, the passage with its marks, people and day."""
    return _result(line, get_language(), today().year)


def _result(line: Any, language: str | None, year: int) -> str:
    record: Record = line.record
    return printed(
        '<li class="result{}">{}{}</p>'
        '<h3 class="result__title"><a href="{}">{}</a></h3>\n{}{}'
        '<p class="result__meta">{}{}</p></div></li>',
        " result--old" if record.is_old else "",
        _kind(record.kind, language),
        joined(badge(one) for one in record.badges),
        record.url,
        marked(line.hit.title_segments),
        _passage(line),
        _successor(record),
        _meta(line),
        _dated(record.date_label, record.day, year, language) if record.day else "",
    )


@lru_cache(maxsize=200)
def _kind(kind: str, _language: str | None) -> str:
    """Icon and word for a kind of record, in the language of the page."""
    shown = KINDS[kind]
    return printed(
        '<span class="kind">{}</span><div><p class="result__kind"><span>{}</span>',
        icon(shown.icon),
        str(shown.label),
    )


def badge(shown: Badge) -> str:
    """A state as icon and word."""
    return printed(
        '<span class="badge{}">{}{}</span>',
        f" badge--{shown.tone}" if shown.tone else "",
        icon(shown.icon, size="s") if shown.icon else "",
        shown.text,
    )


def _passage(line: Any) -> str:
    text = line.hit.passages[0].segments if line.hit.passages else ()
    return printed('<p class="result__text">{}</p>', marked(text)) if text else ""


def _successor(record: Record) -> str:
    """What holds instead of a replaced decision."""
    after = record.successor
    if after is None:
        return ""
    day = printed("（{}）", ja_date(after.day)) if after.day else ""
    return printed(
        '<p class="result__next">{}<a href="{}">{}</a>{}</p>',
        _("いまの決まり："),
        after.url,
        after.title,
        day,
    )


def _meta(line: Any) -> str:
    record: Record = line.record
    source = record.source
    department: Any = department_of(line)
    parts = [
        who(line.person) if line.person else "",
        printed('<a class="who" href="{}">{}</a>', source.url, source.text) if source else "",
        dept(department),
        _file(line),
        *(printed("<span>{}</span>", note) for note in line.record.notes),
    ]
    return joined(parts)


@lru_cache(maxsize=5000)
def _dated(label: str, day: date, _this_year: int, _language: str | None) -> str:
    """The day of a record, in words that depend on the year and the language."""
    return printed("<span>{} {}</span>", label, ja_day(day))


def _file(line: Any) -> str:
    """The attached file in which the passage stands, opening at its page."""
    passages = line.hit.passages
    if not passages or not passages[0].source:
        return ""
    shown: Passage = passages[0]
    page = _("%(page)dページ") % {"page": shown.page} if shown.page else ""
    words = printed("{}{} {}", icon("file", size="s"), shown.source, page)
    if not shown.url:
        return printed("<span>{}</span>", words)
    return printed('<a class="who" href="{}">{}</a>', shown.url, words)
