"""Writes of know-how: colleagues vouch for each other in a line, and hand topics over."""

from django.db import transaction
from django.utils.translation import gettext as _

from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.topics.models import Topic
from people import services as people
from people.models import Endorsement, Person
from people.stances import TopicStance


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
def take_back_endorsement(endorsement: Endorsement) -> None:
    """The line is gone, and with it what it weighed."""
    endorsement.delete()


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
