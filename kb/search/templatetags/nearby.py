"""Tags of ``{% load nearby %}``: texts near an article and near what somebody writes."""

from typing import Any

from django import template

from kb.search import nearby
from kb.search.kinds import KINDS

register = template.Library()


@register.inclusion_tag("search/_near_articles.html")
def near_articles(article: Any) -> dict[str, Any]:
    """近い記事 as a section of an article's page; nothing when none is near enough."""
    return {"near": nearby.articles_near(article)}


@register.simple_tag
def near_questions(question: Any) -> list[Any]:
    """Questions that may ask the same: ``{% near_questions question as near %}``."""
    return nearby.questions_near(question)


@register.inclusion_tag("search/_near_writing.html")
def near_writing(title: str | None, kind: str, writer: Any) -> dict[str, Any]:
    """What may already answer a text that begins with this title; nothing when nothing is near."""
    return nearby.near_writing(title or "", kind=kind, writer=writer)


@register.filter
def icon_of_kind(kind: str) -> str:
    """The icon of a kind of result."""
    return KINDS[kind].icon


@register.filter
def label_of_kind(kind: str) -> str:
    """A kind of result in words."""
    return str(KINDS[kind].label)
