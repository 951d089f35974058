"""People and departments for a query, with their reasons: from search hits and the evidence rows.

Ranking and showing are two steps, so that a page can load all the people it shows at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from kb.experts.evidence import WRITTEN_ROLES, Role
from kb.experts.reading import (
    Parts,
    Present,
    RecordParts,
    Row,
    departments_in,
    people_in,
    read_departments,
    read_parts,
    read_present,
    read_stances,
)
from kb.experts.reasons import (
    UNDATED_ROLES,
    Piece,
    RankedRecord,
    department_reason,
    first_reason,
    summary_of,
)
from kb.experts.roster import people_by_id
from kb.experts.scoring import (
    Contribution,
    ScoredDocument,
    Standing,
    rank_departments,
    rank_people,
    strengths,
)
from kb.experts.stances import Stances
from kb.experts.volume import company_volume
from kb.foundation.addresses import address_of
from kb.foundation.prepared import Prepared
from kb.foundation.today import today
from people.models import AskMe, Department, Person, Responsibility

__all__ = [
    "Knower",
    "KnowingDepartment",
    "RankedRecord",
    "Standings",
    "WhoKnows",
    "people_for",
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
    """A department whose records are about the subject."""

    department: Department
    why: str
    evidence: tuple[Piece, ...]


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

    @property
    def person_ids(self) -> list[int]:
        """The people to load before ``show``, with those who handed a subject over."""
        ranked = [ranked.person_id for ranked in self.people]
        return list(dict.fromkeys([*ranked, *sorted(self.stances.person_ids)]))


def people_for(
    records: Sequence[RankedRecord],
    query_text: str,
    limit: int = 5,
    *,
    responsibilities: Sequence[Responsibility] = (),
) -> WhoKnows:
    """Who knows about the query, from its hits (best first, at most 100 or so)."""
    standings = rank(records, limit=limit)
    return show(standings, people_by_id(standings.person_ids), query_text, responsibilities)


def rank(
    records: Sequence[RankedRecord],
    *,
    limit: int = 5,
    topics: Iterable[int] = (),
    parts: Parts | None = None,
    present: Present | None = None,
) -> Standings:
    """The standings of people and departments; a few queries.

    ``topics`` are those that the query names: whoever set one of them aside is left out, and whoever
    took it over stands in their place. ``parts`` and ``present`` are given by who has read them already.
    """
    by_key = {record.key: record for record in records}
    if not any(record.score > 0 for record in records):
        return Standings()
    if parts is None:
        parts = read_parts({record.key: record.stamp for record in records})
    own = _here({key: parts[key] for key in by_key if key in parts}, present)
    stances = read_stances(topics)
    sizes = {key: part.rows[0].size for key, part in own.items() if part.rows}
    strength = strengths(
        ScoredDocument(r.key, r.score, r.name_cover, r.verbatim, sizes.get(r.key, 0))
        for r in records
    )
    rows = _without_repetition(own, by_key, strength)
    volume = company_volume()
    amounts = (Contribution(row.record, row.person_id, row.amount, row.last_on) for row in rows)
    people = rank_people(strength, amounts, volume.people, today=today())
    owners = {key: part.departments for key, part in own.items()}
    departments = rank_departments(strength, owners, volume.department_counts)
    written = {row.record for row in rows if row.role in WRITTEN_ROLES}
    return Standings(
        people=_ranked_people(people, _strongest_parts(rows), by_key, stances=stances, limit=limit),
        departments=_ranked_departments(by_key, departments, rows),
        is_thin=len(written) < ENOUGH_PIECES,
        stances=stances,
    )


def _here(parts: Parts, present: Present | None) -> dict[str, RecordParts]:
    """The parts of those who work here now, and departments that exist today."""
    here = present or read_present(parts)
    if people_in(parts) <= here.people and departments_in(parts) <= here.departments:
        return dict(parts)
    return {
        key: RecordParts(
            tuple(row for row in part.rows if row.person_id in here.people),
            tuple(pk for pk in part.departments if pk in here.departments),
        )
        for key, part in parts.items()
    }


def _without_repetition(
    parts: Parts, by_key: Mapping[str, RankedRecord], strength: Mapping[str, float]
) -> list[Row]:
    """The parts with at most three of each customer's touches."""
    seen: dict[tuple[int, str], int] = defaultdict(int)
    kept: list[Row] = []
    for key in sorted(parts, key=lambda key: (-strength.get(key, 0.0), key)):
        group = by_key[key].group
        if not group:
            kept += parts[key].rows
            continue
        for row in parts[key].rows:
            seen[row.person_id, group] += 1
            if seen[row.person_id, group] <= MOST_PER_GROUP:
                kept.append(row)
    return kept


