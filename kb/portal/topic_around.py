"""What stands around a topic: words, topics near it, its people and what they say; read in one query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Value
from django.db.models.functions import Cast

from kb.engagement.models import Follow
from kb.topics.models import Topic, TopicItem, TopicSynonym
from people.models import AskMe, Endorsement, Person, TopicSteward
from people.querysets import visible_people

RELATED_MAX = 8
_COLUMNS = ("part", "row", "words", "slug_", "first", "second")
_Row = tuple[str, int, str, str, int, int]


@dataclass(frozen=True)
class Offer:
    """「聞いてください」 of a colleague who has not set the topic aside."""

    person: Person
    note: str


@dataclass(frozen=True)
class Vouching:
    """What a colleague says of another in a line."""

    pk: int
    person: Person
    by: Person
    words: str


@dataclass(frozen=True)
class Around:
    """The rows by part, before the people are loaded."""

    rows: Sequence[_Row]

    def _of(self, part: str) -> list[_Row]:
        return [row for row in self.rows if row[0] == part]

    @property
    def synonyms(self) -> list[str]:
        """Other words, in order."""
        return sorted(row[2] for row in self._of("synonym"))

    @property
    def children(self) -> list[Topic]:
        """The topics right below, by name."""
        return _topics(sorted(self._of("child"), key=lambda row: row[2]))

    @property
    def related(self) -> list[Topic]:
        """Topics that stand most often on the same records, the most frequent first."""
        rows = sorted(self._of("related"), key=lambda row: (-row[4], row[2]))
        return _topics(rows[:RELATED_MAX])

    @property
    def is_followed(self) -> bool:
        """Whether the reader follows the topic."""
        return bool(self._of("follow"))

    @property
    def person_ids(self) -> set[int]:
        """Everybody to load."""
        people = {row[4] for row in self.rows if row[0] in ("steward", "offer", "vouching")}
        return people | {row[5] for row in self._of("vouching")}

    def stewards(self, people: Mapping[int, Person]) -> list[Person]:
        """Who looks after the topic."""
        return [people[row[4]] for row in self._of("steward") if row[4] in people]

    def offers(self, people: Mapping[int, Person]) -> list[Offer]:
        """Who offers to be asked."""
        return [Offer(people[row[4]], row[2]) for row in self._of("offer") if row[4] in people]

    def vouchings(self, people: Mapping[int, Person]) -> list[Vouching]:
        """What colleagues say of each other, the latest first."""
        rows = sorted(self._of("vouching"), key=lambda row: -row[1])
        return [
            Vouching(row[1], people[row[4]], people[row[5]], row[2])
            for row in rows
            if row[4] in people and row[5] in people
        ]


def around(topic: Topic, reader: Person) -> Around:
    """Everything around the topic as this reader sees it."""
    here = visible_people("person__")
    aside = Exists(topic.stances.filter(person=OuterRef("person")))
    follow = Follow.objects.filter(
        person=reader,
        is_muted=False,
        content_type=ContentType.objects.get_for_model(Topic),
        object_id=topic.pk,
    )
    first, *others = (
        _rows(TopicSynonym.objects.filter(topic=topic), "synonym", words="word"),
        _rows(topic.children.visible(), "child", words="name", slug_="slug"),
        _rows(TopicSteward.objects.filter(here, topic=topic), "steward", first="person"),
        _rows(
            AskMe.objects.filter(here, topic=topic).exclude(aside),
            "offer",
            words="note",
            first="person",
        ),
        _rows(
            Endorsement.objects.filter(here, topic=topic).exclude(aside),
            "vouching",
            words="words",
            first="person",
            second="endorsed_by",
        ),
        _rows(follow, "follow"),
        _related(topic),
    )
    return Around(list(first.union(*others, all=True)))


def _rows(found: Any, part: str, **columns: str) -> Any:
    """The rows in the shape that all parts share; ``columns`` name what differs from nothing."""
    shape: dict[str, Any] = {
        "part": Value(part, output_field=CharField()),
        "row": Cast("pk", IntegerField()),
    }
    # The outer names must not meet those of the model: 「words」 is a field of some.
    shape |= {name: _column(name, columns.get(name)) for name in _COLUMNS[2:]}
    named = {f"{name}_x": column for name, column in shape.items()}
    return found.order_by().annotate(**named).values_list(*(f"{name}_x" for name in _COLUMNS))


def _column(name: str, field: str | None) -> Any:
    if name in ("first", "second"):
        return Cast(F(field), IntegerField()) if field else Value(0)
    return Cast(F(field), CharField(max_length=500)) if field else Value("", CharField())


def _related(topic: Topic) -> Any:
    same = TopicItem.objects.filter(
        tag=topic, content_type=OuterRef("content_type"), object_id=OuterRef("object_id")
    )
    items = TopicItem.objects.filter(Exists(same), tag__merged_into=None).exclude(tag=topic)
    return (
        items.order_by()
        .values("tag")
        .annotate(
            part_x=Value("related", output_field=CharField()),
            row_x=Cast("tag", IntegerField()),
            words_x=Cast("tag__name", CharField(max_length=500)),
            slug__x=Cast("tag__slug", CharField(max_length=500)),
            first_x=Count("pk"),
            second_x=Value(0),
        )
        .values_list("part_x", "row_x", "words_x", "slug__x", "first_x", "second_x")
    )


def _topics(rows: Iterable[_Row]) -> list[Topic]:
    """Topics of which only what a link needs is there."""
    return [Topic(pk=row[1], name=row[2], slug=row[3]) for row in rows]
