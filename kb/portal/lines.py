"""Records as lines and cards: what ``components/_row.html`` and ``_card.html`` show of them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Touch
from kb.articles.models import Article
from kb.text.plain import plain_text
from people.models import Department, Person

ARTICLE_ICONS = {
    Article.Kind.MANUAL: "manual",
    Article.Kind.QUESTION: "question",
    Article.Kind.MINUTES: "meeting",
    Article.Kind.BOOK_NOTE: "book",
    Article.Kind.RULE: "seal",
    Article.Kind.NOTE: "file",
}
TOUCH_ICONS = {
    Touch.Channel.VISIT: "visit",
    Touch.Channel.AT_OUR_OFFICE: "door",
    Touch.Channel.ONLINE: "video",
    Touch.Channel.PHONE: "phone",
    Touch.Channel.EMAIL: "mail",
    Touch.Channel.CHAT: "chat",
    Touch.Channel.EVENT: "flag",
}
# What lists of articles leave in the database: a text may be a megabyte.
BODY = ("body", "body_html", "contents")
GIST_LENGTH = 80
TITLE_LENGTH = 56


@dataclass(frozen=True)
class Line:
    """One line of a list, in the words of ``components/_row.html``."""

    title: str
    url: str
    icon: str = ""
    sub: str = ""
    person: Person | None = None
    department: Department | None = None
    date: dt.date | dt.datetime | None = None
    badge: str = ""
    tone: str = ""
    badge_icon: str = ""
    act_url: str = ""
    act_label: str = ""


def gist(text: str, length: int = GIST_LENGTH) -> str:
    """The beginning of a text in one line, cut with … when it goes on."""
    return _gist(text[: 10 * length], length)


# The same texts stand on many pages, and a list asks for more than it shows.
@lru_cache(maxsize=2000)
def _gist(beginning: str, length: int) -> str:
    plain = " ".join(plain_text(beginning).split())
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"


def article_line(article: Article, *, shows_person: bool = True, shows_kind: bool = True) -> Line:
    """An article as a line: kind, who wrote it and when; its state when that matters."""
    badge, tone, icon = article_state(article)
    return Line(
        title=article.title,
        url=article.get_absolute_url(),
        icon=ARTICLE_ICONS.get(Article.Kind(article.kind), "file"),
        sub=article.get_kind_display() if shows_kind else "",
        person=article.author if shows_person else None,
        date=None if badge else article.updated_at,
        badge=badge,
        tone=tone,
        badge_icon=icon,
    )


def article_state(article: Article) -> tuple[str, str, str]:
    """Words, tone and icon of what a reader must know of an article's state; empty if nothing."""
    if article.status == Article.Status.DRAFT:
        return _("書きかけ"), "", "pen"
    if article.status == Article.Status.RETIRED:
        return _("もう使わない"), "danger", "warn"
    return "", "", ""


def touch_line(touch: Touch, *, shows_person: bool = True) -> Line:
    """A touch as a line: the customer and what was said."""
    return Line(
        title=gist(touch.text, TITLE_LENGTH),
        url=touch.get_absolute_url(),
        icon=TOUCH_ICONS.get(Touch.Channel(touch.channel), "touch"),
        sub=f"{touch.customer.name}・{touch.get_channel_display()}",
        person=touch.author if shows_person else None,
        date=touch.happened_at,
    )


def people_of(*groups: Iterable[Any]) -> list[Person]:
    """The people on lines and cards, for loading their departments at once."""
    return [
        line.person
        for group in groups
        for line in group
        if getattr(line, "person", None) is not None
    ]
