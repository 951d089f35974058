"""あなたにつながること: a few records of others that touch this person's work, each with its reason."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Touch, VoiceThemeChange
from kb.articles.models import Article, BookNoteDetail
from kb.engagement.models import Follow
from kb.foundation.prepared import Given, PreparedFor
from kb.meetings.models import Decision
from kb.portal.lines import BODY, gist
from kb.portal.neighbours import Neighbour, about_writers, neighbour_by_work, neighbour_of
from kb.topics.models import Topic, TopicItem
from kb.topics.of_records import attach_topics
from people.models import AskMe, Department, Membership, Person

CARDS_MAX = 5
PER_RULE_MAX = 2
RECENT_MAX = 60
FRESH = dt.timedelta(days=45)
NEW = dt.timedelta(days=14)
READABLE = (
    Article.Kind.MANUAL,
    Article.Kind.QUESTION,
    Article.Kind.BOOK_NOTE,
    Article.Kind.RULE,
    Article.Kind.NOTE,
)


@dataclass(frozen=True)
class Connection:
    """A card: the record, and why it is shown to this person."""

    rule: str
    why: str
    title: str
    url: str
    text: str
    person: Person | None
    at: dt.date | dt.datetime
    department_id: int | None = None
    department: Department | None = None

    @property
    def place(self) -> Any:
        """The department the record belongs to; without one, that of the person."""
        return self.department or (self.person.department if self.person else None)


@dataclass(frozen=True)
class Interests:
    """What a person's work is about: topic ids by where they come from, own departments."""

    offered: frozenset[int]
    worked_on: frozenset[int]
    followed: frozenset[int]
    departments: frozenset[int]

    @property
    def topics(self) -> frozenset[int]:
        """Every topic of the person, whatever the source."""
        return self.offered | self.worked_on | self.followed


def _sources(given: Given) -> Any:
    person = given.one("person")
    offered = AskMe.objects.filter(person=person).annotate(source=Value("offered"))
    worked = TopicItem.objects.filter(_own_records(given)).annotate(source=Value("worked_on"))
    followed = Follow.objects.filter(
        person=person, is_muted=False, content_type=given.one("topic_kind")
    ).annotate(source=Value("followed"))
    posts = Membership.objects.current().filter(person=person).order_by()
    posts = posts.annotate(source=Value("departments"))
    return offered.values_list("source", "topic_id").union(
        worked.values_list("source", "tag_id"),
        followed.values_list("source", "object_id"),
        posts.values_list("source", "department_id"),
        posts.values_list("source", "department__parent_id"),
    )


_rows_of_interest = PreparedFor(_sources)


def interests_of(person: Person) -> Interests:
    """Read in one query, from offers, own records, followed topics and posts.

    A team's department belongs to its people too.
    """
    kinds = ContentType.objects.get_for_models(Topic, Article, Touch)
    rows = _rows_of_interest(
        person=person.pk,
        topic_kind=kinds[Topic].pk,
        article_kind=kinds[Article].pk,
        touch_kind=kinds[Touch].pk,
    )
    found: dict[str, set[int]] = {name.name: set() for name in fields(Interests)}
    for source, pk in rows:
        if pk is not None:
            found[source].add(pk)
    return Interests(**{name: frozenset(ids) for name, ids in found.items()})


def _own_records(given: Given) -> Q:
    """The topic items of what the person wrote for others to read."""
    person = given.one("person")
    return Q(
        content_type=given.one("article_kind"),
        object_id__in=Article.objects.published().filter(author=person).values("pk"),
    ) | Q(
        content_type=given.one("touch_kind"),
        object_id__in=Touch.objects.visible().filter(author=person).values("pk"),
    )


def connections_of(
    person: Person,
    interests: Interests,
    *,
    decisions_elsewhere: Collection[int] = (),
    articles_elsewhere: Collection[int] = (),
) -> list[Connection]:
    """Records of others but those ``elsewhere``, which the page shows already.

    At most ``CARDS_MAX`` cards, at most ``PER_RULE_MAX`` by one rule, newest first in each.

    One comes from a department that is not the person's, if there is any.
    """
    since = timezone.now() - FRESH
    articles = _recent_articles(person, interests, without=articles_elsewhere)
    # Made one after the other, since five of some two hundred are shown.
    candidates = chain(
        _voice_answers(person, since),
        _my_customers(person, since),
        _decisions(person, interests, since=since, without=decisions_elsewhere),
        chain.from_iterable(_article_cards(article, interests) for article in articles),
    )
    return _with_neighbour(_pick(candidates, interests), articles, interests, me=person)


