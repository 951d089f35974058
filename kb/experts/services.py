"""Writes of know-how: colleagues vouch for each other in a line, and hand topics over."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.topics.models import Topic
from people import services as people
from people.models import Endorsement, Person
from people.stances import TopicStance

_KEPT = "kb.experts.endorsement"
RESTORABLE_FOR = timedelta(minutes=30)


class NotRestorable(Exception):
    """What was taken away cannot come back."""


class OneselfEndorsed(Exception):
    """Nobody vouches for themselves."""


@transaction.atomic
def endorse(person: Person, topic: Topic, words: str, *, by: Person) -> Endorsement:
    """The one line in which ``by`` says that the person knows the topic; the person is told.

    Saying it again changes the words. Raises ``OneselfEndorsed``.
    """
    if person.pk == by.pk:
        raise OneselfEndorsed
    endorsement, _made = Endorsement.objects.update_or_create(
        person=person, topic=topic, endorsed_by=by, defaults={"words": words}
    )
    notify(
        [person],
        Notification.Kind.THANKS,
        lambda: (
            _("%(name)sさんが「%(topic)s」について書きました：%(words)s")
            % {"name": by.name, "topic": topic.name[:TITLE_MAX_CHARACTERS], "words": words}
        ),
        url=f"{topic.get_absolute_url()}#words",
        by=by,
        about=topic,
    )
    return endorsement


@transaction.atomic
def take_back_endorsement(endorsement: Endorsement, *, by: Person) -> str:
    """The line is gone, and with it what it weighed; gives what ``restore_endorsement`` takes."""
    kept = signing.dumps(
        [
            by.pk,
            endorsement.person_id,
            endorsement.topic_id,
            endorsement.endorsed_by_id,
            endorsement.words,
            endorsement.created_at.isoformat(),
        ],
        salt=_KEPT,
        compress=True,
    )
    endorsement.delete()
    return kept


@transaction.atomic
def restore_endorsement(kept: str, *, by: Person) -> Endorsement:
    """The line as it was, for whoever took it away; nobody is told again.

    Raises ``NotRestorable`` after half an hour, for others, and when somebody or the topic is gone.
    """
    try:
        taken_by, person, topic, endorsed_by, words, created = signing.loads(
            kept, salt=_KEPT, max_age=RESTORABLE_FOR
        )
    except signing.BadSignature as error:
        raise NotRestorable from error
    people_there = Person.objects.visible().filter(pk__in=[person, endorsed_by]).count() == 2
    topic_there = Topic.objects.visible().filter(pk=topic).exists()
    if taken_by != by.pk or not people_there or not topic_there:
        raise NotRestorable
    endorsement, _made = Endorsement.objects.get_or_create(
        person_id=person,
        topic_id=topic,
        endorsed_by_id=endorsed_by,
        defaults={"words": words, "created_at": datetime.fromisoformat(created)},
    )
    return endorsement


@transaction.atomic
def set_topic_aside(topic: Topic, *, by: Person, to: Person | None = None) -> TopicStance:
    """``by`` is no longer proposed for the topic; ``to``, where given, is asked instead and told."""
    stance = people.set_aside(topic, by=by, to=to)
    if to is not None:
        notify(
            [to],
            Notification.Kind.HANDOVER,
            lambda: (
                _("%(name)sさんから、テーマ「%(topic)s」を引き継ぎました。")
                % {"name": by.name, "topic": topic.name[:TITLE_MAX_CHARACTERS]}
            ),
            url=topic.get_absolute_url(),
            by=by,
        )
    return stance
