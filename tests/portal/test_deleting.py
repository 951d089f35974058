"""Everybody may clear away everything: it is written down, and its people hear of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Touch
from kb.articles.models import Article
from kb.articles.services import add_answer, create_article
from kb.engagement.models import Notification
from kb.engagement.services import add_comment, delete_comment, restore_comment
from kb.foundation.models import AuditEntry
from kb.meetings.models import Meeting, Series
from people.models import Person


@pytest.fixture
def note(alice: Person) -> Article:
    return create_article(kind=Article.Kind.NOTE, by=alice, title="稟議の出しかた", body="本文")


@pytest.fixture(params=["articles", "touches", "meetings"])
def address(request: Any, note: Article, alice: Person) -> str:
    """A record of alice."""
    if request.param == "articles":
        return f"/articles/{note.pk}/"
    if request.param == "touches":
        customer = Customer.objects.create(name="あさぎ製菓株式会社", yomi="あさぎせいか")
        touch = Touch.objects.create(
            customer=customer,
            author=alice,
            channel="phone",
            text="電話",
            happened_at=timezone.now(),
        )
        return f"/touches/{touch.pk}/"
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK")
    meeting = Meeting.objects.create(
        series=series, number=1, held_at=timezone.now(), scribe=alice, chair=alice
    )
    return f"/meetings/{meeting.pk}/"


def test_the_author_hears_who_deleted_and_takes_it_back(
    alice_client: Client, bob_client: Client, bob: Person, address: str
) -> None:
    assert bob_client.post(f"{address}delete/").status_code == 302
    notice = Notification.objects.get()
    assert f"{bob.name}さんが「" in notice.text
    shown = alice_client.get(notice.url).content.decode()
    assert bob.name in shown
    assert f'action="{address}restore/"' in shown
    assert alice_client.post(f"{address}restore/").status_code == 302
    assert alice_client.get(address).status_code == 200
    assert alice_client.get(notice.url)["Location"] == address


def test_whoever_deletes_their_own_is_told_nothing(alice_client: Client, address: str) -> None:
    alice_client.post(f"{address}delete/")
    assert not Notification.objects.exists()


def test_both_ways_stand_in_the_log(bob_client: Client, bob: Person, address: str) -> None:
    bob_client.post(f"{address}delete/")
    bob_client.post(f"{address}restore/")
    rows = AuditEntry.objects.order_by("pk")
    assert [row.action.partition(".")[2] for row in rows] == ["delete", "restore"]
    assert {row.person for row in rows} == {bob}
    assert all(row.target and row.detail["title"] for row in rows)


def test_owner_hears_too_and_a_leaver_does_not(
    bob_client: Client, note: Article, charlie: Person, alice: Person
) -> None:
    note.author, note.owner = charlie, alice
    note.save()
    bob_client.post(f"/articles/{note.pk}/delete/")
    assert [notice.person for notice in Notification.objects.all()] == [alice]


def test_comments_and_answers_stand_in_the_log(alice_client: Client, alice: Person) -> None:
    question = create_article(kind=Article.Kind.QUESTION, by=alice, title="なぜ？", body="本文")
    answer = add_answer(question, "こうです", by=alice)
    alice_client.post(f"/answers/{answer.pk}/delete/")
    alice_client.post(f"/answers/{answer.pk}/restore/")
    comment = add_comment(question, "なるほど", by=alice)
    restore_comment(delete_comment(comment, by=alice), by=alice)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["answer.delete", "answer.restore", "comment.delete", "comment.restore"]


@pytest.mark.parametrize("path", ["/bin/nothing/1/", "/bin/article/999/"])
def test_what_is_not_there_is_not_found(alice_client: Client, path: str) -> None:
    assert alice_client.get(path).status_code == 404


def test_a_visitor_signs_in_first(client: Client, note: Article) -> None:
    assert "/login/" in client.get(f"/bin/article/{note.pk}/")["Location"]
