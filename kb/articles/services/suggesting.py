"""「ここが違う」: a colleague's text for an article, taken over, changed or declined by its keeper."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.fields import ArticleFields
from kb.articles.merge import count_changes
from kb.articles.models import Article, Suggestion
from kb.articles.reviews import next_review
from kb.articles.services.writing import Saved, count_contribution, save_article
from kb.engagement.keepers import keepers_of
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify, settle
from kb.text.markdown import clean_source
from people.models import Person

State = Suggestion.State


class AlreadyDecided(Exception):
    """Somebody has taken, declined or withdrawn the suggestion meanwhile."""


class NotYours(Exception):
    """One's own suggestion is decided by others, and withdrawn by oneself alone."""


class NoWords(Exception):
    """The suggestion says what is wrong and offers no other text that could be taken over."""


@transaction.atomic
def suggest(
    article: Article, body: str, *, by: Person, base_revision: int, why: str = ""
) -> Suggestion:
    """The new suggestion; the article's people hear of it."""
    suggestion = Suggestion.objects.create(
        article=article,
        author=by,
        base_revision=base_revision,
        body=clean_source(body),
        why=" ".join(clean_source(why).split())[:500],
    )
    words = _("%(name)sさんから「%(title)s」を直す提案です。")
    if not suggestion.has_words:
        words = _("%(name)sさんから「%(title)s」に「ここが違う」という指摘です。")
    _tell(suggestion, _who_hears(article), words, by=by, said=suggestion.why)
    return suggestion


@transaction.atomic
def take_suggestion(suggestion: Suggestion, *, by: Person) -> Saved:
    """The article with the suggested text, merged with what others changed since.

    The revision is the helper's: who corrects a text knows about it. Raises ``EditConflict``,
    ``AlreadyDecided``, ``NotYours``, ``NoWords``.
    """
    suggestion = _open(suggestion)
    if suggestion.author_id == by.pk:
        raise NotYours
    if not suggestion.has_words:
        raise NoWords
    article = suggestion.article
    base = article.revisions.get(number=suggestion.base_revision)
    note = _("%(helper)sさんの提案を%(name)sさんが取り入れました")
    saved = save_article(
        article,
        by=suggestion.author,
        base_revision=suggestion.base_revision,
        title=base.title,
        body=suggestion.body,
        fields=ArticleFields(
            note=str(note % {"helper": suggestion.author.name, "name": by.name}),
            review_due_on=next_review(article, timezone.localdate()),
            taken_over_by=by,
        ),
    )
    _decide(suggestion, State.TAKEN, by=by)
    _tell(
        suggestion,
        [suggestion.author, *keepers_of(article)],
        _("「%(title)s」を直す提案を、%(name)sさんが取り入れました。"),
        by=by,
    )
    return saved


@transaction.atomic
def note_taken(suggestion: Suggestion, *, by: Person) -> Suggestion:
    """The suggestion, taken over in other words by an edit of its own; the helper's share counts."""
    suggestion = _open(suggestion)
    base = suggestion.article.revisions.filter(number=suggestion.base_revision).first()
    lines = sum(count_changes(base.body if base else "", suggestion.body))
    count_contribution(suggestion.article, suggestion.author, lines=lines, at=timezone.now())
    _decide(suggestion, State.TAKEN, by=by)
    _tell(
        suggestion,
        [suggestion.author],
        _("「%(title)s」を直す提案を、%(name)sさんが手を入れて取り入れました。")
        if suggestion.has_words
        else _("「%(title)s」を、あなたの指摘から%(name)sさんが直しました。"),
        by=by,
    )
    return suggestion


@transaction.atomic
def decline_suggestion(suggestion: Suggestion, reply: str, *, by: Person) -> Suggestion:
    """The suggestion, not taken over, with the reason. Raises ``AlreadyDecided``, ``NotYours``."""
    suggestion = _open(suggestion)
    if suggestion.author_id == by.pk:
        raise NotYours
    suggestion.reply = " ".join(clean_source(reply).split())[:500]
    _decide(suggestion, State.DECLINED, by=by)
    _tell(
        suggestion,
        [suggestion.author, *keepers_of(suggestion.article)],
        _("「%(title)s」を直す提案を、%(name)sさんは取り入れませんでした。"),
        by=by,
        said=suggestion.reply,
    )
    return suggestion


@transaction.atomic
def withdraw_suggestion(suggestion: Suggestion, *, by: Person) -> Suggestion:
    """The suggestion, taken back by who made it. Raises ``AlreadyDecided``, ``NotYours``."""
    suggestion = _open(suggestion)
    if suggestion.author_id != by.pk:
        raise NotYours
    _decide(suggestion, State.WITHDRAWN, by=by)
    return suggestion


@transaction.atomic
def reopen_suggestion(suggestion: Suggestion, *, by: Person) -> Suggestion:
    """The suggestion, waiting again: whoever declined or withdrew it takes that back.

    Who has not read of it never hears of it. Raises ``AlreadyDecided``, ``NotYours``.
    """
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if suggestion.state not in (State.DECLINED, State.WITHDRAWN):
        raise AlreadyDecided
    if suggestion.decided_by_id != by.pk:
        raise NotYours
    settle(Notification.Kind.SUGGESTION, url=suggestion.get_absolute_url())
    suggestion.state, suggestion.reply = State.OPEN, ""
    suggestion.decided_by = suggestion.decided_at = None
    suggestion.save(update_fields=["state", "reply", "decided_by", "decided_at"])
    return suggestion


def keeper_of(article: Article) -> Person | None:
    """Who decides on suggestions for the article: its owner, else its author; None when they left."""
    keeper: Person = article.owner or article.author
    return keeper if keeper.is_active else None


def _who_hears(article: Article) -> list[Person]:
    """The people of the article; the head of its department where none of them is here any more."""
    here = [person for person in keepers_of(article) if person.is_active]
    head = article.department.head if article.department is not None else None
    return here or ([head] if head is not None else [])


def _open(suggestion: Suggestion) -> Suggestion:
    locked = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if locked.state != State.OPEN:
        raise AlreadyDecided
    return locked


def _decide(suggestion: Suggestion, state: str, *, by: Person) -> None:
    suggestion.state, suggestion.decided_by, suggestion.decided_at = state, by, timezone.now()
    suggestion.save(update_fields=["state", "decided_by", "decided_at", "reply"])
    settle(Notification.Kind.SUGGESTION, url=suggestion.get_absolute_url())


def _tell(
    suggestion: Suggestion, people: list[Person], words: Any, *, by: Person, said: str = ""
) -> None:
    names = {"name": by.name, "title": suggestion.article.title[:TITLE_MAX_CHARACTERS]}
    notify(
        people,
        Notification.Kind.SUGGESTION,
        lambda: str(words % names) + (str(_("「%(said)s」") % {"said": said}) if said else ""),
        url=suggestion.get_absolute_url(),
        by=by,
        about=suggestion.article,
    )
