"""One colleague from another department whose work touches mine, with the record that shows it.

Costs no query: the articles that ホーム has loaded anyway say who wrote them, and about what.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kb.articles.models import Article
from people.models import Membership, Person
from people.stances import TopicStance

# The best few take turns, day by day: a ring grows by new faces.
TURNS = 5


@dataclass(frozen=True)
class Neighbour:
    """A colleague, the topic that joins us, and what they wrote about it."""

    person: Person
    topic_name: str
    article: Article


def about_writers(topics: Collection[int], departments: Collection[int]) -> dict[str, Exists]:
    """What a query of articles needs to know of their writers, to be annotated.

    ``is_mate``: belongs to one of these departments today. ``is_aside``: set one of the topics aside.
    """
    posts = Membership.objects.current().filter(person=OuterRef("author"))
    aside = TopicStance.objects.filter(person=OuterRef("author"), topic__in=topics)
    return {
        "is_mate": Exists(posts.filter(department__in=departments)),
        "is_aside": Exists(aside),
    }


def neighbour_of(articles: Sequence[Any], topics: Collection[int]) -> Neighbour | None:
    """Somebody from elsewhere who wrote one of these articles on these topics; None without any.

    The articles come annotated by ``about_writers``, newest first, with author and topics. Leavers
    are not named, nor is who imported the text.
    """
    found: dict[int, Neighbour] = {}
    counts: Counter[int] = Counter()
    for article in articles:
        name = next((topic.name for topic in article.topics.all() if topic.pk in topics), "")
        writer = article.author
        is_known = name and writer.is_active and article.imported_by_id != writer.pk
        if not is_known or article.is_mate or article.is_aside:
            continue
        counts[writer.pk] += 1
        found.setdefault(writer.pk, Neighbour(writer, name, article))
    nearest = sorted(counts, key=lambda pk: (-counts[pk], pk))[:TURNS]
    if not nearest:
        return None
    return found[nearest[timezone.localdate().toordinal() % len(nearest)]]
