"""A session is read anew for every page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice_client(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_session_that_has_ended_opens_nothing(alice_client: Client) -> None:
    assert is_signed_in(alice_client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(alice_client)


def test_a_session_that_was_removed_opens_nothing(alice_client: Client) -> None:
    Session.objects.all().delete()
    assert not is_signed_in(alice_client)


def test_a_session_that_somebody_wrote_opens_nothing(alice_client: Client) -> None:
    Session.objects.update(session_data="e30:forged:signature")
    assert not is_signed_in(alice_client)


def test_whoever_leaves_is_signed_out_at_once(alice_client: Client, alice: Person) -> None:
    assert is_signed_in(alice_client)
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    assert not is_signed_in(alice_client)


def test_a_new_password_ends_other_sessions(alice_client: Client, alice: Person) -> None:
    alice.set_password("another horse battery")
    alice.save()
    assert not is_signed_in(alice_client)
