"""Writes of what people hang on records: comments, 助かった, フォロー, 読みました."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.engagement.keepers import keepers_of
from kb.engagement.mentions import people_named, render_remark
from kb.engagement.models import Comment, Confirmation, Follow, Notification, Thanks
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, followers, notify, settle
from kb.engagement.readings import changed_at
from kb.engagement.records import place_on
from kb.foundation.bin import put_into_bin, take_out_of_bin
from kb.text.markdown import Rendered, clean_source
from people.models import Person

# Whoever remarked on a record hears of further remarks for so long.
TALK_LASTS = dt.timedelta(days=90)


@transaction.atomic
def add_comment(record: models.Model, body: str, *, by: Person) -> Comment:
    """The new comment under the record, rendered."""
    comment = Comment(target=record, author=by, body=clean_source(body).strip())
    comment.save()
    rendered = _render(comment)
    comment.body_html = str(rendered.html)
    comment.save(update_fields=["body_html"])
    _tell_of_comment(comment, record, rendered.references.people)
    return comment


class NotYourComment(Exception):
    """Only its author changes a comment."""


@transaction.atomic
def change_comment(comment: Comment, body: str, *, by: Person) -> Comment:
    """The comment with other words; who is newly named in it hears of that, nobody else does.

    Raises ``NotYourComment``.
    """
    if comment.author_id != by.pk:
        raise NotYourComment
    named_before = people_named(_render(comment).references.people)
    comment.body, comment.updated_at = clean_source(body).strip(), timezone.now()
    rendered = _render(comment)
    comment.body_html = str(rendered.html)
    comment.save(update_fields=["body", "body_html", "updated_at"])
    named = people_named(rendered.references.people)
    newly = [person for word, person in named.items() if word not in named_before]
    if comment.target is not None:
        _tell_named(comment, comment.target, newly)
    return comment


def _render(comment: Comment) -> Rendered:
    return render_remark(comment.body, id_prefix=f"c{comment.pk}")


def _tell_of_comment(comment: Comment, record: Any, runs: Iterable[str]) -> None:
    """The named hear that they were named; its people, followers and talkers hear of the comment."""
    named = list(people_named(runs).values())
    _tell_named(comment, record, named)
    names = _names(comment, record)
    hearers = [*keepers_of(record), *followers(record), *_talkers(record)]
    notify(
        [person for person in hearers if person not in named],
        Notification.Kind.COMMENT,
        lambda: _("%(name)sさんが「%(title)s」にコメントしました。") % names,
        url=_place(comment, record),
        by=comment.author,
        about=record,
    )


def _tell_named(comment: Comment, record: Any, named: list[Person]) -> None:
    names = _names(comment, record)
    notify(
        named,
        Notification.Kind.MENTION,
        lambda: _("%(name)sさんが「%(title)s」のコメントで、あなたの名前をあげました。") % names,
        url=_place(comment, record),
        by=comment.author,
        about=record,
    )


def _names(comment: Comment, record: Any) -> dict[str, str]:
    return {"name": comment.author.name, "title": str(record)[:TITLE_MAX_CHARACTERS]}


def _place(comment: Comment, record: Any) -> str:
    return f"{record.get_absolute_url()}#comment-{comment.pk}"


def _talkers(record: models.Model) -> list[Person]:
    """Who remarked on the record before: whoever asked something there waits for a reply."""
    since = timezone.now() - TALK_LASTS
    rows = Comment.objects.visible().on(record).filter(created_at__gte=since)
    return list(Person.objects.filter(pk__in=rows.values("author")))


@transaction.atomic
def delete_comment(comment: Comment, *, by: Person) -> Comment:
    """Takes the comment from the page; its author can bring it back."""
    put_into_bin(comment, by=by)
    return comment


@transaction.atomic
def restore_comment(comment: Comment, *, by: Person) -> Comment:
    """Brings a deleted comment back."""
    take_out_of_bin(comment, by=by)
    return comment


@transaction.atomic
def give_thanks(record: models.Model, *, by: Person, words: str = "") -> Thanks:
    """The person's one thanks for the record; thanking again only changes the words."""
    thanks, __ = Thanks.objects.update_or_create(
        person=by, **_on(record), defaults={"words": " ".join(clean_source(words).split())[:200]}
    )
    if thanks.words:
        _tell_of_thanks(thanks, record)
    return thanks


def _tell_of_thanks(thanks: Thanks, record: Any) -> None:
    """Words reach the people of the record at once; thanks without words wait for the week's end."""
    notify(
        keepers_of(record),
        Notification.Kind.THANKS,
        lambda: (
            _("「%(title)s」に助けられた%(name)sさんから：「%(words)s」")
            % {
                "name": thanks.person.name,
                "title": str(record)[:TITLE_MAX_CHARACTERS],
                "words": thanks.words,
            }
        ),
        url=place_on(record, "reactions"),
        by=thanks.person,
        about=record,
    )


def take_back_thanks(record: models.Model, *, by: Person) -> None:
    """The person no longer thanks for the record."""
    _delete(Thanks.objects.filter(person=by, **_on(record)))


@transaction.atomic
def follow(record: models.Model, *, by: Person) -> Follow:
    """The person hears of changes to the record."""
    row, __ = Follow.objects.update_or_create(
        person=by, **_on(record), defaults={"is_muted": False}
    )
    return row


def unfollow(record: models.Model, *, by: Person) -> None:
    """The person no longer hears of changes to the record."""
    _delete(Follow.objects.filter(person=by, **_on(record)))


@transaction.atomic
def mute(record: models.Model, *, by: Person) -> Follow:
    """The person hears nothing of the record, even where it is their own."""
    row, __ = Follow.objects.update_or_create(person=by, **_on(record), defaults={"is_muted": True})
    return row


@transaction.atomic
def confirm_reading(record: Any, *, by: Person) -> Confirmation:
    """「読みました」 of a person, asked or not. The first moment stays, until the text changes."""
    row, __ = Confirmation.objects.get_or_create(person=by, **_on(record))
    moment = changed_at(record)
    is_outdated = row.confirmed_at is not None and moment is not None and row.confirmed_at < moment
    if row.confirmed_at is None or is_outdated:
        row.confirmed_at = max(timezone.now(), row.asked_at)
        row.save(update_fields=["confirmed_at"])
    settle(Notification.Kind.REQUEST, url=record.get_absolute_url(), people=[by])
    return row


@transaction.atomic
def take_back_confirmation(record: models.Model, *, by: Person) -> None:
    """「読みました」 taken back; whoever was asked is asked again."""
    for row in Confirmation.objects.on(record).filter(person=by):
        if row.asked_by_id is None:
            row.delete()
        else:
            row.confirmed_at = None
            row.save(update_fields=["confirmed_at"])


def _delete(rows: Iterable[models.Model]) -> None:
    # One by one, so that the search hears of it.
    for row in rows:
        row.delete()


def _on(record: models.Model) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(record), "object_id": record.pk}
