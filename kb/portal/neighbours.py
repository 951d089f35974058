"""One colleague from another department whose work touches mine, with what shows it.

As a rule it costs no query: the articles that ホーム has loaded anyway say who wrote them, and about
what. Where none of them is on one's topics, the evidence of all work is asked.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kb.articles.models import Article
from kb.experts.evidence import TELLING_ROLES
from kb.experts.models import Evidence
from kb.experts.reasons import sentence_of
from kb.experts.roster import people_by_id
from kb.portal.knowhow import reasons_about
from kb.topics.models import Topic, TopicItem
from people.models import Membership, Person
from people.querysets import visible_people
from people.stances import TopicStance

# The best few take turns, day by day: a ring grows by new faces.
TURNS = 5
# Asking and reading are work on a topic too, and are called what they are.
_ROLES: dict[str, str] = {
    Article.Kind.QUESTION: Evidence.Role.ASKED,
    Article.Kind.BOOK_NOTE: Evidence.Role.BOOK_NOTE,
}
# Of topics with more records than this the latest say enough.
RECORDS_MAX = 400


@dataclass(frozen=True)
class Neighbour:
    """A colleague, the topic that joins us, what they did for it in words, and when last."""

    person: Person
    topic_name: str
    text: str
    at: dt.date | dt.datetime


def about_writers(topics: Any, departments: Any) -> dict[str, Exists]:
    """What a query of articles needs to know of their writers, to be annotated; takes what ``in`` takes.

    ``is_mate``: belongs to one of these departments today. ``is_aside``: set one of the topics aside.
    """
    posts = Membership.objects.current().filter(person=OuterRef("author"))
    aside = TopicStance.objects.filter(person=OuterRef("author"), topic__in=topics)
    return {
        "is_mate": Exists(posts.filter(department__in=departments)),
        "is_aside": Exists(aside),
    }


def neighbour_of(articles: Sequence[Any], topics: Collection[int]) -> Neighbour | None:
    """Somebody from elsewhere who wrote one of these articles on these topics; None without any.

    The articles come annotated by ``about_writers``, newest first, with author and topics. Leavers
    are not named, nor is who imported the text.
    """
    found: dict[int, Neighbour] = {}
    counts: Counter[int] = Counter()
    for article in articles:
        name = next((topic.name for topic in article.topics.all() if topic.pk in topics), "")
        writer = article.author
        is_known = name and writer.is_active and article.imported_by_id != writer.pk
        if not is_known or article.is_mate or article.is_aside:
            continue
        counts[writer.pk] += 1
        text = sentence_of(_ROLES.get(article.kind, Evidence.Role.AUTHOR.value), article.title)
        found.setdefault(writer.pk, Neighbour(writer, name, text, article.updated_at))
    turn = _whose_turn(counts)
    return None if turn is None else found[turn]


def neighbour_by_work(
    me: Person, topics: Collection[int], departments: Collection[int]
) -> Neighbour | None:
    """Somebody from elsewhere who left any work on one of the topics; None without any."""
    topic_of = _latest_records(topics)
    if not topic_of:
        return None
    aside = set(TopicStance.objects.filter(topic__in=topics).values_list("person_id", "topic_id"))
    counts: Counter[int] = Counter()
    about: dict[int, dict[int, dt.date]] = defaultdict(dict)
    for person, record, day in _work_of_others(topic_of, me, departments):
        topic = topic_of[record]
        if (person, topic) not in aside:
            counts[person] += 1
            about[person][topic] = max(day, about[person].get(topic, day))
    turn = _whose_turn(counts)
    return None if turn is None else _introduced(turn, about[turn])


def _latest_records(topics: Collection[int]) -> dict[str, int]:
    """The topic by the key of each of the latest records that carry one of them."""
    items = TopicItem.objects.filter(tag__in=topics).order_by("-pk")[:RECORDS_MAX]
    keys = items.values_list(
        "content_type__app_label", "content_type__model", "object_id", "tag_id"
    )
    return {f"{app}.{model}.{pk}": topic for app, model, pk, topic in keys}


def _work_of_others(
    records: Collection[str], me: Person, departments: Collection[int]
) -> list[tuple[int, str, dt.date]]:
    mates = Membership.objects.current().filter(
        person=OuterRef("person"), department__in=departments
    )
    rows = Evidence.objects.filter(
        ~Exists(mates),
        visible_people("person__"),
        record__in=list(records),
        role__in=TELLING_ROLES,
    )
    return list(rows.exclude(person=me).values_list("person_id", "record", "last_on"))


def _introduced(pk: int, days: Mapping[int, dt.date]) -> Neighbour | None:
    topic_id = max(days, key=lambda topic: (days[topic], topic))
    topic = Topic.objects.visible().filter(pk=topic_id).first()
    person = people_by_id([pk]).get(pk)
    said = reasons_about(topic, [person]) if topic and person else {}
    if topic is None or person is None or pk not in said:
        return None
    return Neighbour(person, topic.name, said[pk], days[topic_id])


def _whose_turn(counts: Counter[int]) -> int | None:
    nearest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:TURNS]
    return nearest[timezone.localdate().toordinal() % len(nearest)] if nearest else None
