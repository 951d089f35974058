"""The demo company stays out of a database that somebody uses."""

import pytest
from django.core.management import CommandError, call_command

from people.models import Department, Person


def test_a_database_in_use_is_refused(alice: Person) -> None:
    with pytest.raises(CommandError, match="もう会社の内容が入っている"):
        call_command("load_demo")
    assert list(Person.objects.all()) == [alice]


@pytest.mark.django_db
def test_a_login_in_use_is_refused_and_nothing_half_done_stays() -> None:
    Person.objects.create_user("mizuno", "correct horse battery", name="水野 別人")
    with pytest.raises(CommandError, match="もう会社の内容が入っている"):
        call_command("load_demo")
    assert Person.objects.count() == 1
    assert not Department.objects.exists()
