"""What one person knows, topic by topic, with the reasons: read from the evidence."""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.experts.evidence import TELLING_ROLES, TELLING_WEIGHT, WRITTEN_ROLES, weight_of
from kb.experts.models import Evidence
from kb.topics.models import Topic, TopicItem
from people.models import Person
from people.stances import TopicStance

TOPICS_MAX = 6
EVIDENCE_MAX = 2000
SOLE_RECORDS_MIN = 2
Role = Evidence.Role


@dataclass(frozen=True)
class TopicKnowHow:
    """One topic: a sentence, the kinds of records behind it, and the latest day."""

    topic: Topic
    why: str
    counts: Sequence[tuple[str, int, str]]
    last_on: dt.date
    weight: float = field(compare=False, default=0.0)


@dataclass(frozen=True)
class SoleKnower:
    """A topic that, as far as is written, a single person knows."""

    topic: Topic
    person: Person


def knowhow_of(person: Person, *, limit: int = TOPICS_MAX) -> list[TopicKnowHow]:
    """The topics on which the person has left most in writing, strongest first."""
    rows = list(
        Evidence.objects.filter(person=person, role__in=WRITTEN_ROLES).order_by("-last_on")[
            :EVIDENCE_MAX
        ]
    )
    topics_of = topics_by_record({row.record for row in rows})
    aside = set(TopicStance.objects.filter(person=person).values_list("topic_id", flat=True))
    by_topic: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        for topic_id in topics_of.get(row.record, ()):
            if topic_id not in aside:
                by_topic[topic_id].append(row)
    ranked = sorted(by_topic.items(), key=lambda entry: -_strength(entry[1]))[:limit]
    topics = Topic.objects.visible().in_bulk([topic_id for topic_id, _rows in ranked])
    titles = _titles(row for _topic, some in ranked for row in some)
    return [
        _describe(topics[topic_id], some, titles)
        for topic_id, some in ranked
        if topic_id in topics and _strength(some) >= TELLING_WEIGHT
    ]


def reasons_about(topic: Topic, people: Iterable[Person]) -> dict[int, str]:
    """What each of these people has left in writing on the topic, in words; only who has something."""
    rows = Evidence.objects.filter(
        record__in=record_keys_of([topic.pk]), role__in=WRITTEN_ROLES, person__in=list(people)
    ).order_by("-last_on")
    by_person: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    titles = _titles(rows)
    said = {
        person: _sentence(own, Counter(row.role for row in own), titles)
        for person, own in by_person.items()
    }
    return {person: words for person, words in said.items() if words}


def _strength(rows: Iterable[Evidence]) -> float:
    """The weights, largest first, each next one counting less."""
    weights = sorted((weight_of(row.role, row.share) for row in rows), reverse=True)
    return sum(weight / math.sqrt(place) for place, weight in enumerate(weights, start=1))


def _describe(
    topic: Topic, rows: Sequence[Evidence], titles: Mapping[str, Article]
) -> TopicKnowHow:
    roles = Counter(row.role for row in rows)
    return TopicKnowHow(
        topic=topic,
        why=_sentence(rows, roles, titles),
        counts=_counts(roles),
        last_on=max(row.last_on for row in rows),
        weight=_strength(rows),
    )


def _sentence(
    rows: Sequence[Evidence], roles: Mapping[str, int], titles: Mapping[str, Article]
) -> str:
    """The strongest reasons in words: at most two."""
    parts = []
    written = [
        titles[row.record] for row in rows if row.role == Role.AUTHOR and row.record in titles
    ]
    written.sort(key=lambda article: article.kind != Article.Kind.MANUAL)
    if written:
        parts.append(_("「%(title)s」を書きました。") % {"title": written[0].title})
    answers = roles.get(Role.ACCEPTED, 0) + roles.get(Role.ANSWERED, 0)
    words = (
        (answers, _("質問%(count)d件に答えています。")),
        (roles.get(Role.PROPOSED, 0), _("決まったこと%(count)d件を提案しました。")),
        (roles.get(Role.RECORDED, 0), _("お客さまとのやりとり%(count)d件を記録しています。")),
        (
            roles.get(Role.APPROVER, 0) + roles.get(Role.REVIEWER, 0),
            _("ほかの人が書いた%(count)d件を見ています。"),
        ),
        (roles.get(Role.EDITOR, 0), _("ほかの人が書いた%(count)d件を直しています。")),
        (roles.get(Role.BOOK_NOTE, 0), _("本を%(count)d冊読んで、メモを残しています。")),
        (
            roles.get(Role.CHAIRED, 0) + roles.get(Role.PRESENTED, 0),
            _("会議%(count)d回で、この話を進めました。"),
        ),
    )
    parts += [text % {"count": count} for count, text in words if count]
    return "".join(parts[:2])


