"""助かった for records and for the answers under them: read at once for a batch, given to who wrote them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from kb.engagement.models import Thanks
from kb.experts.models import Evidence

_Thank = tuple[int, datetime]
_GivenPart = tuple[int | None, str, float, datetime]

# Who is thanked where somebody is helped by a record.
_WRITER = {
    "articles.article": "author_id",
    "customers.touch": "author_id",
    "meetings.decision": "proposed_by_id",
    "meetings.meeting": "scribe_id",
}
_QUESTION = "articles.article"
_ANSWER = "articles.answer"


@dataclass(frozen=True)
class Given:
    """The thanks by record (label and id): who was helped, and when."""

    thanks: Mapping[tuple[str, int], Sequence[_Thank]]

    def parts(self, record: Any) -> Iterator[_GivenPart]:
        """Whom the thanks for a loaded record belong to, with how many colleagues gave them.

        Thanks to oneself and thanks for what the writer imported count for nobody.
        """
        label = record._meta.label_lower
        writer = getattr(record, _WRITER[label]) if label in _WRITER else None
        if writer is not None and getattr(record, "imported_by_id", None) != writer:
            yield from self._for(label, record.pk, writer)
        for answer in record.answers.all() if label == _QUESTION else ():
            if not answer.is_deleted:
                yield from self._for(_ANSWER, answer.pk, answer.author_id)

    def _for(self, label: str, pk: int, writer: int) -> Iterator[_GivenPart]:
        days = [at for person, at in self.thanks.get((label, pk), ()) if person != writer]
        if days:
            yield writer, Evidence.Role.THANKED, float(len(days)), max(days)


def thanks_for(records: Sequence[Any]) -> Given:
    """The thanks for all these records and their answers, in one query; none without records."""
    wanted: dict[str, set[int]] = defaultdict(set)
    models: dict[str, Any] = {}
    for record in records:
        hung = [record]
        if record._meta.label_lower == _QUESTION:
            hung += record.answers.all()
        for owner in hung:
            label = owner._meta.label_lower
            if label in _WRITER or label == _ANSWER:
                models[label] = type(owner)
                wanted[label].add(owner.pk)
    if not wanted:
        return Given({})
    types = {label: ContentType.objects.get_for_model(model) for label, model in models.items()}
    there = Q()
    for label, ids in wanted.items():
        there |= Q(content_type=types[label], object_id__in=ids)
    labels = {content_type.pk: label for label, content_type in types.items()}
    found: dict[tuple[str, int], list[_Thank]] = defaultdict(list)
    rows = Thanks.objects.filter(there).order_by("created_at", "pk")
    for type_id, pk, person, at in rows.values_list(
        "content_type_id", "object_id", "person_id", "created_at"
    ):
        found[labels[type_id], pk].append((person, at))
    return Given(found)