def _strongest_parts(rows: Sequence[Row]) -> dict[tuple[int, str], Row]:
    """The strongest part of each person in each record."""
    strongest: dict[tuple[int, str], Row] = {}
    for row in rows:
        known = strongest.get((row.person_id, row.record))
        if known is None or row.amount > known.amount:
            strongest[row.person_id, row.record] = row
    return strongest


def _ranked_people(
    standings: Sequence[Standing],
    strongest: Mapping[tuple[int, str], Row],
    by_key: Mapping[str, RankedRecord],
    *,
    stances: Stances,
    limit: int,
) -> tuple[RankedPerson, ...]:
    """The first people with their pieces; who only describes themselves comes after those with written evidence.

    Whoever took a subject over stands in the place of the person who gave it away.
    """
    best = standings[0].score if standings else 0.0
    near = [standing for standing in standings if standing.score >= LEAST_PART * best]
    by_person = {standing.owner: standing for standing in near}
    declared = {pk: None for pk, one in by_person.items() if _is_only_declared(one, strongest)}
    order = [*(pk for pk in by_person if pk not in declared), *declared]
    return tuple(
        RankedPerson(pk, _pieces(by_person[pk], strongest, by_key) if pk in by_person else ())
        for pk in stances.order(order)[:limit]
    )


def _is_only_declared(standing: Standing, strongest: Mapping[tuple[int, str], Row]) -> bool:
    roles = (strongest[standing.owner, document].role for document, _ in standing.amounts)
    return all(role == Role.SELF_DECLARED for role in roles)


def _pieces(
    standing: Standing,
    strongest: Mapping[tuple[int, str], Row],
    by_key: Mapping[str, RankedRecord],
) -> tuple[Piece, ...]:
    pieces = []
    for share in standing.shares:
        row = strongest[standing.owner, share.document]
        pieces.append(Piece(by_key[share.document], row.role, row.last_on, share.fraction))
    return tuple(pieces)


def _ranked_departments(
    by_key: Mapping[str, RankedRecord], standings: Sequence[Standing], rows: Sequence[Row]
) -> tuple[KnowingDepartment, ...]:
    last_on: dict[str, date] = {}
    for row in rows:
        if row.role in UNDATED_ROLES:
            continue
        last_on[row.record] = max(row.last_on, last_on.get(row.record, row.last_on))
    shown = standings[:SHOWN_DEPARTMENTS]
    departments = read_departments([standing.owner for standing in shown])
    ranked = []
    for standing in shown:
        if standing.owner not in departments:
            continue
        pieces = tuple(
            Piece(by_key[share.document], "", last_on.get(share.document), share.fraction)
            for share in standing.shares
        )
        ranked.append(
            KnowingDepartment(
                departments[standing.owner], department_reason(pieces), pieces[:SHOWN_PIECES]
            )
        )
    return tuple(ranked)


def show(
    standings: Standings,
    people: Mapping[int, Person],
    query_text: str,
    responsibilities: Sequence[Responsibility] = (),
) -> WhoKnows:
    """What a page shows of the standings; ``people`` holds at least those of ``person_ids``."""
    shown = [ranked for ranked in standings.people if ranked.person_id in people]
    sayings = _sayings([ranked.person_id for ranked in shown], query_text)
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


_sayings_of = Prepared(
    lambda ids: (
        AskMe.objects.filter(person__in=ids)
        .exclude(note="")
        .order_by("pk")
        .values_list("person_id", "topic__name", "note")
    )
)


def _sayings(ids: Sequence[int], query_text: str) -> dict[int, str]:
    """What people say in 聞いてください about a topic that the query names."""
    lowered = query_text.lower()
    found: dict[int, str] = {}
    for person, topic, note in _sayings_of(ids):
        if topic.lower() in lowered:
            found.setdefault(person, note)
    return found


def _thin_note(standings: Standings) -> str:
    if not standings.is_thin:
        return ""
    if standings.people:
        return _(
            "この言葉について書かれたものは、まだ少しです。部署や担当業務もあわせてご覧ください。"
        )
    return _("この言葉について書いた人は、まだいません。")