def _counts(roles: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Words, number, and the kind to search for, of what lies behind the topic."""
    answers = roles.get(Role.ACCEPTED, 0) + roles.get(Role.ANSWERED, 0)
    counts = (
        (_("記事"), roles.get(Role.AUTHOR, 0), "article"),
        (_("質問への答え"), answers, "question"),
        (_("対応記録"), roles.get(Role.RECORDED, 0) + roles.get(Role.JOINED_TOUCH, 0), "touch"),
        (_("決まったこと"), roles.get(Role.PROPOSED, 0), "decision"),
        (_("読書メモ"), roles.get(Role.BOOK_NOTE, 0), "book_note"),
    )
    return [entry for entry in counts if entry[1]]


def _titles(rows: Iterable[Evidence]) -> dict[str, Article]:
    """The articles that the person wrote, by record key."""
    label = Article._meta.label_lower
    ids = [
        int(row.record.rpartition(".")[2])
        for row in rows
        if row.role == Role.AUTHOR and row.record.startswith(f"{label}.")
    ]
    articles = Article.objects.published().only("pk", "title", "kind").in_bulk(ids)
    return {f"{label}.{pk}": article for pk, article in articles.items()}


def topics_by_record(records: Iterable[str]) -> dict[str, list[int]]:
    """The topic ids of records given by key (app.model.id), in one query."""
    ids: dict[str, list[int]] = defaultdict(list)
    for record in records:
        label, _dot, pk = record.rpartition(".")
        ids[label].append(int(pk))
    types = {
        ContentType.objects.get_for_model(apps.get_model(label)).pk: label for label in sorted(ids)
    }
    wanted = Q()
    for content_type, label in types.items():
        wanted |= Q(content_type=content_type, object_id__in=ids[label])
    found: dict[str, list[int]] = defaultdict(list)
    items = TopicItem.objects.filter(wanted) if ids else TopicItem.objects.none()
    for content_type, object_id, topic_id in items.values_list(
        "content_type_id", "object_id", "tag_id"
    ):
        found[f"{types[content_type]}.{object_id}"].append(topic_id)
    return found


def sole_knowers(people: Sequence[Person]) -> list[SoleKnower]:
    """Topics of which, in the whole company, only one of these people has left telling evidence.

    Whoever set a topic aside does not know it any more; whoever took it over does.
    """
    stances = _stances()
    own = _telling(Evidence.objects.filter(person__in=people))
    topics_of = topics_by_record({record for record, _person in own})
    knowers: dict[int, Counter[int]] = defaultdict(Counter)
    for record, person_id in own:
        for topic_id in topics_of.get(record, ()):
            if (person_id, topic_id) not in stances.aside:
                knowers[topic_id][person_id] += 1
    alone = {
        topic_id: next(iter(counts))
        for topic_id, counts in knowers.items()
        if len(counts) == 1 and sum(counts.values()) >= SOLE_RECORDS_MIN
    }
    shared = _known_to_others(alone, stances)
    topics = Topic.objects.visible().in_bulk(set(alone) - shared)
    by_id = {person.pk: person for person in people}
    found = [SoleKnower(topic, by_id[alone[pk]]) for pk, topic in topics.items()]
    return sorted(found, key=lambda knower: knower.topic.name)


def _telling(rows: QuerySet[Evidence]) -> list[tuple[str, int]]:
    """Record and person of evidence that says more than having been there."""
    return list(
        rows.filter(role__in=TELLING_ROLES, person__is_active=True)
        .values_list("record", "person_id")
        .distinct()
    )


@dataclass(frozen=True)
class _Said:
    """Who set which topic aside, and who took which over: pairs of person and topic."""

    aside: frozenset[tuple[int, int]]
    taken: frozenset[tuple[int, int]]


def _stances() -> _Said:
    rows = TopicStance.objects.with_successor().values_list(
        "person_id", "topic_id", "to_id", "has_successor"
    )
    said = list(rows)
    aside = frozenset((person, topic) for person, topic, _to, _is_there in said)
    taken = frozenset((to, topic) for _person, topic, to, is_there in said if is_there)
    return _Said(aside, taken - aside)


def _known_to_others(alone: Mapping[int, int], stances: _Said) -> set[int]:
    """Those of the topics on which somebody else has evidence too, or which they took over."""
    topics_of = record_keys_of(alone)
    rows = _telling(Evidence.objects.filter(record__in=topics_of))
    shared = {
        topic_id
        for record, person_id in rows
        for topic_id in topics_of[record]
        if person_id != alone[topic_id] and (person_id, topic_id) not in stances.aside
    }
    taken = {topic for person, topic in stances.taken if topic in alone and person != alone[topic]}
    return shared | taken


def record_keys_of(topics: Iterable[int]) -> dict[str, list[int]]:
    """The keys (app.model.id) of all records with any of these topics, with their topic ids."""
    items = TopicItem.objects.filter(tag__in=list(topics)).values_list(
        "tag_id", "content_type__app_label", "content_type__model", "object_id"
    )
    found: dict[str, list[int]] = defaultdict(list)
    for topic_id, app, model, object_id in items:
        found[f"{app}.{model}.{object_id}"].append(topic_id)
    return found
