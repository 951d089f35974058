"""Records that the pages of the portal show."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Touch
from kb.articles.models import Article
from kb.topics.models import Topic
from people.models import Person

MakeArticle = Callable[..., Article]


@pytest.fixture
def alice_client(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


@pytest.fixture
def bob_client(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def help_topic(db: None) -> Topic:
    topic: Topic = Topic.objects.create(name="ヘルプ", description="ヘルプ記事のこと。")
    return topic


@pytest.fixture
def make_article() -> MakeArticle:
    """A published article; ``kind`` and any field may be given."""

    def make(
        author: Person, title: str, *, topic: Topic | None = None, **fields: object
    ) -> Article:
        article = Article.objects.create(
            author=author, title=title, **{"kind": "note", "published_at": timezone.now(), **fields}
        )
        if topic is not None:
            article.topics.add(topic)
        return article

    return make


@pytest.fixture
def make_touch() -> Callable[..., Touch]:
    """A touch with a customer of its own."""

    def make(author: Person, text: str, *, days_ago: int = 1, **fields: Any) -> Touch:
        customer = fields.pop("customer", None) or Customer.objects.create(name="あさぎ製菓")
        return Touch.objects.create(
            author=author,
            customer=customer,
            text=text,
            channel="phone",
            happened_at=timezone.now() - dt.timedelta(days=days_ago),
            **fields,
        )

    return make
