"""Takes a whole import back: its texts, and the people, departments and topics it brought along."""

import datetime as dt
import re
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from kb.articles.models import Article, ImportBatch, ImportedArticle
from kb.articles.services.states import delete_article
from kb.articles.services.writing import restore_revision
from kb.engagement.models import OnRecord
from kb.files.models import Attachment
from kb.foundation.bin import write_down
from kb.foundation.queue import send_after_commit
from kb.topics.models import Topic, TopicItem
from people.models import Department, Person

State = ImportBatch.State
_FILE = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
AT_ONCE_MAX = 100
# A worker that says nothing for so long was killed.
SILENCE_MAX = dt.timedelta(minutes=2)
# Rows of these apps are worked out of other rows and go with them.
_MADE_FROM_OTHERS = {"experts"}


@transaction.atomic
def undo(batch: ImportBatch, *, by: Person) -> ImportBatch:
    """Takes a whole import back: new articles go to the bin, changed ones get their text again.

    What somebody has edited since stays, and so does what it needs. A large import is taken back by
    the worker, piece by piece: one long transaction would keep everybody else from saving.
    """
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in (State.DONE, State.FAILED):
        return locked
    count = locked.articles.count()
    locked.state, locked.undone_at = State.UNDOING, timezone.now()
    locked.done_count, locked.total_count = 0, max(count, 1)
    locked.report["undo_by"] = by.pk
    locked.save()
    if count > AT_ONCE_MAX:
        from kb.articles.tasks import undo_import

        send_after_commit(undo_import, locked.pk)
        return locked
    while _take_back_some(locked.pk):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


def go_on(batch_id: int) -> None:
    """Takes back what is left of an import that is being undone; safe to repeat."""
    while _take_back_some(batch_id):
        pass


def resume_silent(now: dt.datetime) -> int:
    """Goes on with what was left undone when a worker was killed or a wake-up lost; how many."""
    silent = ImportBatch.objects.filter(state=State.UNDOING, undone_at__lt=now - SILENCE_MAX)
    numbers = list(silent.values_list("pk", flat=True))
    for number in numbers:
        go_on(number)
    return len(numbers)


@transaction.atomic
def _take_back_some(batch_id: int) -> bool:
    """One piece; False when nothing is left, and the import is undone."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != State.UNDOING:
        return False
    by = Person.objects.get(pk=batch.report["undo_by"])
    in_use = batch.articles.filter(article__deleted_at=None).select_related("article")
    untouched = in_use.filter(article__revision=models.F("revision_after"))
    if batch.done_count == 0:
        for row in in_use.exclude(article__revision=models.F("revision_after")):
            _keep_files(row.article, set(untouched.values_list("article_id", flat=True)))
    rows = list(untouched[:AT_ONCE_MAX])
    for row in rows:
        _take_back(row, by=by)
    batch.done_count += len(rows)
    batch.undone_at = timezone.now()
    if not rows:
        _take_back_made(batch)
        batch.state = State.UNDONE
        write_down(batch, "undo", by=by)
    batch.save()
    return bool(rows)


def _keep_files(article: Article, others: set[int]) -> None:
    """What the article shows must not go with the other articles of its import."""
    keys = _FILE.findall(article.body)
    shown = Attachment.objects.filter(
        key__in=keys,
        content_type=ContentType.objects.get_for_model(Article),
        object_id__in=others,
    )
    shown.update(object_id=article.pk)


def _take_back(row: ImportedArticle, *, by: Person) -> None:
    article = row.article
    if row.revision_before:
        restore_revision(article, row.revision_before, by=by)
        # It is as it was; the import has no part in it any more.
        row.delete()
        return
    # The next import of the same folder makes it and its files anew.
    Attachment.objects.on(article).update(source_path=None)
    article.source_path = None
    article.save(update_fields=["source_path"])
    delete_article(article, by=by)


def _take_back_made(batch: ImportBatch) -> None:
    """Departments and topics that nothing but the binned texts needs go; such people are hidden.

    Their names stay on the texts in the bin, so people cannot go for good.
    """
    made = batch.report.get("made", {})
    gone = set(
        batch.articles.filter(article__deleted_at__isnull=False).values_list(
            "article_id", flat=True
        )
    )
    for topic in Topic.objects.filter(pk__in=made.get("topics", [])):
        if not _is_needed(topic, gone):
            topic.delete()
    for department in Department.objects.filter(pk__in=made.get("departments", [])):
        if not _is_needed(department, gone):
            department.delete()
    imported = Person.objects.filter(pk__in=made.get("people", []), is_active=False)
    for person in imported:
        if not _is_needed(person, gone):
            person.is_imported = False
            person.save(update_fields=["is_imported"])


def _is_needed(record: models.Model, gone: set[int]) -> bool:
    """Whether any row but those of the articles ``gone`` leads to the record."""
    relations: list[Any] = [*record._meta.related_objects]
    rows = [
        _of_others(relation.related_model, relation.field.name, record, gone)
        for relation in relations
        if relation.related_model._meta.app_label not in _MADE_FROM_OTHERS
    ]
    kind = ContentType.objects.get_for_model(record)
    rows += [
        model._base_manager.filter(content_type=kind, object_id=record.pk)
        for model in OnRecord.__subclasses__()
    ]
    return any(one.exists() for one in rows)


def _of_others(model: Any, name: str, record: models.Model, gone: set[int]) -> Any:
    rows = model._base_manager.filter(**{name: record})
    if model is Article:
        return rows.exclude(pk__in=gone)
    if model is TopicItem:
        articles = ContentType.objects.get_for_model(Article)
        return rows.exclude(content_type=articles, object_id__in=gone)
    fields = {field.name: field for field in model._meta.get_fields()}
    for link in ("article", "question"):
        field = fields.get(link)
        if field is not None and getattr(field, "related_model", None) is Article:
            return rows.exclude(**{f"{link}__in": gone})
    return rows
