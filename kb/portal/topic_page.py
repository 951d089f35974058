"""A topic's page and the list of topics, gathered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from customers.models import Touch, Voice
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.experts.ranking import WhoKnows
from kb.experts.roster import people_by_id
from kb.meetings.lineage import with_successors
from kb.meetings.models import Decision
from kb.portal import callings
from kb.portal.lines import BODY, Line, article_line, touch_line
from kb.portal.models import FirstRead
from kb.portal.topic_around import Around, Offer, Vouching, around
from kb.search.engine import who_knows
from kb.topics.models import Topic, TopicItem
from people.models import Person

LIST_MAX = 5
FIRST_READS_MAX = 5
KNOWERS_MAX = 5
TRUSTED_MAX = 3
VOUCHINGS_MAX = 6
# Of a topic with more articles than this, the latest are behind the search.
ARTICLES_MAX = 150


@dataclass
class TopicBranch:
    """A topic with those below it and how many records carry it."""

    topic: Topic
    record_count: int = 0
    children: list["TopicBranch"] = field(default_factory=list)


@dataclass(frozen=True)
class FirstReads:
    """「まず読む」; ``is_chosen`` tells whether a steward chose them or they are the confirmed manuals."""

    lines: Sequence[Line]
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """The articles of one kind: heading, the kind in addresses, the first lines, whether there are more."""

    label: str
    kind: str
    lines: Sequence[Line]
    has_more: bool


@dataclass(frozen=True)
class TopicPage:
    """Everything on the page, loaded."""

    topic: Topic
    ancestors: Sequence[Topic]
    children: Sequence[Topic]
    synonyms: Sequence[str]
    stewards: Sequence[Person]
    who: WhoKnows
    offers: Sequence[Offer]
    vouchings: Sequence[Vouching]
    first_reads: FirstReads
    articles: Sequence[Group]
    decisions: Sequence[Decision]
    has_more_decisions: bool
    touches: Sequence[Line]
    has_more_touches: bool
    voices: Sequence[Voice]
    communities: Sequence[callings.Calling]
    books: Sequence[Book]
    related: Sequence[Topic]
    is_following: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been written about the topic yet."""
        written = (self.articles, self.decisions, self.touches, self.voices, self.communities)
        return not any(written)


def topic_page(topic: Topic, reader: Person) -> TopicPage:
    """The page of a topic that is in use, as this reader sees it."""
    who = who_knows(topic=topic, limit=KNOWERS_MAX)
    known = {knower.person.pk for knower in who.people}
    near = around(topic, reader)
    articles = _articles(topic)
    touches, decisions = _touches(topic), _decisions(topic)
    communities = callings.load(
        Community.objects.visible().filter(topics=topic).order_by("state", "-updated_at")[:LIST_MAX]
    )
    people = _people(near, articles, touches, communities)
    first_reads = _first_reads(articles)
    return TopicPage(
        topic=topic,
        ancestors=ancestors_of(topic),
        children=near.children,
        synonyms=near.synonyms,
        stewards=near.stewards(people),
        who=who,
        offers=[offer for offer in near.offers(people) if offer.person.pk not in known],
        vouchings=near.vouchings(people)[:VOUCHINGS_MAX],
        first_reads=first_reads,
        articles=_groups(articles, first_reads),
        decisions=decisions[:LIST_MAX],
        has_more_decisions=len(decisions) > LIST_MAX,
        touches=[touch_line(touch) for touch in touches[:LIST_MAX]],
        has_more_touches=len(touches) > LIST_MAX,
        voices=_voices(topic),
        communities=callings.with_members(communities),
        books=_books(articles),
        related=near.related,
        is_following=near.is_followed,
    )


def _people(
    near: Around,
    articles: Sequence[Article],
    touches: Sequence[Touch],
    communities: Sequence[Community],
) -> dict[int, Person]:
    """Everybody on the page with their departments, in one query; set where lines read them."""
    written: list[Any] = [*articles, *touches]
    members: list[Any] = [m for community in communities for m in callings.present(community)]
    people = people_by_id(
        near.person_ids
        | {row.author_id for row in written}
        | {member.person_id for member in members}
    )
    for row in written:
        row.author = people[row.author_id]
    for member in members:
        member.person = people[member.person_id]
    return people


def ancestors_of(topic: Topic) -> list[Topic]:
    """From the top to the one above; a circle is left at its first repetition."""
    found: list[Topic] = []
    above = topic.parent
    while above is not None and above.pk != topic.pk and above not in found:
        found.insert(0, above)
        above = above.parent
    return found


