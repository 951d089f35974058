"""Customers: the list, one page for all departments, and names that are unique where they should be."""

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import Customer, VoiceTheme
from customers.services import NextAction, create_customer, mark_voice
from kb.todos.models import ActionItem
from people.models import Person
from tests.customers.conftest import MakeTouch

# 法人番号 whose check digit is right.
NUMBER = "7000012050002"


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_timeline_shows_first_sentences_and_voices(
    his: Client, make_touch: MakeTouch, alice: Person
) -> None:
    touch = make_touch("取り込みは半分まで。残りはヘルプが見つからない。")
    theme = VoiceTheme.objects.create(title="ヘルプの場所がわからない", status="planned")
    mark_voice(touch, "ヘルプが見つからない", "request", by=alice, theme=theme)
    shown = page(his.get(f"/customers/{touch.customer_id}/"))
    assert ">取り込みは半分まで</a>" in shown
    assert "残りはヘルプが見つからない。" in shown
    assert "ヘルプの場所がわからない" in shown
    assert "やる" in shown


def test_the_timeline_filters_by_voice_and_department(
    his: Client, make_touch: MakeTouch, alice: Person, bob: Person
) -> None:
    touch = make_touch("声のある話。")
    mark_voice(touch, "声のある話", "praise", by=alice)
    make_touch("開発の話。", by=bob)
    address = f"/customers/{touch.customer_id}/"
    assert "開発の話" not in page(his.get(address, {"kind": "voice"}))
    only_dev = page(his.get(address, {"department": "dev"}))
    assert "開発の話" in only_dev
    assert ">声のある話</a>" not in only_dev


def test_a_todo_is_ticked_off_where_it_is_listed(
    hers: Client, his: Client, make_touch: MakeTouch
) -> None:
    touch = make_touch(next_action=NextAction("見積を送る"))
    address = f"/customers/{touch.customer_id}/?kind=voice"
    item = ActionItem.objects.get()
    assert f"/todos/{item.pk}/done/" not in page(his.get(address))
    assert f"/todos/{item.pk}/done/" in page(hers.get(address))
    answer = hers.post(f"/todos/{item.pk}/done/", {"next": address})
    assert answer["Location"] == address
    item.refresh_from_db()
    assert item.state == "done"
    assert his.post(f"/todos/{item.pk}/reopen/", {"next": address}).status_code == 403


def test_a_foreign_way_back_leads_home(hers: Client, make_touch: MakeTouch) -> None:
    make_touch(next_action=NextAction("見積を送る"))
    item = ActionItem.objects.get()
    answer = hers.post(f"/todos/{item.pk}/done/", {"next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_a_merged_customer_leads_to_the_one_that_goes_on(hers: Client, asagi: Customer) -> None:
    old = Customer.objects.create(name="浅葱本舗", yomi="あさぎほんぽ", merged_into=asagi)
    answer = hers.get(f"/customers/{old.pk}/")
    assert answer.status_code == 301
    assert answer["Location"] == asagi.get_absolute_url()
    assert "浅葱本舗" not in page(hers.get("/customers/"))
    assert asagi.name in page(hers.get("/customers/", {"q": "浅葱本舗"}))


def test_two_spellings_are_one_customer(asagi: Customer, bob: Person) -> None:
    assert create_customer("㈱ あさぎ製菓", by=bob) == asagi


def test_a_namesake_is_asked_about(hers: Client, asagi: Customer) -> None:
    answer = hers.post("/customers/new/", {"name": "㈱あさぎ製菓"})
    assert answer.status_code == 422
    assert "もういます" in page(answer)
    assert asagi.get_absolute_url() in page(answer)
    assert (
        hers.post("/customers/new/", {"name": "㈱あさぎ製菓", "is_another": "on"}).status_code
        == 302
    )
    assert Customer.objects.count() == 2


def test_the_same_customer_sent_twice_is_one(hers: Client) -> None:
    form = {"name": "白樺工房", "corporate_number": NUMBER, "form_key": str(uuid.uuid4())}
    first, second = hers.post("/customers/new/", form), hers.post("/customers/new/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Customer.objects.count() == 1
    assert "白樺工房" in page(hers.get("/customers/", {"q": NUMBER}))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "\0"},
        {"name": "長" * 201},
        {"corporate_number": "1234567890123"},
        {"corporate_number": "12"},
        {"contract_until": "0000-00-00"},
        {"contract_until": "9999-12-31"},
        {"sales_owner": "9" * 40},
        {"note": "あ" * 400_000},
    ],
)
def test_nonsense_about_a_customer_is_refused_in_words(
    hers: Client, changes: dict[str, str]
) -> None:
    answer = hers.post("/customers/new/", {"name": "白樺工房", "industry": "木工", **changes})
    assert answer.status_code == 422
    assert "木工" in page(answer)
    assert not Customer.objects.exists()


