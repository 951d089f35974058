"""``{% load cards %}``: a person with the reason why, printed by one function because pages have many of them."""

from collections.abc import Iterable
from typing import Any, Protocol

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from kb.foundation.addresses import address_of
from kb.foundation.printing import joined, printed
from kb.foundation.templatetags.display import ShownPerson, avatar, dept, icon

register = template.Library()


class ShownEvidence(Protocol):
    """What proves a reason; ``url`` may be empty."""

    @property
    def text(self) -> str:
        """The words."""
        ...

    @property
    def url(self) -> str:
        """Where it is."""
        ...


@register.simple_tag(takes_context=True)
def person_card(
    context: Context,
    person: ShownPerson,
    *,
    why: str = "",
    say: str = "",
    summary: str = "",
    evidence: Iterable[ShownEvidence] = (),
    **more: Any,
) -> str:
    """A person with the reason why: name → why → own words → evidence → way to reach.

    ``why``      the system's reason, one sentence
    ``say``      the person's own sentence, shown as a bubble
    ``summary``  what the evidence adds up to, 「記事 4・対応記録 12・最終 11/12」
    ``evidence`` items with .text and .url that prove the reason

    And by name, each optional: ``ask_url`` where one asks the person, ``ask_label`` the words of that button
    (default 「桐山さんに聞く」), ``ask_icon`` its icon (default "chat"), ``phone``; ``hide_dept`` True inside the
    person's own department; ``plain`` True where no h2 stands above: the name is no heading; ``short_dept`` True
    in narrow columns: 「CS部」.
    """
    reader = getattr(getattr(context, "request", None), "user", None)
    is_me = reader is not None and reader.pk == person.pk
    return printed(
        '<article class="person">{}{}\n{}\n{}\n{}\n{}\n</article>',
        avatar(person),
        _name(person, more),
        printed('<p class="person__why">{}</p>', why) if why else "",
        printed('<p class="person__say">{}</p>', say) if say else "",
        _evidence(summary, list(evidence or ())),
        printed('<p class="quiet">{}</p>', _("あなたです。")) if is_me else _reach(person, more),
    )


def _name(person: ShownPerson, more: dict[str, Any]) -> str:
    tag = "p" if more.get("plain") else "h3"
    is_open = person.is_open_to_questions
    return printed(
        '<{} class="person__name"><a href="{}">{}</a>{}{}</{}>',
        tag,
        address_of("person_detail", person.pk),
        person.name,
        printed('<span class="vh">{}</span>', _("（聞いてください）")) if is_open else "",
        ""
        if more.get("hide_dept")
        else printed(
            '<span class="person__dept">{}</span>',
            dept(person.department, short=bool(more.get("short_dept"))),
        ),
        tag,
    )


def _evidence(summary: str, evidence: list[ShownEvidence]) -> str:
    if not evidence:
        return printed('<p class="evidence">{}</p>', summary) if summary else ""
    return printed(
        '<details class="evidence"><summary>{}</summary><ul>{}</ul></details>',
        summary or _("理由を見る"),
        joined(printed("<li>{}</li>", _linked(item)) for item in evidence),
    )


def _linked(item: ShownEvidence) -> str:
    return printed('<a href="{}">{}</a>', item.url, item.text) if item.url else item.text


def _reach(person: ShownPerson, more: dict[str, Any]) -> str:
    ask_url, phone = more.get("ask_url"), more.get("phone")
    if not (ask_url or phone):
        return ""
    name = {"name": person.family_name}
    ask = call = ""
    if ask_url:
        ask = printed(
            '<a class="btn btn--s" href="{}">{}{}</a>',
            ask_url,
            icon(more.get("ask_icon") or "chat", size="s"),
            more.get("ask_label") or _("%(name)sさんに聞く") % name,
        )
    if phone:
        call = printed(
            '<a class="iconbtn iconbtn--line" href="tel:{}" aria-label="{}">{}</a>',
            str(phone).replace(" ", ""),
            _("%(name)sさんに電話（%(number)s）") % {**name, "number": phone},
            icon("phone", size="s"),
        )
    return printed('<div class="person__act">{}{}</div>', ask, call)
