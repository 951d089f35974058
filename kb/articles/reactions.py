"""助かった under a text and under the answers to a question, and what the reader did."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType

from kb.articles.models import Answer, Article
from kb.engagement.models import Follow, Thanks
from kb.foundation.prepared import PreparedFor
from people.models import Person

VOICES_MAX = 3


@dataclass(frozen=True, slots=True)
class Reactions:
    """What colleagues said to a text, and what the reader did."""

    thanks: Sequence[Thanks]
    has_thanked: bool
    my_words: str
    follows: bool = False
    is_muted: bool = False
    wants_confirmation: bool = False

    @property
    def voices(self) -> list[Thanks]:
        """Thanks with words, newest first."""
        return [row for row in self.thanks if row.words][:VOICES_MAX]

    @property
    def people(self) -> list[Person]:
        """Some of those who thanked: names, never a number."""
        return [row.person for row in self.thanks[:VOICES_MAX]]

    @property
    def has_more(self) -> bool:
        """Whether more people thanked than are named."""
        return len(self.thanks) > VOICES_MAX


_thanks = PreparedFor(
    lambda given: (
        Thanks.objects.filter(content_type=given.one("kind"), object_id__in=given.ids("records"))
        .select_related("person")
        .order_by("-created_at")
    )
)
_follows = PreparedFor(
    lambda given: Follow.objects.filter(
        content_type=given.one("kind"),
        object_id=given.one("record"),
        person=given.one("reader"),
    )
)


def reactions_of(article: Article, reader: Person) -> Reactions:
    """What colleagues said to the article, newest first."""
    kind = ContentType.objects.get_for_model(Article).pk
    thanks = _thanks(kind=kind, records=[article.pk])
    followed = next(iter(_follows(kind=kind, record=article.pk, reader=reader.pk)), None)
    rule = getattr(article, "rule", None)
    return replace(
        _as_reactions(thanks, reader),
        follows=followed is not None and not followed.is_muted,
        is_muted=followed is not None and followed.is_muted,
        wants_confirmation=bool(rule and rule.needs_confirmation),
    )


def reactions_to_answers(answers: Sequence[Answer], reader: Person) -> dict[int, Reactions]:
    """What colleagues said to each answer, by its number; nothing is asked without answers."""
    if not answers:
        return {}
    rows: dict[int, list[Thanks]] = defaultdict(list)
    kind = ContentType.objects.get_for_model(Answer).pk
    for row in _thanks(kind=kind, records=[answer.pk for answer in answers]):
        rows[row.object_id].append(row)
    return {answer.pk: _as_reactions(rows[answer.pk], reader) for answer in answers}


def _as_reactions(thanks: Sequence[Thanks], reader: Person) -> Reactions:
    mine = next((row for row in thanks if row.person_id == reader.pk), None)
    return Reactions(
        thanks=[row for row in thanks if row.person_id != reader.pk],
        has_thanked=mine is not None,
        my_words=mine.words if mine else "",
    )
