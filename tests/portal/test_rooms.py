"""Rooms of chat tools and feeds: where news goes, and where it does not."""

import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.portal.telling import posting, rooms
from kb.portal.telling.addresses import public_address, refusal
from kb.portal.telling.models import FeedAddress, Webhook
from kb.portal.telling.posting import NotDelivered, Parcel
from kb.portal.telling.rooms import tell_rooms
from people.models import Department, Person

pytestmark = pytest.mark.django_db
SLACK = "https://hooks.slack.com/services/T0/B0/x"


@pytest.fixture
def sales() -> Department:
    return Department.objects.create(slug="sales", name="営業部")


@pytest.fixture
def room(sales: Department) -> Webhook:
    return Webhook.objects.create(
        name="営業の部屋", service="slack", address=SLACK, department=sales
    )


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[Parcel]:
    parcels: list[Parcel] = []
    monkeypatch.setattr(rooms, "post", parcels.append)
    return parcels


def _publish(alice: Person, department: Department, title: str, kind: str = "manual") -> Article:
    article: Article = Article.objects.create(
        kind=kind, title=title, author=alice, department=department, published_at=timezone.now()
    )
    return article


@pytest.mark.parametrize(
    ("service", "address", "token"),
    [
        ("slack", "http://hooks.slack.com/services/x", ""),
        ("slack", "https://127.0.0.1/x", ""),
        ("slack", "https://hooks.slack.com.evil.example/x", ""),
        ("slack", "https://evil.example/hooks.slack.com", ""),
        ("slack", "https://user@hooks.slack.com/x", ""),
        ("slack", "https://hooks.slack.com:8080/x", ""),
        ("slack", "https://[::1", ""),
        ("teams", "https://webhook.office.com.evil.example/x", ""),
        ("chatwork", "../../me", "token"),
        ("chatwork", "123", ""),
    ],
)
def test_other_addresses_are_refused_with_a_reason(
    service: str, address: str, token: str, sales: Department
) -> None:
    assert refusal(service, address, token)
    with pytest.raises(ValidationError):
        Webhook(
            name="x", service=service, address=address, token=token, department=sales
        ).full_clean()


def test_the_addresses_of_the_chat_tools_are_taken(room: Webhook) -> None:
    assert not refusal("slack", SLACK, "")
    assert not refusal("teams", "https://firm.webhook.office.com/webhookb2/x", "")
    assert not refusal("chatwork", "12345", "secret")
    room.full_clean()


def test_a_name_that_leads_inside_is_not_called() -> None:
    assert public_address("127.0.0.1") is None
    assert public_address("10.0.0.8") is None
    with pytest.raises(NotDelivered, match="社内"):
        posting.post(Parcel(host="localhost", path="/", headers={}, body=b""))


def test_a_slow_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.05)
    monkeypatch.setattr(posting, "_deliver", lambda _parcel: time.sleep(1))
    with pytest.raises(NotDelivered, match="返事"):
        posting.post(Parcel(host="hooks.slack.com", path="/", headers={}, body=b""))


def test_a_room_hears_once_of_what_is_new_in_its_department(
    alice: Person, sales: Department, room: Webhook, posted: list[Parcel]
) -> None:
    _publish(alice, sales, "見積の出し方 <&|>")
    _publish(alice, Department.objects.create(slug="it", name="情シス"), "VPN のつなぎ方")
    _publish(alice, sales, "ひとりごと", kind="note")
    assert tell_rooms() == 1
    assert tell_rooms() == 0
    (parcel,) = posted
    assert parcel.host == "hooks.slack.com"
    assert "見積の出し方 &lt;&amp;｜&gt;" in parcel.body.decode()
    room.refresh_from_db()
    assert room.last_sent_at is not None


def test_a_room_that_cannot_be_reached_is_tried_again_and_says_why(
    alice: Person, sales: Department, room: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_parcel: Parcel) -> None:
        raise NotDelivered("HTTP 500 と返ってきました。")

    _publish(alice, sales, "見積の出し方")
    monkeypatch.setattr(rooms, "post", away)
    for _round in range(rooms.ATTEMPTS_MAX):
        assert tell_rooms() == 0
    room.refresh_from_db()
    assert room.last_error == "HTTP 500 と返ってきました。"
    assert room.messages.get().given_up_at is not None


def test_a_room_that_never_answers_is_switched_off_and_operators_hear_of_it(
    room: Webhook, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Person.objects.create_superuser(login="root", name="運用 一", password="x")
    Webhook.objects.update(failures=rooms.FAILURES_MAX - 1)
    room.refresh_from_db()

    def away(_parcel: Parcel) -> None:
        raise NotDelivered("away")

    monkeypatch.setattr(rooms, "post", away)
    assert rooms.try_room(room) == "away"
    room.refresh_from_db()
    assert not room.is_active
    # Colleagues have nothing to do with it.
    (notice,) = Notification.objects.all()
    assert notice.person == operator
    assert "営業の部屋" in notice.text
    assert "away" in notice.text


@pytest.mark.parametrize(
    ("service", "address", "token", "expected"),
    [
        ("teams", "https://firm.webhook.office.com/w?x=1", "", b"AdaptiveCard"),
        ("chatwork", "77", "secret", b"body=%E9%A1%8C"),
    ],
)
def test_each_service_gets_its_own_words(
    service: str, address: str, token: str, expected: bytes, sales: Department
) -> None:
    webhook = Webhook(service=service, address=address, token=token, department=sales)
    parcel = posting.parcel_for(webhook, title="題", url="https://chinowa.example/")
    assert expected in parcel.body


def test_the_feed_opens_by_its_secret_address_alone(
    client: Client, alice: Person, sales: Department
) -> None:
    _publish(alice, sales, "見積の出し方")
    Article.objects.create(kind="note", title="捨てた", author=alice, deleted_at=timezone.now())
    secret = FeedAddress.objects.create(person=alice).secret
    for place in ("all", f"departments/{sales.pk}"):
        answer: Any = client.get(f"/feeds/{secret}/{place}.atom")
        assert answer.status_code == 200
        assert "見積の出し方" in answer.content.decode()
        assert "捨てた" not in answer.content.decode()
    assert client.get("/feeds/guess/all.atom").status_code == 404
    assert client.get(f"/feeds/{secret}/people/1.atom").status_code == 404


def test_the_feed_ends_with_leaving_and_with_a_new_address(
    client: Client, alice: Person, alice_client: Client
) -> None:
    old = FeedAddress.objects.create(person=alice).secret
    alice_client.post("/notices/feed/new/")
    assert client.get(f"/feeds/{old}/all.atom").status_code == 404
    new = FeedAddress.objects.get(person=alice).secret
    assert client.get(f"/feeds/{new}/all.atom").status_code == 200
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(f"/feeds/{new}/all.atom").status_code == 404


def test_a_title_with_control_characters_does_not_close_the_feed(
    alice: Person, sales: Department, client: Client
) -> None:
    _publish(alice, sales, "見積\x08の出し方")
    address = FeedAddress.objects.create(person=alice)
    answer = client.get(f"/feeds/{address.secret}/all.atom")
    assert answer.status_code == 200
    assert "見積の出し方" in answer.content.decode()
