"""A series, a meeting, a decision and signed-in clients for the tests of meetings."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kb.meetings.models import Decision, Meeting, Series
from kb.meetings.services import DecisionFields, MeetingFields, create_decision, create_meeting
from people.models import Department, Person

MakeDecision = Callable[..., Decision]


@pytest.fixture(autouse=True)
def with_index(search_index: object) -> None:
    """Pages ask who knows, so the index is there, empty."""


@pytest.fixture
def hers(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


@pytest.fixture
def his(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def coffee_talk(db: None) -> Series:
    return Series.objects.create(slug="coffee-talk", name="COFFEE TALK", kind="coffee_talk")


@pytest.fixture
def meeting(coffee_talk: Series, alice: Person, bob: Person) -> Meeting:
    fields = MeetingFields(
        held_at=timezone.now() - dt.timedelta(days=7),
        body="ヘルプの話をした。",
        place="4階 ラウンジ",
        chair=bob,
        present=[alice, bob],
        topics=["ヘルプ"],
    )
    return create_meeting(coffee_talk, 42, by=alice, fields=fields)


@pytest.fixture
def make_decision(alice: Person, success_department: Department) -> MakeDecision:
    def make(title: str = "ヘルプの入口を右上に置く", **changes: Any) -> Decision:
        defaults: dict[str, Any] = {
            "title": title,
            "reason": "7社が場所がわからないと話したため。",
            "decided_on": timezone.localdate(),
            "departments": [success_department],
        }
        return create_decision(by=alice, fields=DecisionFields(**(defaults | changes)))

    return make
