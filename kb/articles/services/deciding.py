"""Who decides on a suggestion: the text's owner; after a week the people of its department too."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kb.articles.models import Suggestion
from kb.foundation.prepared import Given, PreparedFor
from people.models import Membership, Person

OWNERS_TURN = dt.timedelta(days=7)
SHOWN_MAX = 10


def _waiting_for(given: Given) -> Any:
    person = given.one("person")
    theirs = Membership.objects.current().filter(person=person).values("department")
    keeper_left = Q(article__owner__is_active=False) | Q(
        article__owner=None, article__author__is_active=False
    )
    is_late = keeper_left | Q(created_at__lte=given.one("late_since"))
    of_the_owner = Membership.objects.current().filter(department__in=theirs).values("person")
    in_department = Q(article__department__in=theirs) | Q(
        article__department=None, article__owner__in=of_the_owner
    )
    is_keeper = Q(article__owner=person) | Q(article__owner=None, article__author=person)
    rows = (
        Suggestion.objects.filter(state=Suggestion.State.OPEN, article__deleted_at=None)
        .filter(is_keeper | (is_late & in_department))
        .exclude(author=person)
        .select_related("article", "author")
        .defer("body", "article__body", "article__body_html", "article__contents")
    )
    return rows.order_by("created_at", "pk")[:SHOWN_MAX]


_waiting = PreparedFor(_waiting_for)


def suggestions_for(person: Person) -> list[Suggestion]:
    """The open suggestions that wait for this person, oldest first; never one's own.

    The owner comes first, else the author. When that one has left, or leaves it for a week, the
    colleagues of the text's department are asked too, else those of the owner's.
    """
    return _waiting(person=person.pk, late_since=timezone.now() - OWNERS_TURN)