def test_a_customer_is_corrected(his: Client, asagi: Customer, bob: Person) -> None:
    form = {"name": asagi.name, "yomi": asagi.yomi, "sales_owner": bob.name, "industry": "菓子"}
    assert his.post(f"/customers/{asagi.pk}/edit/", form).status_code == 302
    asagi.refresh_from_db()
    assert (asagi.sales_owner, asagi.industry) == (bob, "菓子")


def test_the_list_finds_by_words_and_ones_own(hers: Client, his: Client, asagi: Customer) -> None:
    Customer.objects.create(name="要精機株式会社", yomi="かなめせいき")
    assert "要精機" in page(hers.get("/customers/"))
    found = page(hers.get("/customers/", {"q": "田所"}))
    assert "あさぎ製菓" in found
    assert "要精機" not in found
    assert "要精機" not in page(hers.get("/customers/", {"mine": "1"}))
    assert "あさぎ製菓" not in page(his.get("/customers/", {"mine": "1"}))


@pytest.mark.parametrize(
    "query",
    ["page=9999999999999999999999", "page=-1", "page=%00", "q=%00", "q=" + "あ" * 500, "mine=9"],
)
def test_any_address_of_the_list_answers(hers: Client, asagi: Customer, query: str) -> None:
    assert hers.get(f"/customers/?{query}").status_code == 200
    assert hers.get(f"/customers/{asagi.pk}/?{query}&department=%00").status_code == 200
    assert hers.get(f"/voices/?{query}&status=%00").status_code == 200


@pytest.mark.parametrize(
    "path", ["/customers/", "/customers/{}/", "/customers/{}/edit/", "/voices/"]
)
def test_only_colleagues_see_customers(
    client: Client, charlie: Person, asagi: Customer, path: str
) -> None:
    address = path.format(asagi.pk)
    assert client.get(address).status_code == 302
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(address).status_code == 302


def test_pages_cost_the_same_with_many_rows(
    hers: Client,
    make_touch: MakeTouch,
    alice: Person,
    bob: Person,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    theme = VoiceTheme.objects.create(title="ヘルプの場所がわからない")
    for number in range(12):
        author = alice if number % 2 else bob
        touch = make_touch(f"話その{number}。", by=author, next_action=NextAction(f"用{number}"))
        mark_voice(touch, f"話その{number}", "request", by=author, theme=theme)
        Customer.objects.create(name=f"会社{number}", yomi="かいしゃ", sales_owner=author)
    for path in ("/customers/", f"/customers/{touch.customer_id}/", "/voices/"):
        hers.get(path)
    with django_assert_max_num_queries(12):
        hers.get("/customers/")
    # Fifteen of its own, and the two of the savepoint around every request.
    with django_assert_max_num_queries(17):
        hers.get(f"/customers/{touch.customer_id}/")
    with django_assert_max_num_queries(30):
        hers.get(f"/voices/themes/{theme.pk}/")
