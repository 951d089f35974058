"""A result says why it is there: the file and its page, the names that match, and how many there are."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer, Touch
from kb.articles.models import Article
from kb.files.models import Attachment
from kb.search import engine, outbox
from kb.search.query import SearchQuery
from people.models import Person

ClientFor = Callable[[Person], Client]


def attach(article: Article, name: str, text: str) -> Attachment:
    attachment = Attachment(
        key=uuid.uuid4(), name=name, text=text, text_state="done", media_type="", size=1, sha256="0"
    )
    attachment.target = article
    attachment.save()
    return attachment


@pytest.fixture
def handbook(search_index: Any, alice: Person) -> Attachment:
    article = Article.objects.create(author=alice, title="新しい人へ", body="資料を付けました。")
    pages = ["会社のあゆみ。", "机と椅子。", "避難はしごは三階の廊下にあります。"]
    attachment = attach(article, "handbook.pdf", "\f".join(pages))
    outbox.drain()
    return attachment


def test_the_file_and_the_page_are_named_and_open_there(
    handbook: Attachment, bob: Person, client_for: ClientFor
) -> None:
    page = client_for(bob).get(reverse("search"), {"q": "避難はしご"}).content.decode()
    address = reverse("attachment_download", args=[handbook.key])
    assert f'href="{address}#page=3"' in page
    assert "handbook.pdf 3ページ" in page
    assert "<mark>避難はしご</mark>" in page or "<mark>避難</mark>" in page


def test_what_the_text_itself_says_comes_before_its_files(search_index: Any, alice: Person) -> None:
    article = Article.objects.create(author=alice, title="訓練", body="避難はしごを使います。")
    attach(article, "map.pdf", "避難はしごの図\f次")
    outbox.drain()
    [hit] = engine.search(SearchQuery(text="避難はしご")).page.hits
    assert hit.passages[0].source == ""


def test_a_file_that_alone_says_it_is_shown_though_the_text_has_a_word(
    search_index: Any, alice: Person
) -> None:
    body = "12月の当番の表を付けました。問い合わせは総務へ。"
    article = Article.objects.create(author=alice, title="年末の当番", body=body)
    attach(article, "duty.pptx", "12月の表紙\f次")
    attach(article, "count.pdf", "表紙\f去年の12月29日から1月3日までに届いた問い合わせは41件。")
    outbox.drain()
    for text in ("12月29日から1月3日までに届いた問い合わせ", "「1月3日までに届いた」"):
        [passage] = engine.search(SearchQuery(text=text)).page.hits[0].passages
        assert (passage.source, passage.page) == ("count.pdf", 2)
    [own] = engine.search(SearchQuery(text="当番 問い合わせ")).page.hits[0].passages
    assert own.source == ""


def test_a_name_that_matches_is_shown_where_the_text_does_not_have_it(
    search_index: Any, alice: Person, bob: Person
) -> None:
    customer = Customer.objects.create(name="あさぎ製菓株式会社")
    touch = Touch.objects.create(
        customer=customer, author=alice, channel="phone", text="値上げの話をしました。"
    )
    touch.colleagues.add(bob)
    outbox.drain()
    family = bob.name.split()[0]
    hits = engine.search(SearchQuery(text=family, kinds=frozenset({"touch"}))).page.hits
    [passage] = hits[0].passages
    assert family in "".join(segment.text for segment in passage.segments if segment.hit)
    assert "値上げ" in hits[0].snippet


def test_words_typed_in_kana_are_marked_as_they_are_written(
    search_index: Any, alice: Person
) -> None:
    Article.objects.create(
        author=alice, title="経費精算の手順", body="今月の経費精算は月末までです。"
    )
    outbox.drain()
    hit = engine.search(SearchQuery(text="けいひせいさん")).lines[0].hit
    assert "経費精算" in [piece.text for piece in hit.title_segments if piece.hit]
    assert "経費精算" in [piece.text for piece in hit.passages[0].segments if piece.hit]


def test_a_text_of_any_length_is_cut_and_says_so(
    search_index: Any, bob: Person, client_for: ClientFor
) -> None:
    page = client_for(bob).get(reverse("search"), {"q": "会" * 100_000})
    assert "検索の言葉が長いため、はじめの部分でさがしました。" in page.content.decode()
    assert len(page.content) < 3_000_000
