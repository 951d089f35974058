"""Which documents repeat the name of a record: they are indexed again when the name changes."""

from collections.abc import Callable, Iterator, Sequence

from customers.models import Touch, VoiceTheme
from kb.articles.models import Article
from kb.experts.models import Evidence
from kb.meetings.models import Decision
from kb.search.parents import INDEXED, Target
from kb.topics.models import TopicItem
from people.models import AskMe, Membership, Responsibility


def _of_people(ids: Sequence[int]) -> Iterator[Target]:
    for key in Evidence.objects.filter(person__in=ids).values_list("record", flat=True).distinct():
        label, _, pk = key.rpartition(".")
        yield label, int(pk)


def _of_topics(ids: Sequence[int]) -> Iterator[Target]:
    items = TopicItem.objects.filter(tag__in=ids).values_list(
        "content_type__app_label", "content_type__model", "object_id"
    )
    for app, model, pk in items:
        if f"{app}.{model}" in INDEXED:
            yield f"{app}.{model}", pk
    for pk in AskMe.objects.filter(topic__in=ids).values_list("person", flat=True):
        yield "people.person", pk


def _of_customers(ids: Sequence[int]) -> Iterator[Target]:
    for pk in Touch.objects.filter(customer__in=ids).values_list("pk", flat=True):
        yield "customers.touch", pk


def _of_departments(ids: Sequence[int]) -> Iterator[Target]:
    for pk in (
        Membership.objects.current().filter(department__in=ids).values_list("person", flat=True)
    ):
        yield "people.person", pk
    for pk in Responsibility.objects.filter(department__in=ids).values_list("pk", flat=True):
        yield "people.responsibility", pk
    for pk in Article.objects.filter(department__in=ids).values_list("pk", flat=True):
        yield "articles.article", pk
    for pk in VoiceTheme.objects.filter(owner_department__in=ids).values_list("pk", flat=True):
        yield "customers.voicetheme", pk


def _of_meetings(ids: Sequence[int]) -> Iterator[Target]:
    for pk in Decision.objects.filter(meeting__in=ids).values_list("pk", flat=True):
        yield "meetings.decision", pk


_FINDERS: dict[str, Callable[[Sequence[int]], Iterator[Target]]] = {
    "people.person": _of_people,
    "people.department": _of_departments,
    "topics.topic": _of_topics,
    "customers.customer": _of_customers,
    "meetings.meeting": _of_meetings,
}


def dependents_of(label: str, ids: Sequence[int]) -> set[Target]:
    """The records whose documents hold the names of these records; the records themselves excluded."""
    finder = _FINDERS.get(label)
    own = {(label, pk) for pk in ids}
    return set(finder(ids)) - own if finder else set()