def _articles(topic: Topic) -> list[Article]:
    """The articles about the topic, those a steward chose first, then official and confirmed ones."""
    chosen = FirstRead.objects.filter(topic=topic, article=OuterRef("pk"))
    about = Article.objects.published().about(topic).values("pk")
    found = (
        Article.objects.published()
        .filter(Q(pk__in=about) | Exists(chosen))
        .annotate(first_read=Subquery(chosen.values("position")[:1]))
        .select_related("manual", "book_note__book")
        .defer(*BODY)
        .order_by(
            F("first_read").asc(nulls_last=True),
            F("manual__is_official").desc(nulls_last=True),
            F("confirmed_at").desc(nulls_last=True),
            "-updated_at",
            "-pk",
        )
    )
    return list(found[:ARTICLES_MAX])


def _first_reads(articles: Sequence[Any]) -> FirstReads:
    chosen = [article for article in articles if article.first_read is not None]
    if chosen:
        return FirstReads([article_line(a) for a in chosen[:FIRST_READS_MAX]], is_chosen=True)
    trusted = [
        article
        for article in articles
        if article.kind in (Article.Kind.MANUAL, Article.Kind.RULE) and _is_trusted(article)
    ]
    return FirstReads([article_line(a) for a in trusted[:TRUSTED_MAX]], is_chosen=False)


def _is_trusted(article: Article) -> bool:
    manual = getattr(article, "manual", None)
    return article.confirmed_at is not None or bool(manual and manual.is_official)


def _groups(articles: Sequence[Article], first_reads: FirstReads) -> list[Group]:
    """Rules, manuals, questions, then the rest.

    What stands under まず読む is not repeated.
    """
    above = {line.url for line in first_reads.lines}
    latest = sorted(articles, key=lambda article: article.updated_at, reverse=True)
    groups = []
    for kind in (
        Article.Kind.RULE,
        Article.Kind.MANUAL,
        Article.Kind.QUESTION,
        Article.Kind.NOTE,
        Article.Kind.MINUTES,
    ):
        lines = [
            article_line(article, shows_kind=False)
            for article in latest
            if article.kind == kind and article.get_absolute_url() not in above
        ]
        if lines:
            has_more = len(lines) > LIST_MAX
            groups.append(Group(str(kind.label), kind.value, lines[:LIST_MAX], has_more))
    return groups


def _decisions(topic: Topic) -> list[Decision]:
    decisions = Decision.objects.visible().filter(topics=topic).select_related("meeting__series")
    return with_successors(list(decisions.order_by("-decided_on", "-pk")[: LIST_MAX + 1]))


def _touches(topic: Topic) -> list[Touch]:
    touches = Touch.objects.visible().filter(topics=topic).select_related("customer")
    return list(touches.order_by("-happened_at", "-pk")[: LIST_MAX + 1])


def _voices(topic: Topic) -> list[Voice]:
    """Voices of touches or themes about the topic."""
    by_theme = (
        Voice.objects.visible().order_by().filter(theme__topics=topic, theme__merged_into=None)
    )
    by_touch = Voice.objects.visible().order_by().filter(touch__topics=topic)
    return list(
        Voice.objects.filter(pk__in=by_theme.values("pk").union(by_touch.values("pk")))
        .select_related("touch__customer", "theme")
        .order_by("-created_at", "-pk")[:LIST_MAX]
    )


def _books(articles: Sequence[Any]) -> list[Book]:
    """The books of the reading notes, each once."""
    notes = [a for a in articles if a.kind == Article.Kind.BOOK_NOTE and hasattr(a, "book_note")]
    books = {note.book_note.book_id: note.book_note.book for note in notes}
    return list(books.values())[:LIST_MAX]


def topic_tree() -> list[TopicBranch]:
    """Topics in use as a tree by reading, with the number of records on each."""
    topics = list(Topic.objects.visible().with_synonyms().order_by("yomi", "name"))
    counts = dict(TopicItem.objects.order_by().values_list("tag").annotate(Count("pk")))
    branches = {topic.pk: TopicBranch(topic, counts.get(topic.pk, 0)) for topic in topics}
    tops: list[TopicBranch] = []
    for topic in topics:
        parent = branches.get(topic.parent_id) if topic.parent_id else None
        (parent.children if parent else tops).append(branches[topic.pk])
    return tops
