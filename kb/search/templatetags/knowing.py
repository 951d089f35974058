"""Tags of ``{% load knowing %}``: who knows about a text or topic, and how a result line is shown."""

from collections.abc import Sequence
from typing import Any, Protocol

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from kb.experts.proposals import Proposal
from kb.experts.ranking import WhoKnows
from kb.foundation.printing import joined, printed
from kb.foundation.templatetags.cards import person_card
from kb.foundation.templatetags.display import ring
from kb.search import engine, proposals

register = template.Library()


class ShownKnowers(Protocol):
    """People with reasons, each with the fields of the person card; ``note`` may be empty."""

    @property
    def people(self) -> Sequence[Any]:
        """The people."""
        ...

    @property
    def note(self) -> str:
        """What to know about all of them."""
        ...


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


@register.simple_tag(takes_context=True)
def people_panel(context: Context, who: ShownKnowers, heading: str = "") -> str:
    """くわしい人 as a panel. Nothing is shown without people."""
    if not who.people:
        return ""
    return printed(
        '<div class="panel panel--people"><div class="head">{}<h2>{}</h2></div>{}{}'
        '<p class="meta">{}</p></div>',
        ring(size="s"),
        heading or _("くわしい人"),
        printed('<p class="meta">{}</p>', who.note) if who.note else "",
        joined(_card(context, knower) for knower in who.people),
        _("ここに書かれたことに基づいています。"),
    )


def _card(context: Context, knower: Any) -> str:
    return person_card(
        context,
        knower.person,
        why=knower.why,
        say=knower.say,
        summary=knower.summary,
        evidence=knower.evidence,
        ask_url=knower.ask_url,
        phone=knower.phone,
    )


@register.filter
def seconds(took_ms: float) -> str:
    """0.04: seconds with as many digits as say something."""
    return f"{max(took_ms / 1000, 0.01):.2f}"
