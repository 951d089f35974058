"""Suggestions: what begins like the text typed so far, and what to offer before anything is typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from kb.articles.models import Article
from kb.search import tasks
from kb.search.indexing import backend
from kb.search.kinds import KINDS
from kb.search.query import Scored, SearchUnavailable, clean_text
from kb.search.records import Record, in_order, read
from kb.topics.models import Topic
from people.models import Department

LIMIT = 8
_LONGEST_PREFIX = 60
_RECENT = 5
_SHOWN_TOPICS = 12


@dataclass(frozen=True)
class Suggestion:
    """One line under the search box."""

    kind: str
    title: str
    url: str
    sub: str = ""

    def as_json(self) -> dict[str, str]:
        """What the combobox reads."""
        return {"kind": self.kind, "title": self.title, "url": self.url, "sub": self.sub}


@dataclass(frozen=True)
class Start:
    """The search page before anything was asked: recent texts, topics and departments."""

    recent: Sequence[Article]
    topics: Sequence[Topic]
    departments: Sequence[Department]


def suggest(text: str, *, limit: int = LIMIT) -> list[Suggestion]:
    """Titles, people by name and reading, topics and customers; empty while the index is away."""
    prefix = clean_text(text[:_LONGEST_PREFIX]).strip()
    if not prefix:
        return []
    try:
        found: tuple[Scored, ...] = backend().suggest(prefix, limit=limit)
    except SearchUnavailable:
        tasks.ask_for_healing()
        return []
    keys = [hit.key for hit in found]
    return [_suggestion(record) for record in in_order(keys, read(keys))]


def _suggestion(record: Record) -> Suggestion:
    sub = record.notes[0] if record.notes else ""
    if record.department is not None:
        sub = record.department.name
    return Suggestion(str(KINDS[record.kind].label), record.title, record.url, sub)


def start() -> Start:
    """What to offer on the empty page, in three queries."""
    recent = (
        Article.objects.published()
        .select_related("department")
        .defer("body", "body_html", "contents")
    )
    used = Topic.objects.visible().annotate(item_count=Count("items"))
    return Start(
        recent=list(recent.order_by("-updated_at")[:_RECENT]),
        topics=list(used.order_by("-item_count", "name")[:_SHOWN_TOPICS]),
        departments=list(Department.objects.visible().exclude(mission="")),
    )
