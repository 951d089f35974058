"""Completion of [[pages]] while writing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb.articles.services import create_article, delete_article, retire
from kb.search import outbox
from people.models import Person


@pytest.mark.parametrize(
    "words", ["見積", "作り方", "みつもり", "ミツモリ", "みつ", "みつも", "書"]
)
def test_a_page_is_found_by_its_words_and_their_reading(
    client_for: Callable[[Person], Client], alice: Person, search_index: Any, words: str
) -> None:
    body = "見積もりは、前提から書きます。"
    wanted = create_article(by=alice, kind="manual", title="見積書の作り方", body=body)
    create_article(by=alice, kind="note", title="ほかの話", body=body)
    gone = create_article(by=alice, kind="note", title="見積の古い作り方", body=body)
    binned = create_article(by=alice, kind="note", title="見積の捨てた作り方", body=body)
    retire(gone, by=alice)
    delete_article(binned, by=alice)
    outbox.drain()
    answer = client_for(alice).get(reverse("link_suggest"), {"q": words})
    assert [line["insert"] for line in answer.json()] == [wanted.title]


def test_without_the_index_titles_are_still_found(
    client_for: Callable[[Person], Client], alice: Person
) -> None:
    create_article(by=alice, kind="note", title="みつもりの話", body="本文")
    answer = client_for(alice).get(reverse("link_suggest"), {"q": "みつもり"})
    assert [line["insert"] for line in answer.json()] == ["みつもりの話"]
