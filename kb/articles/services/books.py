"""使ってみてどうでした: asked once, some weeks after a book note, and answered in a line."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.fields import ArticleFields
from kb.articles.models import Article, BookNoteDetail
from kb.articles.services.writing import Saved, save_article
from kb.articles.snapshots import snapshot_of
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.text.markdown import clean_source
from people.models import Person

ASKED_AFTER = dt.timedelta(days=60)
# Whoever wrote a note long before we asked at all is left in peace.
ASKED_BEFORE = dt.timedelta(days=180)


@transaction.atomic
def write_follow_up(note: Article, words: str, *, by: Person) -> Saved:
    """The book note with what came of it, as a revision of its own."""
    now = timezone.now()
    BookNoteDetail.objects.filter(article=note).update(follow_up_at=now)
    snapshot = snapshot_of(note) | {"follow_up": clean_source(words).strip()}
    return save_article(
        note,
        by=by,
        base_revision=note.revision,
        title=note.title,
        body=note.body,
        fields=ArticleFields(note=_("使ってみて"), snapshot=snapshot, allows_empty=True),
    )


@transaction.atomic
def ask_how_it_went(now: dt.datetime) -> int:
    """Asks each reader once how the book served at work; returns how many were asked."""
    notes = BookNoteDetail.objects.filter(
        follow_up="",
        follow_up_asked_at=None,
        article__deleted_at=None,
        article__status=Article.Status.PUBLISHED,
        article__imported_by=None,
        article__created_at__range=(now - ASKED_BEFORE, now - ASKED_AFTER),
    ).select_related("article__author", "book")
    count = 0
    for note in notes:
        count += _ask(note)
        note.follow_up_asked_at = now
        note.save(update_fields=["follow_up_asked_at"])
    return count


def _ask(note: BookNoteDetail) -> int:
    return notify(
        [note.article.author],
        Notification.Kind.REQUEST,
        lambda: (
            _("「%(title)s」、使ってみてどうでした？ 1行で残せます。")
            % {"title": note.book.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=f"{note.article.get_absolute_url()}#follow-up",
        about=note.article,
    )