def _with_neighbour(
    cards: Sequence[Connection],
    articles: Sequence[Article],
    interests: Interests,
    *,
    me: Person,
) -> list[Connection]:
    """The cards with a colleague from another department as the last one, if there is any.

    Articles on cards are not named once more.
    """
    kept = list(cards[: CARDS_MAX - 1])
    urls = {card.url for card in kept}
    others = [article for article in articles if article.get_absolute_url() not in urls]
    mine = interests.offered | interests.worked_on
    seen = {card.person for card in kept}
    new_faces = [article for article in others if article.author not in seen]
    found = (
        neighbour_of(new_faces, mine)
        or neighbour_of(others, mine)
        or neighbour_by_work(me, interests.topics, interests.departments)
    )
    return [*kept, _neighbour_card(found)] if found else list(cards)


def _neighbour_card(neighbour: Neighbour) -> Connection:
    return Connection(
        rule="neighbour",
        why=_("ほかの部署で、あなたと同じ「%(topic)s」に関わっている人")
        % {"topic": neighbour.topic_name},
        title=_("%(name)sさん") % {"name": neighbour.person.name},
        url=neighbour.person.get_absolute_url(),
        text=neighbour.text,
        person=neighbour.person,
        at=neighbour.at,
    )


def _pick(candidates: Iterator[Connection], interests: Interests) -> list[Connection]:
    chosen: list[Connection] = []
    strangers: list[Connection] = []
    for card in candidates:
        if card.rule == "elsewhere":
            strangers.append(card)
            continue
        is_there = any(card.url == other.url for other in chosen)
        if not is_there and sum(card.rule == other.rule for other in chosen) < PER_RULE_MAX:
            chosen.append(card)
            if len(chosen) == CARDS_MAX:
                break
    if not any(_is_elsewhere(card, interests) for card in chosen):
        urls = {card.url for card in chosen}
        rest = (card for card in candidates if card.rule == "elsewhere")
        stranger = next((c for c in chain(strangers, rest) if c.url not in urls), None)
        if stranger is not None:
            chosen = [*chosen[: CARDS_MAX - 1], stranger]
    return chosen


def _is_elsewhere(card: Connection, interests: Interests) -> bool:
    return card.department_id is not None and card.department_id not in interests.departments


_changes = PreparedFor(
    lambda given: (
        VoiceThemeChange.objects.filter(
            theme__voices__touch__author=given.one("person"),
            theme__merged_into=None,
            changed_at__gte=given.one("since"),
        )
        .exclude(changed_by=given.one("person"))
        .select_related("theme__owner_department", "changed_by")
        .order_by("-changed_at")
        .distinct()[:PER_RULE_MAX]
    )
)


def _voice_answers(person: Person, since: dt.datetime) -> Iterator[Connection]:
    """Themes of voices that the person recorded, whose status changed."""
    for change in _changes(person=person.pk, since=since):
        yield Connection(
            rule="voice",
            why=_("あなたが記録したお客さまの声が「%(status)s」になりました")
            % {"status": change.get_status_display()},
            title=change.theme.title,
            url=change.theme.get_absolute_url(),
            text=gist(change.reason or change.theme.description),
            person=change.changed_by,
            at=change.changed_at,
            department_id=change.theme.owner_department_id,
        )


_touches = PreparedFor(
    lambda given: (
        Touch.objects.visible()
        .filter(
            Q(customer__sales_owner=given.one("person"))
            | Q(customer__success_owner=given.one("person")),
            happened_at__gte=given.one("since"),
        )
        .exclude(author=given.one("person"))
        .exclude(colleagues=given.one("person"))
        .select_related("customer", "author")
        .order_by("-happened_at")[:PER_RULE_MAX]
    )
)


