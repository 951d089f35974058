"""An article and the people who read and write it in the browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from kb.articles.models import Article
from kb.articles.services import create_article
from people.models import Person
from tests.articles.typed import BODY

ClientFor = Callable[[Person], Client]


@pytest.fixture
def manual(alice: Person) -> Article:
    return create_article(by=alice, kind="manual", title="ヘルプ記事の書き方", body=BODY)


@pytest.fixture
def mine(client_for: ClientFor, alice: Person) -> Client:
    return client_for(alice)


@pytest.fixture
def his(client_for: ClientFor, bob: Person) -> Client:
    return client_for(bob)
