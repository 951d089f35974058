"""Nobody is sent to a colleague who has left."""

import pytest

from kb.search.records import read
from people.models import Department, Person, Responsibility


@pytest.mark.parametrize("has_second", [True, False])
def test_a_chore_names_the_second_in_charge_when_the_first_has_left(
    success_department: Department, charlie: Person, bob: Person, has_second: bool
) -> None:
    chore = Responsibility.objects.create(
        department=success_department,
        name="苦情の引き受け",
        main=charlie,
        sub=bob if has_second else None,
    )
    key = f"people.responsibility.{chore.pk}"
    record = read([key])[key]
    assert record.person_id == (bob.pk if has_second else None)
    assert record.department == success_department
