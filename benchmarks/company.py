"""A large company of our own making in an empty database: people, departments, topics, articles, touches.

The same sizes and seed give the same company again. Texts come from ``benchmarks.company_text``.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from benchmarks.company_text import Writer
from customers.models import Customer, Touch
from kb.articles.models import Article, Contributor, ManualDetail, Revision
from kb.text.markdown import render_markdown, stored_contents
from kb.topics.models import Topic, TopicItem
from people.models import AskMe, Department, Membership, Person, Responsibility

READER = "hakaru"
PASSWORD = "hayasa-o-hakaru-2026"
_DEPARTMENTS = 40
_PEOPLE = 600
_TOPICS = 120
_CUSTOMERS = 300
_CHORES = 200
_CHUNK = 500
_COLOURS = [colour.value for colour in Department.Colour]


class Founder:
    """Fills an empty database, one table after the other."""

    def __init__(self, seed: int = 1) -> None:
        self.writer = Writer(seed)
        self.chance = random.Random(seed)
        self.now = timezone.now()

    def day_before(self, most_days: int) -> Any:
        """A moment up to so many days ago."""
        return self.now - timedelta(days=self.chance.random() * most_days)

    @transaction.atomic
    def found(self, *, articles: int, touches: int) -> None:
        """Make everything but the index."""
        departments = self._departments()
        people = self._people(departments)
        topics = self._topics()
        self._chores(departments, people)
        self._offers(people, topics)
        self._articles(articles, people, departments, topics)
        self._touches(touches, people, topics)

    def _departments(self) -> list[Department]:
        words = self.writer.words
        return Department.objects.bulk_create(
            Department(
                slug=f"d{number}",
                name=f"{words[number]}{words[number + 40]}部",
                mission=f"{words[number]}と{words[number + 40]}を受け持ちます。",
                colour=_COLOURS[number % len(_COLOURS)],
                opened_on=date(2020, 4, 1),
            )
            for number in range(_DEPARTMENTS)
        )

    def _people(self, departments: Sequence[Department]) -> list[Person]:
        family = [word for word in self.writer.words if len(word) == 2][600:900]
        people: list[Person] = Person.objects.bulk_create(
            Person(
                login=READER if number == 0 else f"p{number}",
                name=f"{self.chance.choice(family)} {self.chance.choice(family)}",
                yomi="ひと",
                bio=self.writer.sentence([]) if number % 3 == 0 else "",
                is_staff=number == 0,
                is_superuser=number == 0,
            )
            for number in range(_PEOPLE)
        )
        people[0].set_password(PASSWORD)
        people[0].save()
        Membership.objects.bulk_create(
            Membership(
                person=person,
                department=departments[number % len(departments)],
                started_on=date(2021, 4, 1),
            )
            for number, person in enumerate(people)
        )
        return people

    def _topics(self) -> list[Topic]:
        words = self.writer.words[:_TOPICS]
        return Topic.objects.bulk_create(
            Topic(name=word, slug=f"t{number}") for number, word in enumerate(words)
        )

    def _chores(self, departments: Sequence[Department], people: Sequence[Person]) -> None:
        Responsibility.objects.bulk_create(
            Responsibility(
                name="の".join(self.writer.some_words(2)) + str(number),
                department=self.chance.choice(departments),
                main=self.chance.choice(people),
                sub=self.chance.choice(people),
            )
            for number in range(_CHORES)
        )

    def _offers(self, people: Sequence[Person], topics: Sequence[Topic]) -> None:
        AskMe.objects.bulk_create(
            AskMe(person=person, topic=self.chance.choice(topics), note=self.writer.sentence([]))
            for person in people[::4]
        )

    def _articles(
        self,
        count: int,
        people: Sequence[Person],
        departments: Sequence[Department],
        topics: Sequence[Topic],
    ) -> None:
        kinds = [Article.Kind.NOTE, Article.Kind.MANUAL, Article.Kind.QUESTION]
        made: list[Article] = []
        for _key, title, text in self.writer.documents(count):
            body = _as_markdown(text)
            rendered = render_markdown(body)
            author = self.chance.choice(people)
            made.append(
                Article(
                    kind=self.chance.choice(kinds),
                    title=title,
                    body=body,
                    body_html=str(rendered.html),
                    contents=stored_contents(rendered),
                    author=author,
                    owner=author,
                    department=self.chance.choice(departments),
                    created_at=self.now,
                    updated_at=self.day_before(900),
                )
            )
            if len(made) == _CHUNK:
                self._keep(made, people, topics)
                made = []
        self._keep(made, people, topics)

    def _keep(
        self, articles: list[Article], people: Sequence[Person], topics: Sequence[Topic]
    ) -> None:
        kept = Article.objects.bulk_create(articles)
        Revision.objects.bulk_create(
            Revision(article=one, number=1, title=one.title, body=one.body, author=one.author)
            for one in kept
        )
        ManualDetail.objects.bulk_create(
            ManualDetail(article=one) for one in kept if one.kind == Article.Kind.MANUAL
        )
        roles = []
        for one in kept:
            roles.append(Contributor(article=one, person=one.author, role="author"))
            editor = self.chance.choice(people)
            roles.append(Contributor(article=one, person=editor, role="editor", changed_lines=9))
        Contributor.objects.bulk_create(roles)
        self._tag(kept, topics)

    def _tag(self, records: Sequence[Any], topics: Sequence[Topic]) -> None:
        if not records:
            return
        content_type = ContentType.objects.get_for_model(records[0])
        TopicItem.objects.bulk_create(
            TopicItem(tag=topic, content_type=content_type, object_id=record.pk)
            for record in records
            for topic in self.chance.sample(topics, 2)
        )

    def _touches(self, count: int, people: Sequence[Person], topics: Sequence[Topic]) -> None:
        customers = Customer.objects.bulk_create(
            Customer(name=f"株式会社{word}", name_key=word, sales_owner=self.chance.choice(people))
            for word in self.writer.words[3000 : 3000 + _CUSTOMERS]
        )
        touches = Touch.objects.bulk_create(
            Touch(
                customer=self.chance.choice(customers),
                author=self.chance.choice(people),
                channel=Touch.Channel.PHONE,
                happened_at=self.day_before(900),
                text="\n".join(self.writer.sentence([]) for _line in range(6)),
            )
            for _number in range(count)
        )
        self._tag(touches, topics)


def _as_markdown(text: str) -> str:
    """The sentences as paragraphs under headings, as people write them."""
    lines = text.split("\n")
    parts = []
    for start in range(0, len(lines), 5):
        parts.append(f"## {lines[start][:20]}")
        parts.append("".join(lines[start : start + 5]))
    return "\n\n".join(parts)
