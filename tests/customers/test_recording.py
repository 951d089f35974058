"""Recording a contact: whom, how, what; once, and without losing a word."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Touch
from kb.todos.models import ActionItem
from people.models import Membership, Person

NEW = "/write/touch/"


def filled(**changes: Any) -> dict[str, Any]:
    form = {
        "customer_name": "あさぎ製菓株式会社",
        "channel": "phone",
        "text": "納期の相談をいただいた。",
        "form_key": str(uuid.uuid4()),
    }
    return {**form, **changes}


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_three_answers_are_enough(hers: Client, asagi: Customer, alice: Person) -> None:
    answer = hers.post(NEW, filled())
    touch = Touch.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == touch.get_absolute_url()
    assert (touch.customer, touch.author, touch.channel) == (asagi, alice, "phone")
    assert timezone.now() - touch.happened_at < dt.timedelta(minutes=1)


def test_the_same_form_sent_twice_records_once(hers: Client, asagi: Customer) -> None:
    form = filled(next_text="見積を送る")
    first, second = hers.post(NEW, form), hers.post(NEW, form)
    assert first["Location"] == second["Location"]
    assert Touch.objects.count() == 1
    assert ActionItem.objects.count() == 1


def test_the_same_form_with_more_text_is_a_touch_of_its_own(hers: Client, asagi: Customer) -> None:
    form = filled()
    hers.post(NEW, form)
    hers.post(NEW, {**form, "text": "納期の相談をいただいた。あとで書き足した。"})
    assert Touch.objects.count() == 2


def test_the_browser_hears_that_the_form_has_arrived(hers: Client, asagi: Customer) -> None:
    form = filled()
    assert form["form_key"] in hers.post(NEW, form).cookies["kb_sent"].value


def test_a_form_that_failed_keeps_the_browsers_copy(hers: Client, asagi: Customer) -> None:
    answer = hers.post(NEW, filled(text=""))
    assert answer.status_code == 422
    assert "kb_sent" not in answer.cookies


def test_typed_text_stays_when_something_is_missing(hers: Client, asagi: Customer) -> None:
    form = filled(
        channel="", text="長い話を\n二行で書いた。", next_text="見積を送る", topics="納期"
    )
    answer = hers.post(NEW, form)
    assert answer.status_code == 422
    for words in ("長い話を\n二行で書いた。", "見積を送る", "納期", form["form_key"]):
        assert words in page(answer)
    assert not Touch.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "㈱あさぎ製菓",
        "株式会社 あさぎ製菓",
        "ｱｻｷﾞ製菓",
        "あさぎ製菓",
        "浅葱菓子店",
        "アサギセイ",
        "田所",
    ],
)
def test_a_customer_is_meant_by_any_of_its_names(hers: Client, asagi: Customer, typed: str) -> None:
    Customer.objects.create(name="要精機株式会社", yomi="かなめせいき")
    if typed.startswith("ｱ"):
        asagi.name = "アサギ製菓株式会社"
        asagi.save()
    assert hers.post(NEW, filled(customer_name=typed)).status_code == 302
    assert Touch.objects.get().customer == asagi


def test_several_customers_of_near_names_are_offered(hers: Client, asagi: Customer) -> None:
    other = Customer.objects.create(name="あさぎ印刷", yomi="あさぎいんさつ")
    answer = hers.post(NEW, filled(customer_name="あさぎ"))
    assert answer.status_code == 422
    assert "あさぎ製菓株式会社" in page(answer)
    assert f'value="{other.pk}"' in page(answer)
    chosen = filled(customer_name="あさぎ", customer_id=other.pk)
    assert hers.post(NEW, chosen).status_code == 302
    assert Touch.objects.get().customer == other


def test_a_new_customer_is_made_only_when_said_so(hers: Client, alice: Person) -> None:
    answer = hers.post(NEW, filled(customer_name="白樺工房"))
    assert answer.status_code == 422
    assert "新しいお客さま" in page(answer)
    assert not Customer.objects.exists()
    assert hers.post(NEW, filled(customer_name="白樺工房", is_new="on")).status_code == 302
    assert Touch.objects.get().customer.name == "白樺工房"
    assert Customer.objects.get().sales_owner == alice


def test_no_customer_no_record(hers: Client) -> None:
    answer = hers.post(NEW, filled(customer_name=" "))
    assert answer.status_code == 422
    assert "お客さまを選んでください。" in page(answer)


@pytest.mark.parametrize(("choice", "days"), [("tomorrow", 1), ("week", 7)])
def test_quick_answers_set_the_day(hers: Client, asagi: Customer, choice: str, days: int) -> None:
    hers.post(NEW, filled(next_text="見積を送る", next_when=choice))
    assert ActionItem.objects.get().due_on == timezone.localdate() + dt.timedelta(days=days)


def test_next_monday_is_always_ahead(hers: Client, asagi: Customer) -> None:
    hers.post(NEW, filled(next_text="見積を送る", next_when="monday"))
    due_on = ActionItem.objects.get().due_on
    assert due_on is not None
    assert due_on.weekday() == 0
    assert 1 <= (due_on - timezone.localdate()).days <= 7


def test_a_day_wins_over_a_quick_answer(hers: Client, asagi: Customer) -> None:
    day = timezone.localdate() + dt.timedelta(days=3)
    hers.post(NEW, filled(next_text="見積を送る", next_when="week", next_on=day.isoformat()))
    assert ActionItem.objects.get().due_on == day


def test_a_day_that_is_over_is_named(hers: Client, asagi: Customer) -> None:
    day = timezone.localdate() - dt.timedelta(days=1)
    answer = hers.post(NEW, filled(next_text="見積を送る", next_on=day.isoformat()))
    assert answer.status_code == 422
    assert "過ぎた日です。" in page(answer)


@pytest.mark.parametrize("field", ["next_on", "next_when"])
def test_a_day_without_a_deed_is_asked_about(hers: Client, asagi: Customer, field: str) -> None:
    value = {"next_on": timezone.localdate().isoformat(), "next_when": "week"}[field]
    answer = hers.post(NEW, filled(**{field: value}))
    assert answer.status_code == 422
    assert "することを書いてください。" in page(answer)


def test_the_next_action_is_read_from_the_text(
    hers: Client, asagi: Customer, alice: Person, bob: Person
) -> None:
    day = timezone.localdate() + dt.timedelta(days=9)
    text = f"納期の相談。\n次回 {day.month}/{day.day} 見積送付 @坊城"
    hers.post(NEW, filled(text=text))
    item = ActionItem.objects.get()
    assert (item.text, item.person, item.due_on) == ("見積送付", bob, day)
    assert item.created_by == alice


def test_what_was_typed_wins_over_the_text(hers: Client, asagi: Customer) -> None:
    hers.post(NEW, filled(text="次回: 見積送付", next_text="電話する"))
    assert ActionItem.objects.get().text == "電話する"


def test_a_name_of_two_colleagues_stays_in_the_words(
    hers: Client, asagi: Customer, alice: Person, bob: Person
) -> None:
    Person.objects.create_user("bojo2", None, name="坊城 花子", yomi="ぼうじょう はなこ")
    hers.post(NEW, filled(text="次回: 見積送付 @坊城"))
    item = ActionItem.objects.get()
    assert (item.text, item.person) == ("見積送付 @坊城", alice)


def test_leavers_are_nobodys_company(
    hers: Client, asagi: Customer, bob: Person, charlie: Person
) -> None:
    assert Membership.objects.filter(person=charlie).exists()
    proposed = [row["name"] for row in hers.get("/colleagues/suggest").json()]
    assert bob.name in proposed
    assert charlie.name not in proposed
    assert hers.post(NEW, filled(colleagues=charlie.name)).status_code == 422


def test_what_lies_ahead_is_no_record(hers: Client, asagi: Customer) -> None:
    later = timezone.localtime() + dt.timedelta(days=3)
    answer = hers.post(NEW, filled(happened_at=later.strftime("%Y-%m-%dT%H:%M")))
    assert answer.status_code == 422
    assert "これからの予定" in page(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "あ" * 400_000},
        {"text": "a\0b"},
        {"customer_name": "\0"},
        {"customer_name": "あ" * 5000},
        {"customer_id": "9" * 40, "customer_name": ""},
        {"customer_id": "\0", "customer_name": ""},
        {"channel": "pigeon"},
        {"colleagues": "9" * 40},
        {"colleagues": "\0"},
        {"colleagues": "、".join(f"x{n}" for n in range(40))},
        {"contacts": "長" * 101},
        {"deal": "9" * 40},
        {"voices": "[[[["},
        {"voices": '[{"quote": "納期", "kind": "gossip"}]'},
        {"voices": '[{"quote": "書いていない言葉", "kind": "request"}]'},
        {"voices": "[" * 100_000},
        {"happened_at": "0001-01-01T00:00"},
        {"happened_at": "99999-13-40T99:99"},
        {"next_text": "x", "next_on": "9999-12-31"},
        {"topics": "一、二、三、四、五、六"},
        {"topics": "長" * 101},
        {"mood": "angry"},
    ],
)
def test_nonsense_is_refused_in_words(
    hers: Client, asagi: Customer, changes: dict[str, Any]
) -> None:
    answer = hers.post(NEW, filled(**changes))
    assert answer.status_code == 422
    assert "まだ保存していません。" in page(answer)
    assert not Touch.objects.exists()


@pytest.mark.parametrize("number", ["9" * 40, "-1", "1e3", "%00", "٣", "0", ""])
def test_an_address_with_a_wrong_customer_is_the_empty_form(hers: Client, number: str) -> None:
    assert hers.get(f"{NEW}?customer={number}").status_code == 200


def test_a_mangled_form_key_is_a_new_form(hers: Client, asagi: Customer) -> None:
    assert hers.post(NEW, filled(form_key="\0" * 9)).status_code == 302


def test_the_customer_of_the_address_is_picked(hers: Client, asagi: Customer) -> None:
    assert asagi.name in page(hers.get(f"{NEW}?customer={asagi.pk}"))
    form = filled(customer_name="")
    assert hers.post(f"{NEW}?customer={asagi.pk}", form).status_code == 302
    assert Touch.objects.get().customer == asagi


def test_proposals_say_why_they_fit(hers: Client, asagi: Customer) -> None:
    def why(words: str) -> str:
        return str(hers.get("/customers/suggest", {"q": words}).json()[0]["why"])

    assert why("あさぎ") == "あさぎせいか"
    assert why("浅葱") == "有限会社浅葱菓子店"
    assert why("田所").startswith("田所 文香")
    assert hers.get("/customers/suggest", {"q": "\0"}).status_code == 200


def test_only_colleagues_record(client: Client, asagi: Customer, charlie: Person) -> None:
    for path in (NEW, "/customers/suggest"):
        assert client.get(path).status_code in (302, 401)
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.post(NEW, filled()).status_code == 302
    assert not Touch.objects.exists()
