"""People and departments for a query, with their reasons: from search hits and the evidence rows.

Ranking and showing are two steps, so that a page can load all the people it shows at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from itertools import islice
from operator import itemgetter

from django.utils.translation import gettext as _

from kb.experts.evidence import WRITTEN_ROLES, Role
from kb.experts.packing import Part, codes_of, last_on, role_of
from kb.experts.reading import Parts, Present, Saying, read_beside, read_stances
from kb.experts.reasons import (
    UNDATED_ROLES,
    Hit,
    NamedRecord,
    Piece,
    department_reason,
    first_reason,
    summary_of,
)
from kb.experts.scoring import (
    Aged,
    Standing,
    rank_aged,
    rank_departments,
    recency,
    strengths,
)
from kb.experts.stances import Stances
from kb.experts.volume import company_volume
from kb.foundation.addresses import address_of
from kb.foundation.today import today
from people.models import Department, Person, Responsibility

__all__ = [
    "Basis",
    "Hit",
    "Knower",
    "KnowingDepartment",
    "Standings",
    "WhoKnows",
    "rank",
    "show",
]

# Fewer pieces of written evidence than this in all is little; the panel then says so.
ENOUGH_PIECES = 3
# Of the touches of one customer only so many count: a busy account is not a broad subject.
MOST_PER_GROUP = 3
# Below this part of the best score a name would be a guess.
LEAST_PART = 0.04
SHOWN_PIECES = 8
SHOWN_DEPARTMENTS = 3
_WRITTEN = codes_of(WRITTEN_ROLES)
_UNDATED = codes_of(UNDATED_ROLES)
_DECLARED = codes_of([Role.SELF_DECLARED])


@dataclass(frozen=True)
class Knower:
    """A colleague who knows, with the reason; the fields are those of the person card."""

    person: Person
    why: str
    say: str
    summary: str
    evidence: tuple[Piece, ...]
    ask_url: str
    phone: str


@dataclass(frozen=True)
class KnowingDepartment:
    """A department whose records are about the subject; ``name_pieces`` names them, which few pages need."""

    department: Department
    why: str
    name_pieces: Callable[[], tuple[Piece, ...]]

    @cached_property
    def evidence(self) -> tuple[Piece, ...]:
        """The strongest of its records."""
        return self.name_pieces()


@dataclass(frozen=True)
class WhoKnows:
    """Who knows about something; may be empty. ``note`` says when little is written about it."""

    people: tuple[Knower, ...] = ()
    departments: tuple[KnowingDepartment, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    is_thin: bool = False
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.people or self.departments or self.responsibilities)


@dataclass(frozen=True)
class RankedPerson:
    """A person's place before the name is loaded."""

    person_id: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Standings:
    """Ranked people and departments; ``show`` turns them into what a page shows."""

    people: tuple[RankedPerson, ...] = ()
    departments: tuple[KnowingDepartment, ...] = ()
    is_thin: bool = True
    stances: Stances = field(default_factory=Stances)
    sayings: Sequence[Saying] = ()

    @property
    def person_ids(self) -> list[int]:
        """The people to load before ``show``, with those who handed a subject over."""
        ranked = [ranked.person_id for ranked in self.people]
        return list(dict.fromkeys([*ranked, *sorted(self.stances.person_ids)]))


@dataclass(frozen=True)
class Basis:
    """What the ranking of a query rests on, besides its hits.

    ``parts`` say who did what for the hits, ``present`` who and what of that is here now. ``name`` names those
    records that are shown. ``topics`` are those that the query names: whoever set one of them aside is left out,
    and whoever took it over stands in their place.
    """

    parts: Parts
    present: Present
    name: Callable[[str], NamedRecord]
    topics: Iterable[int] = ()


