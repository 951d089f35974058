"""A leaver is out at once, keeps the name on what was written, and leaves no chore to nobody."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kb.api.models import ApiToken
from kb.foundation.models import AuditEntry
from people.models import Department, Membership, Person, Responsibility
from people.services import AlreadyLeft, StillHere, come_back, leave, move


def test_every_open_sign_in_ends(
    alice: Person, bob: Person, client_for: Callable[[Person], Client]
) -> None:
    client_for(bob)
    client_for(alice)
    leave(bob, by=alice)
    assert Session.objects.count() == 1
    bob.refresh_from_db()
    assert not bob.is_active
    assert not bob.has_usable_password()


def test_tokens_of_programs_end(alice: Person, bob: Person) -> None:
    ApiToken.objects.create(person=bob, digest="x")
    leave(bob, by=alice)
    assert ApiToken.objects.get().revoked_at is not None


def test_posts_end_and_the_department_has_no_head(
    alice: Person, bob: Person, development_department: Department
) -> None:
    development_department.head = bob
    development_department.save()
    leave(bob, by=alice, on=dt.date(2026, 3, 31))
    development_department.refresh_from_db()
    assert bob.memberships.get().ended_on == dt.date(2026, 3, 31)
    assert development_department.head is None


def test_a_chore_goes_to_the_second_person(
    alice: Person, bob: Person, development_department: Department
) -> None:
    chore = Responsibility.objects.create(
        name="障害の一次受け", department=development_department, main=bob, sub=alice
    )
    leave(bob, by=alice)
    chore.refresh_from_db()
    assert (chore.main, chore.sub) == (alice, None)


def test_who_let_somebody_leave_is_on_record(alice: Person, bob: Person) -> None:
    leave(bob, by=alice)
    entry = AuditEntry.objects.get()
    assert (entry.person, entry.action) == (alice, "person.leave")


def test_nobody_leaves_twice(alice: Person, charlie: Person) -> None:
    with pytest.raises(AlreadyLeft):
        leave(charlie, by=alice)


def test_a_leaver_may_come_back(alice: Person, charlie: Person) -> None:
    assert come_back(charlie, by=alice).is_active
    with pytest.raises(StillHere):
        come_back(charlie, by=alice)


def test_moving_ends_the_post_before_on_the_day_before(
    bob: Person, success_department: Department
) -> None:
    move(bob, success_department, on=dt.date(2026, 4, 1), title="担当")
    old, new = Membership.objects.filter(person=bob).order_by("started_on")
    assert (old.ended_on, new.department) == (dt.date(2026, 3, 31), success_department)
    assert not move(bob, success_department, on=dt.date(2026, 5, 1), title="担当")
