"""お知らせ belong to one person and are read by opening them."""

from collections.abc import Callable

import pytest
from django.test import Client

from kb.engagement.models import Notification
from people.models import Person


@pytest.fixture
def notice(alice: Person) -> Notification:
    return Notification.objects.create(
        person=alice, kind="wish", text="答えが届きました。", url="/wanted/"
    )


def test_an_unread_notice_is_counted_until_it_is_opened(
    alice_client: Client, notice: Notification
) -> None:
    assert "お知らせ（未読1件）" in alice_client.get("/notices/").content.decode()
    answer = alice_client.post(f"/notices/{notice.pk}/open/")
    assert answer["Location"] == "/wanted/"
    assert "未読1件" not in alice_client.get("/notices/").content.decode()


def test_nobody_sees_or_opens_the_notice_of_another(
    bob_client: Client, notice: Notification
) -> None:
    assert "答えが届きました" not in bob_client.get("/notices/").content.decode()
    assert bob_client.post(f"/notices/{notice.pk}/open/").status_code == 404


def test_all_are_read_at_once(alice_client: Client, notice: Notification) -> None:
    alice_client.post("/notices/read/")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_notice_never_leads_to_another_site(
    alice: Person, client_for: Callable[[Person], Client]
) -> None:
    bad = Notification.objects.create(person=alice, kind="x", text="x", url="https://evil.example/")
    answer = client_for(alice).post(f"/notices/{bad.pk}/open/")
    assert answer["Location"] == "/notices/"


def test_without_notices_the_page_says_what_would_come(alice_client: Client) -> None:
    assert "お知らせはまだありません" in alice_client.get("/notices/").content.decode()