def _my_customers(person: Person, since: dt.datetime) -> Iterator[Connection]:
    """What others heard from the customers this person looks after."""
    for touch in _touches(person=person.pk, since=since):
        yield Connection(
            rule="customer",
            why=_("担当のお客さまと、ほかの人が話しました"),
            title=_("%(customer)s（%(channel)s）")
            % {"customer": touch.customer.name, "channel": touch.get_channel_display()},
            url=touch.get_absolute_url(),
            text=gist(touch.text),
            person=touch.author,
            at=touch.happened_at,
        )


_new_decisions = PreparedFor(
    lambda given: (
        Decision.objects.valid()
        .filter(
            Q(topics__in=given.ids("topics")) | Q(departments__in=given.ids("departments")),
            decided_on__gte=given.one("since"),
        )
        .exclude(proposed_by=given.one("person"))
        .exclude(pk__in=given.ids("without"))
        .select_related("proposed_by")
        .order_by("-decided_on", "-pk")
        .distinct()[:PER_RULE_MAX]
    )
)


def _decisions(
    person: Person, interests: Interests, *, since: dt.datetime, without: Collection[int]
) -> Iterator[Connection]:
    """New decisions on the person's topics or for the person's department."""
    decisions = _new_decisions(
        person=person.pk,
        topics=interests.topics,
        departments=interests.departments,
        since=since.date(),
        without=without,
    )
    for decision in decisions:
        yield Connection(
            rule="decision",
            why=_("あなたの仕事に関わる、新しい決定"),
            title=decision.title,
            url=decision.get_absolute_url(),
            text=gist(decision.reason),
            person=decision.proposed_by,
            at=decision.decided_on,
        )


def _readable(given: Given) -> Any:
    same_book = BookNoteDetail.objects.filter(
        book__notes__article__author=given.one("person"), article=OuterRef("pk")
    )
    # Chosen before anything is joined: else a planner that thinks everybody wrote a few goes through all articles.
    newest = (
        Article.objects.published()
        .of_kind(*READABLE)
        .exclude(author=given.one("person"))
        .exclude(pk__in=given.ids("without"))
        .order_by("-updated_at", "-pk")
        .values("pk")[:RECENT_MAX]
    )
    return (
        Article.objects.filter(pk__in=newest)
        .annotate(
            shares_book=Exists(same_book),
            **about_writers(given.ids("topics"), given.ids("departments")),
        )
        .select_related("author", "department")
        .defer(*BODY)
        .order_by("-updated_at", "-pk")
    )


_latest_articles = PreparedFor(_readable)


def _recent_articles(
    person: Person, interests: Interests, *, without: Collection[int]
) -> list[Article]:
    articles = _latest_articles(
        person=person.pk,
        topics=interests.topics,
        departments=interests.departments,
        without=without,
    )
    attach_topics(articles)
    return articles


def _article_cards(article: Any, interests: Interests) -> Iterator[Connection]:
    """The strongest reason first; any article of another department may also stand for it."""
    for rule, why in _article_reasons(article, interests):
        yield Connection(
            rule=rule,
            why=why,
            title=article.title,
            url=article.get_absolute_url(),
            text=gist(article.summary),
            person=article.author,
            at=article.updated_at,
            department_id=article.department_id,
            department=article.department,
        )


def _article_reasons(article: Any, interests: Interests) -> Iterator[tuple[str, str]]:
    if article.shares_book:
        yield "book", _("同じ本を読んでいます")
    for topic in article.topics.all():
        words = {"topic": topic.name}
        if topic.pk in interests.offered:
            yield "offered", _("あなたが「聞いてください」に挙げた「%(topic)s」の記録") % words
        elif topic.pk in interests.worked_on:
            yield "worked_on", _("あなたも書いている「%(topic)s」の記録") % words
        elif topic.pk in interests.followed:
            yield "followed", _("フォロー中のテーマ「%(topic)s」の記録") % words
    if article.department_id in interests.departments:
        yield "department", _department_words(article)
    elif article.department is not None:
        words = {"department": article.department.name}
        yield "elsewhere", _("ふだん話さない部署から：%(department)s") % words


def _department_words(article: Article) -> str:
    if article.kind == Article.Kind.QUESTION:
        return _("あなたの部署に来た質問")
    if article.created_at >= timezone.now() - NEW:
        return _("あなたの部署の新しい記事")
    return _("あなたの部署の記事")
