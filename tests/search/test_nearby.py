"""Near articles: beside an article and while somebody writes; silent when nothing is near."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article
from kb.experts.evidence import key_of
from kb.search import nearby, outbox
from kb.search.analysis import normalize, words_in
from kb.search.models import IndexedText
from kb.search.texts import LoadedTexts, words_of_part
from people.models import Person

ClientFor = Callable[[Person], Client]

REISSUE = "お客さまから請求書の再発行を頼まれたら、請求の画面で宛名を確かめて再発行します。" * 6


@pytest.fixture
def reissue(search_index: Any, alice: Person) -> Article:
    """A manual, one near it and one about something else."""
    article: Article = Article.objects.create(
        author=alice, title="請求書の再発行の手順", body=REISSUE, kind="manual"
    )
    Article.objects.create(
        author=alice, title="請求書の宛名を変える手順", body=REISSUE, kind="manual"
    )
    Article.objects.create(author=alice, title="社員旅行の思い出", body="温泉に行きました。" * 30)
    outbox.drain()
    return article


def suggested(client: Client, title: str, kind: str = "manual") -> str:
    answer = client.get(reverse("similar_suggest"), {"title": title, "kind": kind})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_article_names_those_near_it_and_not_itself(
    reissue: Article, bob: Person, client_for: ClientFor
) -> None:
    page = client_for(bob).get(reissue.get_absolute_url()).content.decode()
    near = page.split('id="near-title"')[1].split("</section>")[0]
    assert "請求書の宛名を変える手順" in near
    assert "請求書の再発行の手順" not in near
    assert "社員旅行" not in near


def test_nothing_is_shown_when_nothing_is_near(
    reissue: Article, bob: Person, client_for: ClientFor
) -> None:
    trip = Article.objects.get(title="社員旅行の思い出")
    page = client_for(bob).get(trip.get_absolute_url()).content.decode()
    assert "近い記事" not in page


@pytest.mark.parametrize(
    "change", [{"deleted_at": timezone.now()}, {"status": Article.Status.RETIRED}]
)
def test_what_is_gone_or_out_of_use_is_not_near_even_while_the_index_still_has_it(
    reissue: Article, bob: Person, client_for: ClientFor, change: dict[str, Any]
) -> None:
    Article.objects.filter(title="請求書の宛名を変える手順").update(**change)
    page = client_for(bob).get(reissue.get_absolute_url()).content.decode()
    assert "近い記事" not in page
    assert "宛名を変える" not in suggested(client_for(bob), "請求書の宛名を変える手順")


def test_near_articles_cost_two_queries_one_of_them_for_the_words(reissue: Article) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert nearby.articles_near(reissue)
    assert len(queries) == 2


def test_the_words_of_an_indexed_text_are_known_until_it_changes(reissue: Article) -> None:
    part = reissue.body[:215]
    assert known_words(reissue, part) == words_in(normalize(part))
    reissue.title = "題名が変わっても"
    assert known_words(reissue, part) == words_in(normalize(part))
    assert known_words(reissue, part.replace("再発行", "再送付", 1)) is None
    indexed = [near.id for near in nearby.articles_near(reissue)]
    IndexedText.objects.update(places="")
    assert known_words(reissue, part) is None
    assert [near.id for near in nearby.articles_near(reissue)] == indexed


def known_words(article: Article, text: str) -> list[str] | None:
    stored = LoadedTexts().get(key_of(article))
    assert stored is not None
    return words_of_part(stored, text)


def test_typing_a_title_names_what_is_there_already(
    reissue: Article, bob: Person, client_for: ClientFor
) -> None:
    fragment = suggested(client_for(bob), "請求書を再発行したい")
    assert "近いものがもうありませんか" in fragment
    assert "請求書の再発行の手順" in fragment
    assert "くわしい人" not in fragment


def test_a_question_being_typed_also_names_who_knows_but_not_the_asker(
    reissue: Article, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    assert alice.name in suggested(client_for(bob), "請求書を再発行したい", "question")
    assert alice.name not in suggested(client_for(alice), "請求書を再発行したい", "question")


@pytest.mark.parametrize(
    "title",
    ["", " ", "請", "\0", "宇宙船の借り方", "a" * 100_000, '"' * 5000, "id:*"],
)  # fmt: skip
def test_titles_near_nothing_get_an_empty_answer(
    reissue: Article, bob: Person, client_for: ClientFor, title: Any
) -> None:
    assert suggested(client_for(bob), title).strip() == ""


def test_words_that_no_article_has_keep_a_title_from_being_near(
    reissue: Article, bob: Person, client_for: ClientFor
) -> None:
    assert suggested(client_for(bob), "請求怪獣ゴモラの飼育と冬眠").strip() == ""


def test_the_form_shows_it_without_script_when_it_comes_back(
    reissue: Article, bob: Person, client_for: ClientFor
) -> None:
    his = client_for(bob)
    form = his.get(reverse("article_create", args=["question"]))
    assert "近いものがもうありませんか" not in form.content.decode()
    refused = his.post(
        reverse("article_create", args=["question"]),
        {"title": "請求書を再発行したい", "owner": "いない人"},
    )
    assert refused.status_code == 422
    assert "請求書の再発行の手順" in refused.content.decode()


def test_an_index_that_is_away_hides_it_and_is_logged_once(
    reissue: Article,
    bob: Person,
    client_for: ClientFor,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.search.knowers.tasks.ask_for_healing", lambda: None)
    shutil.rmtree(tmp_path / "index")
    with caplog.at_level(logging.WARNING, logger="kb.search.nearby"):
        for _again in range(3):
            assert suggested(client_for(bob), "請求書を再発行したい", "question").strip() == ""
        page = client_for(bob).get(reissue.get_absolute_url())
    assert page.status_code == 200
    assert "近い記事" not in page.content.decode()
    assert [r.name for r in caplog.records].count("kb.search.nearby") == 1


def test_leavers_and_strangers_get_nothing(
    reissue: Article, charlie: Person, client_for: ClientFor
) -> None:
    for client in (Client(), client_for(charlie)):
        answer = client.get(reverse("similar_suggest"), {"title": "請求書を再発行したい"})
        assert answer.status_code == 302
        assert reverse("login") in answer["Location"]


def test_the_fragment_is_read_only(reissue: Article, bob: Person, client_for: ClientFor) -> None:
    assert client_for(bob).post(reverse("similar_suggest")).status_code == 405
