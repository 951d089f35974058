"""Topics of many records are loaded at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.articles.models import Article
from kb.topics.models import Topic
from kb.topics.of_records import attach_topics
from people.models import Person

pytestmark = pytest.mark.django_db


def test_topics_come_in_the_order_in_which_they_were_given(alice: Person) -> None:
    first, second = (Topic.objects.create(name=name, slug=name) for name in ("a", "b"))
    with_both, with_one, without = (
        Article.objects.create(author=alice, title=title) for title in ("二つ", "一つ", "なし")
    )
    with_both.topics.add(second)
    with_both.topics.add(first)
    with_one.topics.add(first)
    articles = list(Article.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        attach_topics(articles)
        found = {article.pk: list(article.topics.all()) for article in articles}
    assert found == {with_both.pk: [second, first], with_one.pk: [first], without.pk: []}
    assert len(captured) == 1


def test_nothing_is_asked_for_no_records() -> None:
    with CaptureQueriesContext(connection) as captured:
        attach_topics([])
    assert len(captured) == 0
