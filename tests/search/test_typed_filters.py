"""Filters typed in the text, as people type them, and what the page says of those it could not use."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kb.articles.models import Article
from kb.meetings.models import Meeting, Series
from kb.search import engine, fallback, outbox
from kb.search.models import WordSynonym
from kb.search.query import SearchQuery
from kb.topics.models import Topic
from people.models import Department, Person

ClientFor = Callable[[Person], Client]


def _write(author: Person, title: str, **fields: Any) -> Article:
    article: Article = Article.objects.create(author=author, title=title, **fields)
    return article


def _titles(text: str) -> list[str]:
    return sorted(hit.title for hit in engine.search(SearchQuery(text=text)).page.hits)


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    with override("ja"):
        yield


@pytest.fixture
def company(
    search_index: Any,
    alice: Person,
    bob: Person,
    charlie: Person,
    development_department: Department,
) -> None:
    holidays = Topic.objects.create(name="サーバー", slug="servers")
    _write(alice, "経費の手順", kind="manual").topics.add(holidays)
    _write(bob, "経費のルール", kind="rule", department=development_department)
    _write(charlie, "経費の質問", kind="question")
    outbox.drain()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("種類：マニュアル", "経費の手順"),
        ("種類： マニュアル", "経費の手順"),
        ("種類：　ﾏﾆｭｱﾙ", "経費の手順"),
        ("ｋｉｎｄ：ｍａｎｕａｌ", "経費の手順"),
        ("種類:FAQ", "経費の質問"),
        ("種類:質問", "経費の質問"),
        ("種類:「社内ルール」", "経費のルール"),
        ("テーマ：ｻｰﾊﾞ", "経費の手順"),
        ("書いた人:有栖川", "経費の手順"),
        ("書いた人：有栖川玲", "経費の手順"),
        ("書いた人:「有栖川　玲」", "経費の手順"),
        ("書いた人:有栖川さん", "経費の手順"),
        ("書いた人:アリスガワ", "経費の手順"),
        ("書いた人:茶谷", "経費の質問"),
        ("部署：ﾌﾟﾛﾀﾞｸﾄ開発部", "経費のルール"),
    ],
)
def test_a_filter_is_understood_however_it_is_spelled(
    company: None, typed: str, title: str
) -> None:
    for text in (f"経費 {typed}", f"{typed}　経費"):
        answer = engine.search(SearchQuery(text=text))
        assert ([hit.title for hit in answer.page.hits], answer.page.notices) == ([title], ())


def test_minutes_are_those_of_meetings_too(company: None) -> None:
    series = Series.objects.create(slug="expenses", name="経費の会議", kind="coffee_talk")
    Meeting.objects.create(series=series, number=3, held_at=timezone.now())
    outbox.drain()
    assert _titles("種類:議事録") == ["経費の会議 第3回"]


def test_kinds_are_known_in_japanese_on_english_pages(
    company: None, alice: Person, client_for: ClientFor
) -> None:
    page = client_for(alice).get(
        reverse("search"), {"q": "経費 種類:マニュアル"}, headers={"accept-language": "en"}
    )
    assert [line.hit.title for line in page.context["answer"].lines] == ["経費の手順"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("経費 期間:いつか", "いつか"),
        ("経費 種類:なにか", "なにか"),
        ("経費 -種類:マニュアル", "-種類:マニュアル"),
    ],
)
def test_what_is_no_filter_is_named(company: None, text: str, named: str) -> None:
    notices = engine.search(SearchQuery(text=text)).page.notices
    assert [f"「{named}」は絞り込みに使えない" in notice for notice in notices] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "種類: 部署:なにか 経費",
        "部署:-経費",
        "部署:種類:経費",
        "種類:マニュアル -「本社　移転」 経費",
    ],
)
def test_what_is_left_of_a_text_is_read_the_same_again(company: None, text: str) -> None:
    assert "経費の手順" in _titles(text)


def test_a_long_text_with_a_filter_says_that_it_was_cut(company: None) -> None:
    answer = engine.search(SearchQuery(text="種類:マニュアル " + "経費 " * 400))
    assert any("長いため" in notice for notice in answer.page.notices)


def test_quoted_text_that_nobody_wrote_is_not_said_to_be_found(company: None) -> None:
    notices = engine.search(SearchQuery(text='"経費の質問状"')).page.notices
    assert [notice for notice in notices if "「経費の質問状」とそのまま書かれたものは" in notice]
    assert not engine.search(SearchQuery(text='"経費の質問"')).page.notices


def test_tabs_count_quoted_text_as_their_own_pages_do(
    company: None, alice: Person, client_for: ClientFor
) -> None:
    # It has every pair of letters, and not the text.
    _write(alice, "経費の手配と手順", kind="manual", body="費の手、手順の手")
    outbox.drain()
    page = client_for(alice).get(reverse("search"), {"q": '"経費の手順"', "tab": "meetings"})
    counts = {tab.label: tab.count for tab in page.context["tabs"]}
    assert (counts["すべて"], counts["記事"]) == ("1", "1")


def test_many_words_that_nobody_knows_are_answered_at_once(company: None) -> None:
    names = "サシスタチツナニヌハヒフマミムラリルレロン"
    words = (names[i % 20] + names[i * 7 % 20] * 2 + names[i * 3 % 19 :][:4] for i in range(32))
    tried: list[str] = []

    def never(run: str, *_rest: object) -> str:
        tried.append(run)
        return ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.search.misspelt.correction", never)
        engine.search(SearchQuery(text=" ".join(words)))
    assert tried
    # Once for what is found, and once for what stands beside it.
    assert len(tried) <= 12


def test_a_word_added_in_another_process_is_known_where_nothing_was_found(
    company: None, alice: Person, client_for: ClientFor
) -> None:
    client = client_for(alice)
    search = reverse("search")
    assert not client.get(search, {"q": "ムキャポラ"}).context["answer"].lines
    # Another process saved it: no signal reaches this one.
    WordSynonym.objects.bulk_create([WordSynonym(word="ムキャポラ", same_as="手順")])
    lines = client.get(search, {"q": "ムキャポラ"}).context["answer"].lines
    assert [line.hit.title for line in lines] == ["経費の手順"]


def test_the_database_leaves_out_what_is_not_wanted_anywhere_in_a_text(
    company: None, bob: Person
) -> None:
    _write(bob, "経費の相談", body="領収書をなくしたとき")
    found = fallback.find(SearchQuery(text="経費 -領収書 -ルール"), limit=10)
    assert len(found.hits) == 2
