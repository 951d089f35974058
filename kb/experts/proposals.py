"""Whom to call for a problem: a few colleagues from several departments, one reason each."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from kb.experts.evidence import TELLING_ROLES, key_of, weight_of
from kb.experts.models import Evidence
from kb.experts.ranking import WhoKnows
from kb.experts.reasons import SHORT_TITLE
from people.models import Department, Person, Responsibility
from people.querysets import visible_people

MOST_PEOPLE = 8
PER_DEPARTMENT = 2


@dataclass(frozen=True)
class Proposal:
    """A colleague to call: one sentence that says why, and the record that shows it (or empty)."""

    person: Person
    why: str
    url: str = ""

    @property
    def department(self) -> Department | None:
        """The main department; the person comes with it loaded."""
        return self.person.department


def people_behind(evidence: Sequence[models.Model]) -> list[int]:
    """Who left telling work in these records, the strongest part first; leavers are left out."""
    rows = Evidence.objects.filter(
        visible_people("person__"),
        record__in=[key_of(record) for record in evidence],
        role__in=TELLING_ROLES,
    ).values_list("person_id", "role", "share")
    amounts: dict[int, float] = defaultdict(float)
    for person, role, share in rows:
        amounts[person] += weight_of(role, share)
    return sorted(amounts, key=lambda person: (-amounts[person], person))


def of_evidence(people: Iterable[Person]) -> list[Proposal]:
    """Those who stand behind the collected records, with the reason that says so."""
    why = _("この困りごとの材料になった記録を残しています。")
    return [Proposal(person, why) for person in people]


def of_knowers(who: WhoKnows) -> list[Proposal]:
    """Those who know about the problem, then those whose chore is near it."""
    knowing = [
        Proposal(
            knower.person,
            knower.why,
            next((piece.url for piece in knower.evidence), ""),
        )
        for knower in who.people
    ]
    return [*knowing, *(proposal for chore in who.responsibilities for proposal in _of(chore))]


def _of(chore: Responsibility) -> Iterable[Proposal]:
    title = chore.name[:SHORT_TITLE]
    for person, words in (
        (chore.main, _("担当業務「%(title)s」の主担当です。")),
        (chore.sub, _("担当業務「%(title)s」の副担当です。")),
    ):
        if person is not None:
            yield Proposal(person, words % {"title": title}, chore.get_absolute_url())


def chosen(
    candidates: Sequence[Proposal],
    *,
    without: Collection[Any] = (),
    limit_per_department: int = PER_DEPARTMENT,
    limit: int = MOST_PEOPLE,
) -> list[Proposal]:
    """The best of every department first, then the next ones; ``without`` holds ids of people.

    So a department that has written most takes no more than its places, and others are heard.
    """
    seen: set[int] = set(without)
    places: Counter[int | None] = Counter()
    rounds: list[tuple[int, int, Proposal]] = []
    for place, proposal in enumerate(candidates):
        if proposal.person.pk in seen:
            continue
        seen.add(proposal.person.pk)
        department = proposal.department.pk if proposal.department is not None else None
        rounds.append((places[department], place, proposal))
        places[department] += 1
    kept = [
        entry for entry in sorted(rounds, key=lambda e: e[:2]) if entry[0] < limit_per_department
    ]
    return [proposal for _round, _place, proposal in kept[:limit]]
