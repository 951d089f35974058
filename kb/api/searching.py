"""``GET /search`` and ``GET /experts``."""

from collections.abc import Iterable
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from kb.api.problems import Refused
from kb.api.shapes import (
    DepartmentOut,
    ExpertsOut,
    PersonOut,
    Problem,
    ReasonOut,
    ResponsibilityOut,
    ResultOut,
    SearchOut,
)
from kb.experts.ranking import Knower, KnowingDepartment
from kb.experts.reasons import Piece
from kb.search import engine
from kb.search.kinds import KINDS
from kb.search.query import SearchQuery, clean_text
from people.models import Responsibility

router = Router(tags=["search"])

Limit = Annotated[int, Field(ge=1, le=100)]
PeopleLimit = Annotated[int, Field(ge=1, le=20)]


@router.get("/search", response={200: SearchOut, 422: Problem}, operation_id="search")
def search(
    request: HttpRequest,
    q: str = "",
    kind: Query[list[str]] = [],  # noqa: B006 (the list is never changed)
    limit: Limit = 20,
) -> SearchOut:
    """Search everything; ``kind`` may be given several times. People and departments stand beside."""
    unknown = [name for name in kind if name not in KINDS]
    if unknown:
        known = ", ".join(KINDS)
        raise Refused(
            422,
            _("kindに使えるのは次の値です: %(kinds)s") % {"kinds": known},
            {"kind": unknown[0][:100]},
        )
    text = clean_text(q[:5000]).strip()
    answer = engine.search(SearchQuery(text=text, kinds=frozenset(kind), page_size=limit))
    page = answer.page
    return SearchOut(
        query=text[:1000],
        total=page.total,
        took_ms=round(page.took_ms, 1),
        results=[
            ResultOut(
                kind=hit.kind,
                id=hit.id,
                title=hit.title,
                url=hit.url,
                score=round(hit.score, 4),
                snippet=hit.snippet,
                source_path=hit.source_path,
            )
            for hit in page.hits
        ],
        people=_people(answer.who.people),
        departments=_departments(answer.who.departments),
        notices=list(page.notices),
    )


@router.get("/experts", response={200: ExpertsOut, 422: Problem}, operation_id="experts")
def experts(request: HttpRequest, q: str = "", limit: PeopleLimit = 5) -> ExpertsOut:
    """Who knows about a text: people, departments and chores, with reasons in words."""
    text = clean_text(q[:5000]).strip()
    who = engine.who_knows(text=text, limit=limit)
    return ExpertsOut(
        query=text[:1000],
        people=_people(who.people),
        departments=_departments(who.departments),
        responsibilities=_responsibilities(who.responsibilities),
        note=who.note or _("ここに書かれたことに基づいています。"),
    )


def _people(people: Iterable[Knower]) -> list[PersonOut]:
    return [
        PersonOut(
            id=knower.person.pk,
            name=knower.person.name,
            url=knower.person.get_absolute_url(),
            department=knower.person.department.name if knower.person.department else "",
            why=knower.why,
            reasons=_reasons(knower.evidence),
        )
        for knower in people
    ]


def _departments(departments: Iterable[KnowingDepartment]) -> list[DepartmentOut]:
    return [
        DepartmentOut(
            id=known.department.pk,
            name=known.department.name,
            url=known.department.get_absolute_url(),
            why=known.why,
            reasons=_reasons(known.evidence),
        )
        for known in departments
    ]


def _responsibilities(chores: Iterable[Responsibility]) -> list[ResponsibilityOut]:
    return [
        ResponsibilityOut(
            id=chore.pk,
            name=chore.name,
            url=chore.get_absolute_url(),
            department=chore.department.name,
            main=chore.main.name if chore.main else "",
            sub=chore.sub.name if chore.sub else "",
        )
        for chore in chores
    ]


def _reasons(pieces: Iterable[Piece]) -> list[ReasonOut]:
    return [
        ReasonOut(text=piece.text, url=piece.url, share=round(piece.share, 6)) for piece in pieces
    ]
