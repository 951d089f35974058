"""How articles look in lists: ``{% load articles %}``."""

from collections.abc import Collection, Sequence
from typing import Any

from django import template
from django.urls import reverse

from kb.articles.models import Answer, Article, Draft
from kb.articles.pages import KIND_ICONS, ArticlePage, KnowingPerson
from kb.articles.reactions import Reactions
from kb.articles.review_rounds import waiting_in
from kb.engagement.readings import with_those_below
from people.models import Department

register = template.Library()

PEOPLE_MAX = 3


@register.filter
def kind_icon(kind: str) -> str:
    """The icon of a kind of article."""
    return KIND_ICONS[Article.Kind(kind)]


@register.simple_tag
def draft_address(draft: Draft) -> str:
    """Where a draft is written on."""
    if draft.article_id:
        return f"{reverse('article_edit', args=[draft.article_id])}?draft={draft.key}"
    return f"{reverse('article_create', args=[draft.kind])}?draft={draft.key}"


@register.filter
def besides(who: Any, shown: Sequence[KnowingPerson]) -> list[Any]:
    """Those who know the subject, without people shown already; short, so that reasons are read.

    ``who`` is a ``WhoKnows`` of the search above. Thin evidence is left out while others stand there.
    """
    if who.is_thin and shown:
        return []
    known = {knower.person.pk for knower in shown}
    room = max(1, PEOPLE_MAX - len(known))
    return [knower for knower in who.people if knower.person.pk not in known][:room]


@register.simple_tag
def answer_reactions(page: ArticlePage, answer: Answer) -> Reactions:
    """What colleagues said to an answer of the page."""
    return page.answer_reactions[answer.pk]


@register.filter
def without(knowers: Sequence[Any], but: Collection[int]) -> list[Any]:
    """Those who know, but for the people with these ids."""
    return [knower for knower in knowers if knower.person.pk not in but]


@register.inclusion_tag("articles/_reviews_waiting.html")
def review_shelf(department: Department) -> dict[str, Any]:
    """Texts of the department, and of those below it, whose owners left the review undone."""
    return {"reviews": waiting_in(with_those_below([department]))}