def rank(hits: Sequence[Hit], basis: Basis, *, limit: int = 5) -> Standings:
    """The standings of people and departments by the hits (best first, at most 100 or so); two queries at most."""
    if not any(hit.score > 0 for hit in hits):
        return Standings()
    stances = read_stances(basis.topics)
    own = {hit.key: _present_parts(basis, hit.key) for hit in hits if hit.key in basis.parts}
    strength = strengths(
        [
            (key, score, cover, said, basis.parts[key].size if own.get(key) else 0)
            for key, score, cover, _group, said in hits
        ]
    )
    groups = {hit.key: hit.group for hit in hits if hit.group}
    counted = _without_repetition(own, groups, strength)
    volume = company_volume()
    people = rank_aged(strength, _aged(counted), volume.people, least_part=LEAST_PART)
    here = basis.present.departments
    owners = {key: [pk for pk in basis.parts[key].departments if pk in here] for key in own}
    departments = rank_departments(strength, owners, volume.department_counts)
    first = _ranked_people(people, counted, basis, stances=stances, limit=limit)
    shown = departments[:SHOWN_DEPARTMENTS]
    beside = read_beside([one.owner for one in shown], [ranked.person_id for ranked in first])
    return Standings(
        people=first,
        departments=_ranked_departments(shown, beside.departments, counted, basis),
        is_thin=not _has_enough(counted),
        stances=stances,
        sayings=beside.sayings,
    )


# The parts in every hit that count.
_Counted = Mapping[str, Sequence[Part]]


def _present_parts(basis: Basis, key: str) -> list[Part]:
    """The parts of those who work here now."""
    here = basis.present.people
    return [part for part in basis.parts[key].rows if part[0] in here]


def _without_repetition(
    parts: _Counted, groups: Mapping[str, str], strength: Mapping[str, float]
) -> _Counted:
    """The parts with at most three of each customer's touches; the strongest documents first."""
    seen: dict[tuple[int, str], int] = defaultdict(int)
    kept: dict[str, Sequence[Part]] = {}
    for key in sorted(parts, key=lambda key: (-strength.get(key, 0.0), key)):
        group = groups.get(key)
        if not group:
            kept[key] = parts[key]
            continue
        counted = kept[key] = []
        for part in parts[key]:
            seen[part[0], group] += 1
            if seen[part[0], group] <= MOST_PER_GROUP:
                counted.append(part)
    return kept


def _aged(counted: _Counted) -> dict[str, list[Aged]]:
    """Every part of each record with its recency."""
    now = today()
    days = {part[3] for parts in counted.values() for part in parts}
    recent = {day: recency(date.fromordinal(day), now) for day in days}
    return {
        key: [(person, amount, recent[day]) for person, _code, amount, day in parts]
        for key, parts in counted.items()
    }


def _has_enough(counted: _Counted) -> bool:
    """Whether enough is written for the panel not to say that it is little."""
    written = (key for key, parts in counted.items() if any(part[1] in _WRITTEN for part in parts))
    return len(list(islice(written, ENOUGH_PIECES))) == ENOUGH_PIECES


def _strongest_part(counted: _Counted, person: int, key: str) -> Part:
    """The strongest part of a person in a hit."""
    return max((part for part in counted[key] if part[0] == person), key=itemgetter(2))


def _ranked_people(
    standings: Sequence[Standing],
    counted: _Counted,
    basis: Basis,
    *,
    stances: Stances,
    limit: int,
) -> tuple[RankedPerson, ...]:
    """The first people with their pieces; who only describes themselves comes after those with written basis.

    Whoever took a subject over stands in the place of the person who gave it away.
    """
    by_person = {standing.owner: standing for standing in standings}
    first = islice(stances.order(_in_order(by_person.values(), counted)), limit)
    return tuple(
        RankedPerson(pk, _pieces(by_person[pk], counted, basis) if pk in by_person else ())
        for pk in first
    )


def _in_order(standings: Iterable[Standing], counted: _Counted) -> Iterator[int]:
    """The people, those last who only describe themselves."""
    declared = []
    for standing in standings:
        strongest = (_strongest_part(counted, standing.owner, key) for key, _ in standing.amounts)
        if all(part[1] in _DECLARED for part in strongest):
            declared.append(standing.owner)
        else:
            yield standing.owner
    yield from declared


