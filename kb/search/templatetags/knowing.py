"""Tags of ``{% load knowing %}``: who knows about a text or topic, and how a result line is shown."""

from typing import Any

from django import template

from kb.experts.proposals import Proposal
from kb.experts.ranking import WhoKnows
from kb.search import engine, proposals

register = template.Library()


@register.simple_tag
def who_knows(text: str = "", topic: Any = None, exclude: Any = None, limit: int = 5) -> WhoKnows:
    """Who knows: ``{% who_knows text=article.title exclude=article as who %}``."""
    return engine.who_knows(text=text, topic=topic, exclude=exclude, limit=limit)


@register.simple_tag
def propose_people(text: str, **more: Any) -> list[Proposal]:
    """Whom to call for a problem: ``{% propose_people text=title by=request.user as proposals %}``.

    The other arguments are those of ``kb.search.proposals.propose_people``.
    """
    return proposals.propose_people(text, **more)


@register.inclusion_tag("search/_people.html")
def who_knows_panel(
    text: str = "", topic: Any = None, exclude: Any = None, limit: int = 5
) -> dict[str, Any]:
    """The panel くわしい人; nothing when nobody is known."""
    return {"who": engine.who_knows(text=text, topic=topic, exclude=exclude, limit=limit)}


@register.filter
def seconds(took_ms: float) -> str:
    """0.04: seconds with as many digits as say something."""
    return f"{max(took_ms / 1000, 0.01):.2f}"
