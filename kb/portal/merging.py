"""Topics made one and parted again: what would move, before it is done; who is told; what can go back."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from kb.engagement.models import Follow, Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, followers, notify
from kb.topics import merging
from kb.topics.models import Topic, TopicItem, TopicMerge
from people.models import Person

MAY_CHANGE = "topics.change_topic"
MERGES_SHOWN = 20


@dataclass(frozen=True)
class Move:
    """So many of one kind go to the other topic."""

    label: str
    count: int


def moves_of(topic: Topic) -> list[Move]:
    """What hangs on the topic: records by kind, then words, topics below, and people; none empty."""
    rows = TopicItem.objects.filter(tag=topic).values_list("content_type").annotate(Count("pk"))
    by_kind = [
        Move(str(model._meta.verbose_name), count)
        for type_id, count in rows.order_by("content_type")
        if (model := ContentType.objects.get_for_id(type_id).model_class()) is not None
    ]
    others = (
        (_("別の言い方"), topic.synonyms),
        (_("下のテーマ"), topic.children),
        (_("聞いてください"), topic.ask_me),
        (_("世話役"), topic.stewards),
        (_("同僚のことば"), topic.endorsements),
        (_("まず読む"), topic.first_reads),
        (_("フォロー"), Follow.objects.on(topic)),
    )
    counted = [Move(str(label), rows.count()) for label, rows in others]
    return [move for move in (*by_kind, *counted) if move.count]


def is_steward(topic: Topic, person: Person) -> bool:
    """Whether the person looks after the topic, or after all of them."""
    return person.is_superuser or person.stewardships.filter(topic=topic).exists()


def may_merge(topic: Topic, person: Person) -> bool:
    """Whether the person may merge the topic: its stewards and those who care for all topics."""
    return is_steward(topic, person) or person.has_perm(MAY_CHANGE)


def may_part(merged: TopicMerge, person: Person) -> bool:
    """Whether the person may take the merge back: who did it, and who may merge where it went."""
    return merged.merged_by_id == person.pk or may_merge(merged.into, person)


@transaction.atomic
def merge_topic(topic: Topic, into: Topic, *, by: Person) -> TopicMerge:
    """The merge; whoever looks after either topic or follows it is told. Raises ``CannotMerge``."""
    concerned = [*_concerned(topic), *_concerned(into)]
    merged = merging.merge(topic, into, by=by)

    def words() -> str:
        return _(
            "%(name)sさんが、テーマ「%(topic)s」を「%(into)s」にまとめました。30日のあいだ戻せます。"
        ) % _named(merged, by)

    _tell(concerned, words, merged.into, by=by)
    return merged


@transaction.atomic
def part_topics(merged: TopicMerge, *, by: Person) -> list[str]:
    """Takes the merge back; gives what had to stay, by name. Raises ``CannotUndo``."""
    stayed = merging.undo_merge(merged, by=by)
    concerned = [*_concerned(merged.topic), *_concerned(merged.into)]

    def words() -> str:
        return _(
            "%(name)sさんが、「%(into)s」にまとめたテーマ「%(topic)s」を元に戻しました。"
        ) % _named(merged, by)

    _tell(concerned, words, merged.topic, by=by)
    return stayed


def merges_into(topic: Topic) -> list[TopicMerge]:
    """The merges that ended in this topic and can still be taken back, the latest first."""
    standing = TopicMerge.objects.standing().filter(topic__merged_into=topic)
    return list(standing.select_related("topic", "into", "merged_by")[:MERGES_SHOWN])


def forget_old_merges(now: dt.datetime) -> int:
    """Drops the ledgers of merges that nobody can take back any more; gives how many."""
    return int(TopicMerge.objects.outdated(now).delete()[0])


def _concerned(topic: Topic) -> list[Person]:
    stewards = topic.stewards.select_related("person")
    return [*(steward.person for steward in stewards), *followers(topic)]


def _named(merged: TopicMerge, by: Person) -> dict[str, str]:
    return {
        "name": by.name,
        "topic": merged.topic.name[:TITLE_MAX_CHARACTERS],
        "into": merged.into.name[:TITLE_MAX_CHARACTERS],
    }


def _tell(people: list[Person], words: Callable[[], str], topic: Topic, *, by: Person) -> None:
    url = f"{topic.get_absolute_url()}#merges"
    notify(people, Notification.Kind.CHANGE, words, url=url, by=by, about=topic)


def names_to_choose(topic: Topic) -> Sequence[str]:
    """The topics into which this one can go, by reading."""
    others = Topic.objects.visible().exclude(pk=topic.pk).order_by("yomi", "name")
    return list(others.values_list("name", flat=True))