def _pieces(standing: Standing, counted: _Counted, basis: Basis) -> tuple[Piece, ...]:
    pieces = []
    for share in standing.shares:
        part = _strongest_part(counted, standing.owner, share.document)
        record = basis.name(share.document)
        pieces.append(Piece(record, role_of(part), last_on(part), share.fraction))
    return tuple(pieces)


def _ranked_departments(
    standings: Sequence[Standing],
    departments: Mapping[int, Department],
    counted: _Counted,
    basis: Basis,
) -> tuple[KnowingDepartment, ...]:
    return tuple(
        KnowingDepartment(
            departments[standing.owner],
            department_reason(basis.name(standing.amounts[0][0]).title, len(standing.amounts)),
            partial(_pieces_of_department, standing, counted, basis),
        )
        for standing in standings
        if standing.owner in departments
    )


def _pieces_of_department(standing: Standing, counted: _Counted, basis: Basis) -> tuple[Piece, ...]:
    return tuple(
        Piece(basis.name(share.document), "", _last_day(counted[share.document]), share.fraction)
        for share in standing.shares[:SHOWN_PIECES]
    )


def _last_day(parts: Iterable[Part]) -> date | None:
    """The last day on which somebody who is still here did something."""
    latest = max(
        (part for part in parts if part[1] not in _UNDATED), key=itemgetter(3), default=None
    )
    return last_on(latest) if latest else None


def show(
    standings: Standings,
    people: Mapping[int, Person],
    query_text: str,
    responsibilities: Sequence[Responsibility] = (),
) -> WhoKnows:
    """What a page shows of the standings; ``people`` holds at least those of ``person_ids``."""
    shown = [ranked for ranked in standings.people if ranked.person_id in people]
    sayings = _on_topic(standings.sayings, query_text)
    return WhoKnows(
        people=tuple(
            _after_handing_over(
                _knower(ranked, people[ranked.person_id], query_text, sayings),
                people.get(standings.stances.givers.get(ranked.person_id, 0)),
            )
            for ranked in shown
        ),
        departments=standings.departments,
        responsibilities=tuple(responsibilities),
        is_thin=standings.is_thin,
        note=_thin_note(standings),
    )


def _knower(
    ranked: RankedPerson, person: Person, query_text: str, sayings: Mapping[int, str]
) -> Knower:
    return Knower(
        person=person,
        why=first_reason(ranked.pieces),
        say=sayings.get(ranked.person_id, ""),
        summary=summary_of(ranked.pieces, query_text),
        evidence=ranked.pieces[:SHOWN_PIECES],
        ask_url=ask_url(person),
        phone=person.extension or person.mobile,
    )


def in_charge(person: Person, why: str) -> Knower:
    """Somebody who is asked because of a duty, not because of anything written."""
    phone = person.extension or person.mobile
    return Knower(person, why, "", "", (), ask_url(person), phone)


def _after_handing_over(knower: Knower, giver: Person | None) -> Knower:
    """With the words that say from whom the person took the subject over."""
    if giver is None:
        return knower
    words = _("%(name)sさんから、このテーマを引き継ぎました。") % {"name": giver.family_name}
    if knower.evidence:
        return replace(knower, why=f"{words}{knower.why}")
    return replace(knower, why=words, summary="")


def ask_url(person: Person) -> str:
    """Where one reaches the person: the profile, which shows every way."""
    return f"{address_of('person_detail', person.pk)}#contact"


def _on_topic(sayings: Iterable[Saying], query_text: str) -> dict[int, str]:
    """What people say about a topic that the query names."""
    lowered = query_text.lower()
    found: dict[int, str] = {}
    for saying in sayings:
        if saying.topic.lower() in lowered:
            found.setdefault(saying.person_id, saying.note)
    return found


def _thin_note(standings: Standings) -> str:
    if not standings.is_thin:
        return ""
    if standings.people:
        return _(
            "この言葉について書かれたものは、まだ少しです。部署や担当業務もあわせてご覧ください。"
        )
    return _("この言葉について書いた人は、まだいません。")
