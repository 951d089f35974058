"""Writes of the portal: wishes for texts, what a topic's steward says, notices read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.portal.models import FirstRead, WantedArticle
from kb.topics.models import Topic, TopicSynonym
from people.models import Department, Person, TopicSteward

State = WantedArticle.State


class WishNotOpen(Exception):
    """Somebody has taken or closed the wish meanwhile."""


class NotYours(Exception):
    """Only the person who took the wish, or asked it, may do this."""


@dataclass(frozen=True)
class TopicWords:
    """What a steward writes of a topic: description, other words, what to read first, and who looks after it."""

    description: str
    synonyms: Sequence[str]
    first_reads: Sequence[Article]
    stewards: Sequence[Person] = ()


@transaction.atomic
def wish_for(
    title: str, *, by: Person, note: str = "", department: Department | None = None
) -> WantedArticle:
    """A wish that waits for a writer; the same title that waits already is not asked twice."""
    waiting: WantedArticle | None = WantedArticle.objects.filter(
        title=title, state__in=(State.OPEN, State.TAKEN)
    ).first()
    if waiting is not None:
        return waiting
    wish: WantedArticle = WantedArticle.objects.create(
        title=title, note=note, department=department, asked_by=by
    )
    return wish


def _locked(wish: WantedArticle) -> WantedArticle:
    locked: WantedArticle = WantedArticle.objects.select_for_update().get(pk=wish.pk)
    return locked


@transaction.atomic
def take_wish(wish: WantedArticle, *, by: Person) -> WantedArticle:
    """The wish, taken by the person who will write. Raises WishNotOpen."""
    wish = _locked(wish)
    if wish.state != State.OPEN:
        raise WishNotOpen
    wish.state, wish.taken_by = State.TAKEN, by
    wish.save(update_fields=["state", "taken_by"])
    return wish


@transaction.atomic
def give_back_wish(wish: WantedArticle, *, by: Person) -> WantedArticle:
    """The wish, open again for others. Raises NotYours."""
    wish = _locked(wish)
    if wish.state != State.TAKEN or wish.taken_by_id != by.pk:
        raise NotYours
    wish.state, wish.taken_by = State.OPEN, None
    wish.save(update_fields=["state", "taken_by"])
    return wish


@transaction.atomic
def fulfil_wish(wish: WantedArticle, article: Article, *, by: Person) -> WantedArticle:
    """The wish, answered by an article; the person who asked gets a notice. Raises NotYours."""
    wish = _locked(wish)
    if wish.state != State.TAKEN or wish.taken_by_id != by.pk:
        raise NotYours
    wish.state, wish.article = State.WRITTEN, article
    wish.save(update_fields=["state", "article"])
    notify(
        [wish.asked_by],
        Notification.Kind.WISH,
        lambda: (
            _("%(name)sさんが「%(title)s」を書きました。")
            % {"name": by.name, "title": article.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=article.get_absolute_url(),
        by=by,
    )
    return wish


@transaction.atomic
def close_wish(wish: WantedArticle, *, by: Person) -> WantedArticle:
    """The wish, no longer needed; only who asked says so. Raises NotYours."""
    wish = _locked(wish)
    if wish.asked_by_id != by.pk:
        raise NotYours
    wish.state = State.CLOSED
    wish.save(update_fields=["state"])
    return wish


@transaction.atomic
def describe_topic(topic: Topic, words: TopicWords, *, by: Person) -> Topic:
    """The topic with the steward's words; row by row, so that the search hears of it."""
    topic.description = words.description
    topic.save(update_fields=["description"])
    for synonym in topic.synonyms.exclude(word__in=words.synonyms):
        synonym.delete()
    for word in words.synonyms:
        TopicSynonym.objects.get_or_create(word=word, defaults={"topic": topic})
    FirstRead.objects.filter(topic=topic).exclude(article__in=words.first_reads).delete()
    for position, article in enumerate(words.first_reads):
        FirstRead.objects.update_or_create(
            topic=topic, article=article, defaults={"position": position, "chosen_by": by}
        )
    TopicSteward.objects.filter(topic=topic).exclude(person__in=words.stewards).delete()
    for person in words.stewards:
        TopicSteward.objects.get_or_create(topic=topic, person=person)
    return topic


def read_notice(notice: Notification) -> Notification:
    """The notice, read now; an earlier reading keeps its time."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def read_all_notices(person: Person) -> int:
    """How many of the person's notices were unread until now."""
    waiting = Notification.objects.filter(person=person, read_at=None)
    return waiting.update(read_at=timezone.now())
