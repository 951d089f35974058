"""Tells people what concerns them: the one place that writes lines of お知らせ.

Whoever did a thing is not told of it, nor is anyone who has left, or who muted the record or this
kind of notice. The same unread line (kind and address) is not written twice: it is renewed with the latest words.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation

from kb.engagement.models import Follow, Notification, NotificationPreference
from people.models import Person

Kind = Notification.Kind

# What a person may do without. The other kinds wait for an answer or tell of a loss.
MUTABLE_KINDS = (
    Kind.ANSWER,
    Kind.COMMENT,
    Kind.THANKS,
    Kind.CHANGE,
    Kind.SUGGESTION,
    Kind.VOICE,
    Kind.WISH,
    Kind.SUMMARY,
)
_TEXT_MAX_CHARACTERS = 300
# A notice that leads to a record shows no more of its title than this.
TITLE_MAX_CHARACTERS = 120


def notify(
    people: Iterable[Person | None],
    kind: Notification.Kind,
    words: Callable[[], str],
    *,
    url: str,
    by: Person | None = None,
    about: models.Model | None = None,
) -> int:
    """Write one line for each of the people; returns how many were told.

    ``words`` makes the text; it is called in the company's language, because others read it than
    who acts. ``about`` is the record that can be muted. None among the people is skipped.
    """
    chosen = _who_hears(people, kind, by=by, about=about)
    if not chosen:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        text = words()[:_TEXT_MAX_CHARACTERS]
    _write_lines(chosen, kind, text, url=url, by=by)
    return len(chosen)


@transaction.atomic
def _write_lines(
    chosen: list[Person], kind: Notification.Kind, text: str, *, url: str, by: Person | None
) -> None:
    waiting = Notification.objects.filter(
        person__in=chosen, kind=kind, url=url, read_at=None, mailed_at=None
    )
    renewed = set(waiting.values_list("person_id", flat=True))
    waiting.update(text=text, actor=by, created_at=timezone.now())
    Notification.objects.bulk_create(
        Notification(person=person, kind=kind, text=text, url=url, actor=by)
        for person in chosen
        if person.pk not in renewed
    )


def settle(kind: Notification.Kind, *, url: str, people: Iterable[Person] | None = None) -> int:
    """Marks as read what asks for something that is done; for everybody, or for these people.

    Returns how many lines had not been read.
    So nobody is mailed in the morning about a question that was answered in the evening.
    """
    waiting = Notification.objects.filter(kind=kind, url=url, read_at=None)
    if people is not None:
        waiting = waiting.filter(person__in=[person.pk for person in people])
    return waiting.update(read_at=timezone.now())


def followers(record: models.Model) -> list[Person]:
    """Who wants to hear of changes to the record."""
    rows = Follow.objects.on(record).filter(is_muted=False).select_related("person")
    return [row.person for row in rows]


def _who_hears(
    people: Iterable[Person | None],
    kind: Notification.Kind,
    *,
    by: Person | None,
    about: models.Model | None,
) -> list[Person]:
    unique = {person.pk: person for person in people if person is not None and person.is_active}
    if by is not None:
        unique.pop(by.pk, None)
    if not unique:
        return []
    deaf: set[int] = set()
    if about is not None:
        muted = Follow.objects.on(about).filter(is_muted=True, person__in=list(unique))
        deaf.update(muted.values_list("person_id", flat=True))
    if kind in MUTABLE_KINDS:
        deaf.update(_without(kind, list(unique)))
    return [person for pk, person in unique.items() if pk not in deaf]


def _without(kind: Notification.Kind, people: list[int]) -> set[int]:
    # Few rows and two databases whose JSON look-ups differ: compared here.
    rows = NotificationPreference.objects.filter(person__in=people)
    return {pk for pk, kinds in rows.values_list("person_id", "muted_kinds") if kind in kinds}
