"""The server's copy of what a person is typing. Private: only its writer ever reads it."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from kb.articles.models import Article, Draft
from kb.text.markdown import clean_source
from people.models import Person

# Somebody whose draft is younger than this is writing now.
EDITING_NOW = dt.timedelta(minutes=3)
# Beside the fields of the form: which window wrote the draft.
DESK = "desk"


class DraftTaken(Exception):
    """The key belongs to somebody else's draft."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftText:
    """What stands in the form. ``desk`` names the window that wrote it; ``seen`` is the stamp
    of the draft that the window began from, empty for a new one."""

    kind: str
    title: str
    body: str
    base_revision: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    desk: str = ""
    seen: str = ""


@transaction.atomic
def save_draft(key: UUID, text: DraftText, *, by: Person, article: Article | None) -> Draft:
    """The saved draft: that of the key, or a second one beside it.

    Two windows may go on with one draft, at the office and on the train. The second to write gets
    a draft with a key of its own, so that neither text replaces the other.

    Raises ``DraftTaken`` when the key is another person's.
    """
    draft = Draft.objects.select_for_update().filter(key=key).first()
    if draft is not None and draft.person_id != by.pk:
        raise DraftTaken
    if draft is None:
        draft = Draft(person=by, article=article, key=key)
    elif not _goes_on(draft, text):
        draft = Draft(person=by, article=article, key=uuid4())
    draft.kind, draft.base_revision = text.kind, text.base_revision
    draft.title = clean_source(text.title)[:200]
    draft.body = clean_source(text.body)
    draft.fields, draft.updated_at = text.fields | {DESK: text.desk}, timezone.now()
    draft.save()
    return draft


def stamp_of(draft: Draft) -> str:
    """What a window that shows the draft has seen of it."""
    return draft.updated_at.isoformat()


def _goes_on(draft: Draft, text: DraftText) -> bool:
    """Whether the window that sends the text is the one that wrote the draft, or has read it."""
    is_same = draft.body == clean_source(text.body)
    return is_same or draft.fields.get(DESK, "") == text.desk or stamp_of(draft) == text.seen


def drop_draft(by: Person, key: UUID | None) -> None:
    """Forgets the draft of a text that has been saved. Others of the same article stay."""
    if key is not None:
        Draft.objects.filter(person=by, key=key).delete()


def editors_now(article: Article, *, but: Person) -> list[str]:
    """The names of others who are writing on the article at this moment."""
    since = timezone.now() - EDITING_NOW
    rows = Draft.objects.filter(article=article, updated_at__gte=since, person__is_active=True)
    names = rows.exclude(person=but).values_list("person__name", flat=True)
    return list(dict.fromkeys(names))
