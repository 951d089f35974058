"""Haystack's indexes: which records are searchable, how a batch is loaded, and what comes of each.

Haystack finds the classes here by itself. ``index_queryset`` starts from each model's ``visible()``:
what it leaves out is removed from the index.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Prefetch
from haystack import connections, indexes

from customers.models import Customer, Touch, Voice, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.files.models import Attachment
from kb.meetings.models import Decision, Meeting
from kb.search import documents
from kb.search.document import Document
from kb.search.facts import UNKNOWN
from kb.topics.models import Topic
from people.models import Department, Person, Responsibility


def _people() -> Any:
    return Person.objects.with_departments()


def attach_files(records: Sequence[Any]) -> None:
    """Put the read attachments of the records on ``loaded_files``, in one query."""
    by_owner: dict[tuple[int, int], list[Attachment]] = defaultdict(list)
    types = {type(record): ContentType.objects.get_for_model(record) for record in records}
    if not types:
        return
    found = Attachment.objects.visible().filter(
        content_type__in=list(types.values()), object_id__in=[record.pk for record in records]
    )
    for attachment in found.exclude(text="").order_by("pk"):
        by_owner[attachment.content_type_id, attachment.object_id].append(attachment)
    for record in records:
        record.loaded_files = by_owner[types[type(record)].pk, record.pk]


class RecordIndex(indexes.SearchIndex):
    """What the indexes share: loading in a fixed number of queries, and one document per record."""

    text = indexes.CharField(document=True)

    model: ClassVar[Any]
    joined: ClassVar[tuple[str, ...]] = ()
    has_files: ClassVar[bool] = True
    # From a loaded record to its document; a static method, so that it is not bound.
    build: ClassVar[Any]

    def get_model(self) -> type[models.Model]:
        """The model, as Haystack asks for it."""
        model: type[models.Model] = self.model
        return model

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        """The further rows that the document and the evidence read."""
        return ()

    def index_queryset(self, using: str | None = None) -> Any:
        """What may be found, with everything its document needs except the files."""
        visible = self.model.objects.visible()
        return (
            visible.select_related(*self.joined).prefetch_related(*self.prefetched()).order_by("pk")
        )

    def load(self, ids: Iterable[int]) -> list[Any]:
        """Those of the records that may be found, ready for ``document``, in order of id."""
        records = list(self.index_queryset().filter(pk__in=list(ids)))
        if self.has_files:
            attach_files(records)
        return records

    def document(self, record: Any) -> Document:
        """The document of a loaded record; made once per loading."""
        made: Document | None = getattr(record, "made_document", None)
        if made is None:
            made = type(self).build(record)
            record.made_document = made
        return made

    def prepare(self, obj: Any) -> dict[str, Any]:
        """What the engine stores of a record, by the contract in docs/search.md."""
        facts = getattr(obj, "facts_for_index", UNKNOWN)
        return {**self.document(obj).prepared(), "facts": facts}

    def full_prepare(self, obj: Any) -> dict[str, Any]:
        """The same: no field is computed by Haystack."""
        return self.prepare(obj)


class ArticleIndex(RecordIndex, indexes.Indexable):
    model = Article
    joined = ("department", "manual__responsibility", "question", "book_note__book", "rule")
    build = staticmethod(documents.article_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        author = Prefetch("author", queryset=_people())
        return (author, "topics", "answers", "contributors__person")


class BookIndex(RecordIndex, indexes.Indexable):
    model = Book
    has_files = False
    build = staticmethod(documents.book_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return ("notes__article",)


class MeetingIndex(RecordIndex, indexes.Indexable):
    model = Meeting
    joined = ("series", "chair")
    build = staticmethod(documents.meeting_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return (
            "topics",
            "agenda_items__questions",
            "decisions",
            "sessions__department",
            "sessions__questions",
            "attendances__person",
        )


class DecisionIndex(RecordIndex, indexes.Indexable):
    model = Decision
    joined = ("meeting__series", "proposed_by")
    build = staticmethod(documents.decision_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return ("topics", "departments", "rejected_options")


class CustomerIndex(RecordIndex, indexes.Indexable):
    model = Customer
    build = staticmethod(documents.customer_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return ("former_names", "contacts", "merged_customers")


class TouchIndex(RecordIndex, indexes.Indexable):
    model = Touch
    joined = ("customer",)
    build = staticmethod(documents.touch_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return (
            Prefetch("author", queryset=_people()),
            "topics",
            "contacts",
            "colleagues",
            "voices",
        )


class VoiceThemeIndex(RecordIndex, indexes.Indexable):
    model = VoiceTheme
    joined = ("owner_department",)
    build = staticmethod(documents.voice_theme_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        # In the same query as the voices: a theme may have thousands, and databases refuse so long a list.
        voices = Voice.objects.select_related("touch__customer")
        return ("topics", Prefetch("voices", queryset=voices))


class PersonIndex(RecordIndex, indexes.Indexable):
    model = Person
    has_files = False
    build = staticmethod(documents.person_document)

    def index_queryset(self, using: str | None = None) -> Any:
        return (
            Person.objects.visible()
            .with_departments()
            .prefetch_related("ask_me__topic")
            .order_by("pk")
        )


class DepartmentIndex(RecordIndex, indexes.Indexable):
    model = Department
    has_files = False
    build = staticmethod(documents.department_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return ("responsibilities",)


class ResponsibilityIndex(RecordIndex, indexes.Indexable):
    model = Responsibility
    joined = ("department",)
    has_files = False
    build = staticmethod(documents.responsibility_document)


class TopicIndex(RecordIndex, indexes.Indexable):
    model = Topic
    has_files = False
    build = staticmethod(documents.topic_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        people = (
            Prefetch(f"endorsements__{name}", queryset=_people())
            for name in ("person", "endorsed_by")
        )
        return ("synonyms", "merged_topics", "endorsements", *people)


class CommunityIndex(RecordIndex, indexes.Indexable):
    model = Community
    joined = ("started_by",)
    build = staticmethod(documents.community_document)

    def prefetched(self) -> Sequence["str | Prefetch[Any, Any, Any]"]:
        return ("topics", "members")


def all_indexes() -> list[RecordIndex]:
    """Every index, in the order of this file."""
    found = connections["default"].get_unified_index().get_indexes()
    order = [cls.model for cls in RecordIndex.__subclasses__()]
    return [found[model] for model in order]


def index_for(label: str) -> RecordIndex | None:
    """The index of a model by its label ("app.model"), None for what is not searchable."""
    for model, index in connections["default"].get_unified_index().get_indexes().items():
        if model._meta.label_lower == label:
            found: RecordIndex = index
            return found
    return None
