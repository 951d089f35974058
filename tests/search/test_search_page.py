"""The search page: what is saved is found, with the people beside it, and nothing is a dead end."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Touch
from kb.articles.models import Article
from kb.communities.models import Community
from kb.meetings.models import Decision
from kb.portal.web import ADDRESS_MAX_BYTES
from kb.search import engine, outbox
from kb.search.kinds import KINDS
from kb.search.models import OutboxEntry
from kb.search.query import SearchQuery
from kb.topics.models import Topic
from people.models import AskMe, Department, Person, Responsibility

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


def found_titles(page: str) -> str:
    """The list of results without marks."""
    return page.replace("<mark>", "").replace("</mark>", "")


def test_an_empty_search_offers_something(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    write_article(alice, "経費精算の手順")
    Department.objects.update(mission="お客さまの活用を助ける")
    page = results(client_for(alice), q="")
    assert "経費精算の手順" in page
    assert "部署から" in page


def test_one_character_is_answered(search_index: Any, alice: Person, client_for: ClientFor) -> None:
    write_article(alice, "鍵の借り方")
    outbox.drain()
    assert "鍵の借り方" in found_titles(results(client_for(alice), q="鍵"))


@pytest.mark.parametrize(
    "text",
    [
        "\0", "\ud800".encode("utf-8", "surrogatepass"), "id:*", "secret OR *:*", '"' * 5000, "a" * 1_000_000,
        "(" * 3000, "𠮷野家", "葛\U000e0100城", "\u202eabc", "🍣", "-", "部署:", "期間:9999-99", "種類:なにか", "\\",
    ],
)  # fmt: skip
def test_strange_text_gets_an_answer(
    search_index: Any, alice: Person, client_for: ClientFor, text: str
) -> None:
    write_article(alice, "ひみつ")
    outbox.drain()
    assert (
        "ひみつ"
        not in found_titles(results(client_for(alice), q=text))
        .split("<main", 1)[1]
        .split("最近の記事")[0]
    )


@pytest.mark.parametrize(
    "params",
    [
        {"department": "x"}, {"department": "9" * 30}, {"person": "-1"}, {"kind": "weather"}, {"tab": "?"},
        {"period": "forever"}, {"page": "0"}, {"page": "x"}, {"page": "99999"}, {"state": "\0"}, {"topic": "\0"},
        {"topic": "no-such-topic"}, {"department": "999999"},
    ],
)  # fmt: skip
def test_strange_filters_get_an_answer(
    search_index: Any, alice: Person, client_for: ClientFor, params: dict[str, str]
) -> None:
    results(client_for(alice), q="経費", **params)


def test_filters_narrow_and_can_be_taken_off(
    search_index: Any,
    alice: Person,
    bob: Person,
    client_for: ClientFor,
    development_department: Any,
) -> None:
    write_article(alice, "経費の手順", kind="manual")
    write_article(bob, "経費のルール", kind="rule", department=development_department)
    outbox.drain()
    client = client_for(alice)
    both = found_titles(results(client, q="経費"))
    assert "経費の手順" in both
    assert "経費のルール" in both
    narrowed = found_titles(results(client, q="経費", department=development_department.pk))
    assert "経費のルール" in narrowed
    assert ">経費の手順</a>" not in narrowed
    assert "部署：プロダクト開発部" in narrowed
    assert "すべて外す" in narrowed
    typed = found_titles(results(client, q="経費 種類:マニュアル"))
    assert ">経費の手順</a>" in typed
    assert ">経費のルール</a>" not in typed
    by_tab = results(client, q="経費", tab="meetings")
    assert "見つかりませんでした" in by_tab
    assert "すべての種類からさがす" in by_tab


def test_the_empty_page_tells_the_kinds_of_recent_texts_apart(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    write_article(alice, "鍵はどこですか", kind="question")
    recent = results(client_for(alice)).split("最近の記事")[1].split("</ul>")[0]
    assert "#question" in recent
    assert "#manual" not in recent


def test_a_question_is_put_without_quotes_and_filters(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    page = results(client_for(alice), q='"量子 計算機" 種類:マニュアル')
    assert (
        f'/write/question/?title={urlencode({"": "量子 計算機"})[1:].replace("+", "%20")}"' in page
    )


def test_whoever_is_in_charge_of_a_customer_is_named_where_nobody_wrote(
    search_index: Any, alice: Person, bob: Person, charlie: Person, client_for: ClientFor
) -> None:
    Customer.objects.create(
        name="燈浪堂株式会社", yomi="ほくろどう", success_owner=alice, sales_owner=bob
    )
    Customer.objects.create(name="茸谷製缶所", yomi="さるみせいかん", success_owner=charlie)
    outbox.drain()
    page = results(client_for(bob), q="ほくろどう")
    assert page.count("「燈浪堂株式会社」の担当です。") == 2
    assert "「燈浪堂株式会社」の担当です。" in page
    assert f"{alice.family_name}さんに聞く" in page
    gone = results(client_for(bob), q="さるみせいかん")
    assert "茸谷製缶所" in gone
    assert "の担当です。" not in gone


def test_no_hit_is_never_a_dead_end(
    search_index: Any, alice: Person, client_for: ClientFor, success_department: Any
) -> None:
    success_department.mission = "お客さまの活用を助ける"
    success_department.save()
    outbox.drain()
    page = results(client_for(alice), q="量子コンピューター")
    assert "見つかりませんでした" in page
    assert "/write/question/?title=" in page
    assert "書いてほしいと頼む" in page
    assert "カスタマーサクセス部" in page


def test_charlie_and_what_is_in_the_bin_are_found_nowhere(
    search_index: Any, alice: Person, charlie: Person, client_for: ClientFor
) -> None:
    article = write_article(alice, "消した記事")
    outbox.drain()
    # Deleted a moment ago: the index does not know yet, the page must.
    Article.objects.filter(pk=article.pk).update(deleted_at=article.created_at)
    Person.objects.filter(pk=alice.pk).update(is_active=True)
    client = client_for(alice)
    page = results(client, q="消した記事")
    assert "見つかりませんでした" in page
    assert (
        charlie.name
        not in found_titles(results(client, q="茶谷")).split("<main", 1)[1].split("の結果", 1)[1]
    )


def test_strangers_are_sent_to_the_sign_in() -> None:
    for path in ("/search/?q=x", "/search/suggest?q=x"):
        response = Client().get(path)
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_suggestions_are_titles_people_topics_and_customers(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    Topic.objects.create(name="経理", slug="accounting")
    write_article(alice, "経費精算の手順")
    Customer.objects.create(name="経堂商事株式会社")
    outbox.drain()
    client = client_for(alice)
    answer = client.get("/search/suggest", {"q": "経"}).json()
    assert {"経理", "経費精算の手順", "経堂商事株式会社"} <= {item["title"] for item in answer}
    assert all(item["url"].startswith("/") for item in answer)
    by_reading = client.get("/search/suggest", {"q": "ありす"}).json()
    assert by_reading[0]["title"] == alice.name
    for strange in ("", "\0", "x" * 100_000):
        assert client.get("/search/suggest", {"q": strange}).status_code == 200


def test_htmx_gets_the_fragment(search_index: Any, alice: Person, client_for: ClientFor) -> None:
    response = client_for(alice).get("/search/", {"q": "経費"}, headers={"hx-request": "true"})
    assert "<html" not in response.content.decode()
    assert "の結果" in response.content.decode()


def test_pages_lead_on_and_a_page_too_far_shows_the_last(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    for number in range(25):
        write_article(alice, f"経費精算の手順{number}")
    outbox.drain()
    client = client_for(alice)
    first, last = results(client, q="経費精算"), results(client, q="経費精算", page=7)
    assert first.count('class="result"') == 10
    assert last.count('class="result"') == 5


def test_a_late_index_is_said_with_the_time(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    write_article(alice, "経費精算の手順")
    outbox.drain()
    client = client_for(alice)
    assert "まだ検索に出ない" not in results(client, q="経費")
    outbox.mark(alice)
    OutboxEntry.objects.update(created_at=timezone.now() - timedelta(seconds=30))
    assert "まだ検索に出ない" in results(client, q="経費")


def test_a_search_costs_one_query_per_kind_and_five_more(
    search_index: Any,
    alice: Person,
    bob: Person,
    success_department: Any,
) -> None:
    topic = Topic.objects.create(name="ヘルプ", slug="help")
    customer = Customer.objects.create(name="ヘルプ商事")
    Touch.objects.create(
        customer=customer, author=bob, channel="phone", text="ヘルプが見つからない"
    )
    Decision.objects.create(title="ヘルプの入口を右上に置く", proposed_by=alice)
    Community.objects.create(title="ヘルプのリニューアル", started_by=bob)
    Responsibility.objects.create(
        name="ヘルプ記事の更新", department=success_department, main=alice
    )
    AskMe.objects.create(person=alice, topic=topic, note="題名の付け方なら")
    for number in range(5):
        write_article(alice, f"ヘルプの書き方{number}").topics.add(topic)
    outbox.drain()
    query = SearchQuery(text="ヘルプ", page_size=20)
    engine.search(query)
    with CaptureQueriesContext(connection) as captured:
        answer = engine.search(query)
    models = {KINDS[hit.kind].model for hit in answer.page.hits}
    assert len(models) >= 7
    assert len(captured) <= len(models) + 5


def test_marked_text_is_escaped(search_index: Any, alice: Person, client_for: ClientFor) -> None:
    write_article(
        alice, "<script>alert(1)</script> 経費", body="経費 <img src=x onerror=alert(1)> の話"
    )
    outbox.drain()
    page = results(client_for(alice), q="経費 <b>")
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_best_lines_of_a_long_text_are_shown(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    filler = "この段落は、べつのことを書いています。\n\n" * 400
    write_article(alice, "長い手引き", body=f"{filler}懇親会の精算は翌月に行います。\n\n{filler}")
    outbox.drain()
    page = results(client_for(alice), q="懇親会")
    assert "の精算は翌月に行います" in page


@pytest.mark.parametrize("typed", ["有栖川", "有栖川さん", "ありすがわ", "アリスガワ", "有栖川 玲"])
def test_the_name_of_a_colleague_finds_the_colleague_first(
    typed: str, search_index: Any, alice: Person
) -> None:
    for number in range(3):
        write_article(alice, f"有栖川さんの話 {number}", "有栖川さんに聞きました。")
    outbox.drain()
    first = engine.search(SearchQuery(text=typed)).page.hits[0]
    assert (first.kind, first.id) == ("person", alice.pk)


def test_the_address_of_a_merged_topic_leads_to_the_topic_in_use(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    current = Topic.objects.create(name="電子帳簿", slug="denshi")
    between = Topic.objects.create(name="帳簿", slug="choubo", merged_into=current)
    Topic.objects.create(name="ちょうぼ", slug="kana", merged_into=between)
    article = write_article(alice, "帳簿の付け方")
    article.topics.add(current)
    outbox.drain()
    page = client_for(alice).get("/search/?q=帳簿&topic=kana&kind=note", follow=True)
    assert page.redirect_chain == [("/search/?q=%E5%B8%B3%E7%B0%BF&topic=denshi&kind=note", 302)]
    assert 'class="result"' in page.content.decode()


def test_people_beside_words_that_hardly_anybody_wrote_are_called_a_guess(
    search_index: Any, alice: Person
) -> None:
    for number in range(4):
        write_article(alice, f"棚卸しの手順{number}")
    outbox.drain()
    assert not engine.search(SearchQuery(text="棚卸し")).who.is_thin
    weak = engine.search(SearchQuery(text="ほげふが 棚卸し")).who
    assert weak.note or not weak.people


def test_no_box_cuts_a_composition_and_long_questions_are_answered(
    search_index: Any, alice: Person, client_for: ClientFor
) -> None:
    client = client_for(alice)
    for address in (reverse("search"), reverse("home")):
        boxes = re.findall(r"<input[^>]*name=\"q\"[^>]*>", client.get(address).content.decode())
        assert boxes
        assert not any("maxlength" in box for box in boxes)
    assert "検索の言葉が長い" in results(client, q="あ" * 7000)
    # As much as the servers let through.
    assert len(f"GET /search/?{urlencode({'q': 'あ' * 7000})} HTTP/1.1") < ADDRESS_MAX_BYTES
    for starter in ("kb/portal/servers.py", "Dockerfile"):
        command = (settings.BASE_DIR / starter).read_text(encoding="utf-8")
        limit = re.search(r'--limit-request-line[", ]+(\d+)', command)
        assert limit is not None
        assert int(limit[1]) == ADDRESS_MAX_BYTES
        assert "kb.portal.web.PageWorker" in command
