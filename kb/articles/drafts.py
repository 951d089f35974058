"""The server's copy of what a person is typing. Private: only its writer ever reads it."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kb.articles.models import Article, Draft
from kb.text.markdown import clean_source
from people.models import Person

# Somebody whose draft is younger than this is writing now.
EDITING_NOW = dt.timedelta(minutes=3)


class DraftTaken(Exception):
    """The key belongs to somebody else's draft."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftText:
    """What stands in the form."""

    kind: str
    title: str
    body: str
    base_revision: int = 0
    fields: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def save_draft(key: UUID, text: DraftText, *, by: Person, article: Article | None) -> Draft:
    """The saved draft: one per person and article, one per key for texts not yet saved.

    Raises ``DraftTaken`` when the key is another person's.
    """
    owner = Draft.objects.filter(key=key).values_list("person_id", flat=True).first()
    if owner is not None and owner != by.pk:
        raise DraftTaken
    draft = _draft(key, by, article)
    draft.key, draft.kind, draft.base_revision = key, text.kind, text.base_revision
    draft.title = clean_source(text.title)[:200]
    draft.body = clean_source(text.body)
    draft.fields, draft.updated_at = text.fields, timezone.now()
    draft.save()
    return draft


def drop_drafts(by: Person, *, key: UUID | None = None, article: Article | None = None) -> None:
    """Forgets the drafts of a text that has been saved."""
    own = Draft.objects.filter(person=by)
    if key is not None:
        own.filter(key=key).delete()
    if article is not None:
        own.filter(article=article).delete()


def editors_now(article: Article, *, but: Person) -> list[str]:
    """The names of others who are writing on the article at this moment."""
    since = timezone.now() - EDITING_NOW
    rows = Draft.objects.filter(article=article, updated_at__gte=since, person__is_active=True)
    return list(rows.exclude(person=but).values_list("person__name", flat=True))


def _draft(key: UUID, by: Person, article: Article | None) -> Draft:
    own = Draft.objects.filter(person=by)
    if article is not None:
        # Two windows on one article share one draft; the key moves to the last one.
        own.filter(key=key).exclude(article=article).delete()
        draft = own.filter(article=article).first()
    else:
        draft = own.filter(key=key).first()
    return draft or Draft(person=by, article=article)
