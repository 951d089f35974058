"""いま引っぱっている人: who moved a community in the last 30 days, in sentences.

Nobody appoints them and nobody counts them: the sentences say what each one did, and with what
they do the picture changes by itself. The weights only order the sentences and are not shown.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article, Revision
from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.engagement.models import Comment
from kb.meetings.models import Decision
from kb.todos.models import ActionItem
from people.models import Department, Person

WINDOW = dt.timedelta(days=30)
LEADS_MAX = 3
_TITLES_MAX = 2
_TITLE_MAX_CHARACTERS = 40
# What moves a problem forward, from the proof of it to a remark.
_DRAFT, _DECISION, _ANSWER, _EVIDENCE, _PEOPLE, _TODO, _TALK = 4.0, 4.0, 3.0, 2.0, 2.0, 2.0, 0.5
# Many small things of one kind, calls and remarks above all, weigh no more than this.
_MOST_OF_A_KIND = {"people": 4.0, "talk": 2.0, "evidence": 6.0}
# A remark or two does not pull.
_LEAST = 2.0


@dataclass(frozen=True)
class Deed:
    """One thing a person did: in which sentence it goes, on what, and how much it moved."""

    person_id: int
    kind: str
    title: str
    weight: float


@dataclass(frozen=True)
class Lead:
    """A person and what they did lately, in one or two sentences."""

    person: Person
    why: str


def leads_of(
    community: Community, records: Sequence[CommunityRecord], inside: Iterable[Person]
) -> list[Lead]:
    """The few who pull now, among those who are in; empty when nobody does."""
    people = {person.pk: person for person in inside}
    by_person: dict[int, list[Deed]] = defaultdict(list)
    for deed in _deeds(community, records):
        if deed.person_id in people:
            by_person[deed.person_id].append(deed)
    amounts = {pk: _amount(deeds) for pk, deeds in by_person.items()}
    chosen = sorted((pk for pk in amounts if amounts[pk] >= _LEAST), key=lambda pk: -amounts[pk])
    return [Lead(people[pk], _sentence(by_person[pk])) for pk in chosen[:LEADS_MAX]]


def department_of(leads: Sequence[Lead]) -> Department | None:
    """The department that pulls: that of the first, a team's being the one above it."""
    department = leads[0].person.department if leads else None
    return department.parent or department if department is not None else None


def _deeds(community: Community, records: Sequence[CommunityRecord]) -> Iterator[Deed]:
    since = timezone.now() - WINDOW
    yield from _of_records(records, since)
    yield from _of_texts(records, since)
    yield from _of_people(community, since)
    yield from _of_todos(community, since)
    for pk in _talk(community, since):
        yield Deed(pk, "talk", "", _TALK)


def _of_records(records: Sequence[CommunityRecord], since: dt.datetime) -> Iterator[Deed]:
    for row in records:
        target = row.target
        if isinstance(target, Decision) and target.proposed_by_id and target.created_at >= since:
            yield Deed(target.proposed_by_id, "decision", target.title, _DECISION)
        elif row.role == CommunityRecord.Role.EVIDENCE and row.added_by_id is not None:
            if row.created_at < since:
                continue
            yield Deed(row.added_by_id, "evidence", str(target), _EVIDENCE)


def _of_texts(records: Sequence[CommunityRecord], since: dt.datetime) -> Iterator[Deed]:
    """Drafts and results written, answers accepted."""
    articles = {row.target.pk: row for row in records if isinstance(row.target, Article)}
    texts = [pk for pk, row in articles.items() if row.role != CommunityRecord.Role.EVIDENCE]
    revisions = Revision.objects.filter(article__in=texts, created_at__gte=since, is_bulk=False)
    pairs = revisions.values_list("author_id", "article_id").order_by().distinct()
    for author, article in pairs:
        yield Deed(author, "draft", str(articles[article].target), _DRAFT)
    answers = Answer.objects.filter(
        question__in=list(articles),
        is_accepted=True,
        created_at__gte=since,
        deleted_at__isnull=True,
    )
    for author, article in answers.values_list("author_id", "question_id"):
        yield Deed(author, "answer", str(articles[article].target), _ANSWER)


def _of_people(community: Community, since: dt.datetime) -> Iterator[Deed]:
    brought = CommunityMember.objects.filter(
        community=community,
        invited_by__isnull=False,
        since__gte=since,
        kind__in=(CommunityMember.Kind.JOINED, CommunityMember.Kind.LISTENING),
    ).select_related("person")
    for member in brought:
        if member.invited_by_id is not None:
            yield Deed(member.invited_by_id, "people", member.person.family_name, _PEOPLE)


def _of_todos(community: Community, since: dt.datetime) -> Iterator[Deed]:
    done = ActionItem.objects.filter(
        content_type=ContentType.objects.get_for_model(Community),
        object_id=community.pk,
        state=ActionItem.State.DONE,
        done_at__gte=since,
        person__isnull=False,
    )
    for person, text in done.values_list("person_id", "text"):
        if person is not None:
            yield Deed(person, "todo", text, _TODO)


def _talk(community: Community, since: dt.datetime) -> Iterable[int]:
    remarks = Comment.objects.visible().on(community).filter(created_at__gte=since)
    return remarks.values_list("author_id", flat=True)


def _amount(deeds: Iterable[Deed]) -> float:
    by_kind: dict[str, float] = defaultdict(float)
    for deed in deeds:
        by_kind[deed.kind] += deed.weight
    return sum(min(amount, _MOST_OF_A_KIND.get(kind, amount)) for kind, amount in by_kind.items())


def _sentence(deeds: Sequence[Deed]) -> str:
    """Two things at most, the strongest first, each with what it was about."""
    grouped: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        grouped[deed.kind].append(deed)
    kinds = sorted(grouped, key=lambda kind: -sum(deed.weight for deed in grouped[kind]))
    return "".join(_words(kind, grouped[kind]) for kind in kinds[:2])


def _words(kind: str, deeds: Sequence[Deed]) -> str:
    titles = list(dict.fromkeys(deed.title[:_TITLE_MAX_CHARACTERS] for deed in deeds))
    if kind == "people":
        names = _("、").join(_("%(name)sさん") % {"name": title} for title in titles[:3])
        return _("%(names)sを引き合わせました。") % {"names": names}
    quoted = "".join(f"「{title}」" for title in titles[:_TITLES_MAX])
    if len(titles) > _TITLES_MAX:
        quoted = _("%(titles)sなど") % {"titles": quoted}
    sentences = {
        "draft": _("下書き%(titles)sを書きました。"),
        "decision": _("%(titles)sを提案し、決まりました。"),
        "answer": _("%(titles)sに答えました。"),
        "evidence": _("材料%(titles)sを持ち寄りました。"),
        "todo": _("%(titles)sを済ませました。"),
        "talk": _("話し合いに加わっています。"),
    }
    return sentences[kind] % {"titles": quoted} if kind != "talk" else sentences[kind]
