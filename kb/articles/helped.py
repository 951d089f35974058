"""Whom a person's texts helped: names and words, week by week; never a number to compare."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article
from kb.articles.review_rounds import monday_of
from kb.engagement.models import Notification, Thanks
from kb.engagement.notifying import notify
from people.models import Person

WEEK = dt.timedelta(weeks=1)
# Longer sentences than this are cut in a notice; the page says all.
TITLES_MAX = 3
NAMES_MAX = 3
_TITLE_MAX_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Helped:
    """One text and those it helped in a week, newest first; ``thanks`` hold their words.

    ``is_answer``: the text is the person's answer, and ``article`` the question above it.
    """

    article: Article
    is_answer: bool
    thanks: Sequence[Thanks]

    @property
    def title(self) -> str:
        """How the text is called in a sentence."""
        words = _("「%(title)s」への答え") if self.is_answer else _("「%(title)s」")
        return words % {"title": self.article.title[:_TITLE_MAX_CHARACTERS]}


def helped_in_week(person: Person, monday: dt.date) -> list[Helped]:
    """The person's texts that helped somebody in the week that begins on that Monday."""
    return _helped(monday).get(person.pk, [])


@transaction.atomic
def tell_whom_they_helped(today: dt.date) -> int:
    """Tells each author whom their texts helped last week; returns how many were told.

    Safe to repeat: the address names the week.
    """
    monday = monday_of(today) - WEEK
    url = f"{reverse('helped_people')}?week={monday.isoformat()}"
    told = set(
        Notification.objects.filter(kind=Notification.Kind.SUMMARY, url=url).values_list(
            "person_id", flat=True
        )
    )
    count = 0
    helped = _helped(monday)
    for person in Person.objects.filter(pk__in=helped.keys() - told, is_active=True):
        words = partial(_words, helped[person.pk])
        count += notify([person], Notification.Kind.SUMMARY, words, url=url)
    return count


def _helped(monday: dt.date) -> dict[int, list[Helped]]:
    """By author: texts with the thanks they got in the week, in the order of the first thanks."""
    start = timezone.make_aware(dt.datetime.combine(monday, dt.time.min))
    kinds = ContentType.objects.get_for_models(Article, Answer)
    thanks = Thanks.objects.filter(
        Q(content_type=kinds[Article]) | Q(content_type=kinds[Answer]),
        created_at__gte=start,
        created_at__lt=start + WEEK,
    )
    found: dict[tuple[int, int, bool], list[Thanks]] = defaultdict(list)
    articles: dict[int, Article] = {}
    answers = kinds[Answer]
    for row in thanks.select_related("person").prefetch_related("target").order_by("created_at"):
        for author, article in _behind(row.target):
            if author != row.person_id:
                found[author, article.pk, row.content_type_id == answers.pk].append(row)
                articles[article.pk] = article
    helped: dict[int, list[Helped]] = defaultdict(list)
    for (author, article_id, is_answer), rows in found.items():
        helped[author].append(Helped(articles[article_id], is_answer, rows))
    return helped


def _behind(record: Any) -> Iterable[tuple[int, Article]]:
    """Whom a thanks is owed to, and the text it stands under; nobody for what is in the bin."""
    if record is None or record.is_deleted:
        return
    if isinstance(record, Answer):
        yield record.author_id, record.question
        return
    for person_id in {record.author_id, record.owner_id} - {None}:
        yield person_id, record


def _words(rows: Sequence[Helped]) -> str:
    pieces = [
        _("%(title)sが%(names)s") % {"title": helped.title, "names": _names(helped.thanks)}
        for helped in rows[:TITLES_MAX]
    ]
    text = _("先週、%(pieces)sの役に立ちました。") % {"pieces": _("、").join(pieces)}
    said = next((row for helped in rows for row in helped.thanks if row.words), None)
    if said is None:
        return text
    return text + _("%(name)sさん：「%(words)s」") % {
        "name": said.person.family_name,
        "words": said.words[:60],
    }


def _names(thanks: Sequence[Thanks]) -> str:
    names = list(dict.fromkeys(row.person.family_name for row in thanks))
    shown = _("、").join(_("%(name)sさん") % {"name": name} for name in names[:NAMES_MAX])
    return shown + _("たち") if len(names) > NAMES_MAX else shown
