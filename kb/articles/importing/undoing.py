"""Takes a whole import back: its texts, and the people, departments and topics it brought along."""

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
from kb.topics.models import Topic, TopicItem
from people.models import Department, Person

State = ImportBatch.State
_FILE = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
# Rows of these apps are worked out of other rows and go with them.
_MADE_FROM_OTHERS = {"experts"}


@transaction.atomic
def undo(batch: ImportBatch, *, by: Person) -> tuple[int, int]:
    """Takes a whole import back: new articles go to the bin, changed ones get their text again.

    What somebody has edited since stays, and so does what it needs. Returns how many articles were
    taken back and how many stayed.
    """
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in (State.DONE, State.FAILED):
        return 0, 0
    rows = [row for row in locked.articles.select_related("article") if not row.article.is_deleted]
    kept = [row.article for row in rows if row.article.revision != row.revision_after]
    back = [row for row in rows if row.article.revision == row.revision_after]
    for article in kept:
        _keep_files(article, {row.article_id for row in back})
    for row in back:
        _take_back(row, by=by)
    _take_back_made(locked)
    locked.state, locked.undone_at = State.UNDONE, timezone.now()
    locked.save(update_fields=["state", "undone_at"])
    write_down(locked, "undo", by=by)
    return len(back), len(kept)


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
