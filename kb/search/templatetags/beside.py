"""``{% load beside %}``: what stands beside results, printed by functions because every search has it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from kb.experts.ranking import KnowingDepartment, WhoKnows
from kb.foundation.addresses import address_of
from kb.foundation.printing import joined, printed
from kb.foundation.templatetags.display import dept, icon, ring
from kb.search.records import Record
from kb.search.templatetags.knowing import people_panel

register = template.Library()


@register.simple_tag(takes_context=True)
def side_panels(context: Context, who: WhoKnows, communities: Iterable[Record]) -> str:
    """What stands beside the results: people, departments and chores, communities."""
    return printed(
        "{}\n\n{}\n{}\n\n{}\n",
        people_panel(context, who),
        "" if who.people else _nobody(who.note),
        departments_panel(who),
        _communities(list(communities)),
    )


def _nobody(note: str) -> str:
    return printed(
        '<div class="panel"><div class="head">{}<h2>{}</h2></div><p class="meta">{}</p></div>',
        ring(size="s"),
        _("くわしい人"),
        note or _("この言葉について書いた人は、まだいません。"),
    )


@register.simple_tag
def departments_panel(who: WhoKnows) -> str:
    """Departments that know and chores that match, as a panel; nothing without them."""
    if not (who.responsibilities or who.departments):
        return ""
    rows = [*map(_chore_row, who.responsibilities), *map(_department_row, who.departments)]
    return _panel(_("部署と担当業務"), joined(rows))


def _panel(heading: str, rows: str) -> str:
    return printed(
        '<div class="panel panel--flush"><div class="head head--s"><h2>{}</h2></div>'
        '<ul class="rows">{}</ul></div>',
        heading,
        rows,
    )


def _chore_row(chore: Any) -> str:
    person, charge = chore.main or chore.sub, ""
    if person:
        charge = printed(
            '<span class="row__s">{} <a href="{}">{}</a></span>',
            _("主担当") if chore.main else _("副担当"),
            address_of("person_detail", person.pk),
            person.family_name,
        )
    return printed(
        '<li class="row">{}<div><a class="row__t" href="{}">{}</a><p class="row__s">{}</p></div>{}</li>',
        icon("pen"),
        chore.get_absolute_url(),
        chore.name,
        dept(chore.department),
        charge,
    )


def _department_row(known: KnowingDepartment) -> str:
    department: Any = known.department
    return printed(
        '<li class="row row--top">{}<div>{}<p class="row__s">{}</p></div></li>',
        icon("people"),
        dept(department, link=True),
        known.why,
    )


def _communities(communities: Sequence[Record]) -> str:
    """Communities on the subject; nothing without them."""
    if not communities:
        return ""
    return _panel(_("コミュニティ"), joined(map(_community_row, communities)))


def _community_row(community: Record) -> str:
    return printed(
        '<li class="row">{}<div><a class="row__t" href="{}">{}</a><p class="row__s">{}{}</p></div></li>',
        icon("community"),
        community.url,
        community.title,
        joined(badge.text for badge in community.badges),
        joined(printed("・{}", note) for note in community.notes),
    )
