"""The search page: what is saved is found, with the people beside it, and nothing is a dead end."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from kb.articles.models import Article
from kb.search import outbox
from people.models import Person

ClientFor = Callable[[Person], Client]


def write_article(author: Person, title: str, body: str = "", **fields: Any) -> Article:
    article: Article = Article.objects.create(author=author, title=title, body=body, **fields)
    return article


def results(client: Client, **params: Any) -> str:
    response = client.get(reverse("search"), params)
    assert response.status_code == 200
    return response.content.decode()


def test_a_saved_article_is_found_with_its_author_beside(
    search_index: Any, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    write_article(
        alice, "SBOMツールの選び方", "部品表を作るツールを三つ比べました。", kind="manual"
    )
    outbox.drain()
    page = results(client_for(bob), q="SBOM ツール")
    assert "の選び方" in page
    assert "<mark>" in page
    assert "くわしい人" in page
    assert alice.name in page
