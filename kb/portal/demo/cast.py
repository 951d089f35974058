"""What has been loaded so far, by the short names the data uses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models

from customers.models import Contact, Customer, Deal, VoiceTheme
from kb.articles.models import Article, Book
from kb.meetings.models import Decision, Meeting
from kb.portal.demo.calendar import DemoCalendar
from kb.topics.models import Topic, TopicItem
from people.models import Department, Person, Responsibility


@dataclass
class Cast:
    """Everybody and everything the next part of the data may refer to."""

    calendar: DemoCalendar
    people: dict[str, Person] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    chores: dict[str, Responsibility] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    contacts: dict[tuple[str, str], Contact] = field(default_factory=dict)
    deals: dict[tuple[str, str], Deal] = field(default_factory=dict)
    themes: dict[str, VoiceTheme] = field(default_factory=dict)
    books: dict[str, Book] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)

    def person(self, login: str | None) -> Person | None:
        """The person with that login; nobody for no login."""
        return self.people[login] if login else None

    def give_topics(self, records: Sequence[models.Model], slugs: Iterable[Sequence[str]]) -> None:
        """Gives each record its topics; ``slugs`` runs beside ``records``."""
        if not records:
            return
        kind = ContentType.objects.get_for_model(records[0])
        TopicItem.objects.bulk_create(
            TopicItem(tag=self.topics[slug], content_type=kind, object_id=record.pk)
            for record, wanted in zip(records, slugs, strict=True)
            for slug in wanted
        )
