"""Which records a saved row belongs to: a child row changes the document of its parent.

A function here gives the (model label, id) pairs whose documents may have changed with the row.
Rows of models that are not in the table and not indexed themselves change nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

Target = tuple[str, int]
Finder = Callable[[Any], Iterator[Target]]

_ARTICLE = "articles.article"
_BOOK = "articles.book"
_MEETING = "meetings.meeting"
_DECISION = "meetings.decision"
_CUSTOMER = "customers.customer"
_TOUCH = "customers.touch"
_THEME = "customers.voicetheme"
_PERSON = "people.person"
_DEPARTMENT = "people.department"
_CHORE = "people.responsibility"
_TOPIC = "topics.topic"
_COMMUNITY = "communities.community"

INDEXED = frozenset(
    {
        _ARTICLE, _BOOK, _MEETING, _DECISION, _CUSTOMER, _TOUCH, _THEME,
        _PERSON, _DEPARTMENT, _CHORE, _TOPIC, _COMMUNITY,
    }
)  # fmt: skip


def _parent(label: str, attribute: str) -> Finder:
    def find(row: Any) -> Iterator[Target]:
        pk = getattr(row, attribute)
        if pk is not None:
            yield label, pk

    return find


def _both(*finders: Finder) -> Finder:
    def find(row: Any) -> Iterator[Target]:
        for finder in finders:
            yield from finder(row)

    return find


def _on_record(row: Any) -> Iterator[Target]:
    """The record that a row with content type and object id hangs on."""
    if row.content_type_id is None or row.object_id is None:
        return
    content_type = ContentType.objects.get_for_id(row.content_type_id)
    label = f"{content_type.app_label}.{content_type.model}"
    if label in INDEXED:
        yield label, int(row.object_id)


def _thanked(row: Any) -> Iterator[Target]:
    """The record that helped; an answer stands in the document of its question."""
    content_type = ContentType.objects.get_for_id(row.content_type_id)
    if (content_type.app_label, content_type.model) == ("articles", "answer"):
        answer = row.target
        if answer is not None:
            yield _ARTICLE, answer.question_id
        return
    yield from _on_record(row)


def _question_of_a_part(row: Any) -> Iterator[Target]:
    yield _MEETING, row.session.meeting_id


def _question_of_an_item(row: Any) -> Iterator[Target]:
    yield _MEETING, row.item.meeting_id


def _itself(row: Any) -> Iterator[Target]:
    yield row._meta.label_lower, row.pk


# Rows of these models change the documents of others. Those marked with _both change their own too.
_FINDERS: dict[str, Finder] = {
    "articles.answer": _parent(_ARTICLE, "question_id"),
    "articles.manualdetail": _parent(_ARTICLE, "article_id"),
    "articles.questiondetail": _parent(_ARTICLE, "article_id"),
    "articles.ruledetail": _parent(_ARTICLE, "article_id"),
    "articles.booknotedetail": _both(_parent(_ARTICLE, "article_id"), _parent(_BOOK, "book_id")),
    "articles.contributor": _parent(_ARTICLE, "article_id"),
    "meetings.agendaitem": _parent(_MEETING, "meeting_id"),
    "meetings.session": _parent(_MEETING, "meeting_id"),
    "meetings.sessionquestion": _question_of_a_part,
    "meetings.attendance": _parent(_MEETING, "meeting_id"),
    "meetings.itemquestion": _question_of_an_item,
    "todos.actionitem": _on_record,
    "meetings.rejectedoption": _parent(_DECISION, "decision_id"),
    "customers.customerformername": _parent(_CUSTOMER, "customer_id"),
    "customers.contact": _parent(_CUSTOMER, "customer_id"),
    "customers.voice": _both(_parent(_TOUCH, "touch_id"), _parent(_THEME, "theme_id")),
    "people.membership": _parent(_PERSON, "person_id"),
    "people.askme": _parent(_PERSON, "person_id"),
    "topics.topicsynonym": _parent(_TOPIC, "topic_id"),
    "topics.topicitem": _on_record,
    "people.endorsement": _parent(_TOPIC, "topic_id"),
    "engagement.thanks": _thanked,
    "files.attachment": _on_record,
    "communities.communitymember": _parent(_COMMUNITY, "community_id"),
    # A department's document names its chores, a decision's row the one it replaces.
    _CHORE: _both(_itself, _parent(_DEPARTMENT, "department_id")),
    _DECISION: _both(_itself, _parent(_DECISION, "supersedes_id"), _parent(_MEETING, "meeting_id")),
}


def targets_of(row: Any) -> Iterator[Target]:
    """The records whose documents may have changed with this row; none for most models."""
    label = row._meta.label_lower
    finder = _FINDERS.get(label)
    if finder is None:
        if label in INDEXED:
            yield from _itself(row)
        return
    yield from finder(row)


def is_watched(model: Any) -> bool:
    """Whether rows of the model can change a document at all."""
    label = model._meta.label_lower
    return label in INDEXED or label in _FINDERS
