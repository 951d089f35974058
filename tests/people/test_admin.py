"""Operators keep people, departments and chores in Japanese; leaving acts at once."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from people.models import Department, Membership, Person, Responsibility


@pytest.fixture
def operator(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


@pytest.mark.parametrize(
    "model",
    [
        "people/person",
        "people/department",
        "people/responsibility",
        "people/topicsteward",
        "people/endorsement",
        "engagement/notification",
        "portal/wantedarticle",
        "portal/firstread",
    ],
)
def test_lists_searches_and_forms_open(operator: Client, bob: Person, model: str) -> None:
    for address in (f"/admin/{model}/", f"/admin/{model}/?q=ぼう", f"/admin/{model}/add/"):
        assert operator.get(address).status_code == 200


def test_the_forms_of_rows_open(
    operator: Client, bob: Person, development_department: Department
) -> None:
    chore = Responsibility.objects.create(name="一次受け", department=development_department)
    for row in (bob, development_department, chore):
        address = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
        assert operator.get(address).status_code == 200


def test_a_person_is_found_by_reading(operator: Client, bob: Person) -> None:
    page = operator.get("/admin/people/person/", {"q": "ぼうじょう"}).content.decode()
    assert "坊城 武" in page
    assert "有栖川 玲</a></th>" not in page


def test_a_person_is_made_with_a_hashed_password(operator: Client) -> None:
    data = {
        "login": "dora",
        "name": "堂本 楽",
        "usable_password": "true",
        "password1": "a longer secret phrase",
        "password2": "a longer secret phrase",
        **management("memberships", "ask_me", "stewardships"),
    }
    assert operator.post("/admin/people/person/add/", data).status_code == 302
    person = Person.objects.get(login="dora")
    assert person.check_password("a longer secret phrase")


def management(*prefixes: str) -> dict[str, str]:
    forms: dict[str, str] = {}
    for prefix in prefixes:
        forms |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return forms


def act(client: Client, action: str, *people: Person) -> str:
    data = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post("/admin/people/person/", data, follow=True).content.decode()


def test_leaving_leads_to_the_handing_over_of_one_person(
    operator: Client, bob: Person, charlie: Person
) -> None:
    data = {"action": "let_leave", "_selected_action": [bob.pk]}
    answer = operator.post("/admin/people/person/", data)
    assert answer["Location"] == f"/admin/people/person/{bob.pk}/leaving/"
    assert "ひとりだけ選んでください。" in act(operator, "let_leave", bob, charlie)
    bob.refresh_from_db()
    assert bob.is_active


def test_coming_back_is_an_action(operator: Client, bob: Person, charlie: Person) -> None:
    page = act(operator, "let_come_back", bob, charlie)
    assert "1人を変えました。" in page
    assert "1人はそのままです。" in page
    charlie.refresh_from_db()
    assert charlie.is_active


def test_nobody_is_shut_out_by_a_tick_in_the_form(operator: Client, bob: Person) -> None:
    page = operator.get(f"/admin/people/person/{bob.pk}/change/").content.decode()
    assert 'name="is_active"' not in page
    assert f"/admin/people/person/{bob.pk}/leaving/" in page


def test_a_second_main_post_is_refused_in_words(
    operator: Client, bob: Person, success_department: Department
) -> None:
    post = bob.memberships.get()
    data = {
        "login": "bob",
        "name": "坊城 武",
        "is_active": "on",
        "created_at": "2026-01-01",
        **management("ask_me", "stewardships"),
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": post.pk,
        "memberships-0-person": bob.pk,
        "memberships-0-department": post.department_id,
        "memberships-0-is_primary": "on",
        "memberships-1-person": bob.pk,
        "memberships-1-department": success_department.pk,
        "memberships-1-is_primary": "on",
    }
    answer = operator.post(f"/admin/people/person/{bob.pk}/change/", data)
    assert "主務はひとつだけです。" in answer.content.decode()
    assert Membership.objects.filter(person=bob).count() == 1
    moved = data | {"memberships-0-ended_on": "2026-03-31"}
    assert operator.post(f"/admin/people/person/{bob.pk}/change/", moved).status_code == 302
    assert Membership.objects.current().get(person=bob).department == success_department


def test_a_colleague_without_rights_stays_outside(
    bob: Person, client_for: Callable[[Person], Client]
) -> None:
    assert client_for(bob).get("/admin/people/person/").status_code == 302


def test_the_list_costs_the_same_for_many(
    operator: Client,
    success_department: Department,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        person = Person.objects.create_user(f"p{number}", name=f"人 {number}")
        Membership.objects.create(person=person, department=success_department)
    operator.get("/admin/people/person/")
    with django_assert_max_num_queries(14):
        operator.get("/admin/people/person/")


def test_a_department_does_not_stand_below_itself(
    operator: Client, success_department: Department
) -> None:
    team = Department.objects.create(slug="team", name="サポートチーム", parent=success_department)
    data = {
        "name": "CS部",
        "slug": "cs",
        "colour": "cs",
        "position": "0",
        "created_at": "2026-01-01",
        "parent": team.pk,
        **management("children", "memberships"),
    }
    address = f"/admin/people/department/{success_department.pk}/change/"
    page = operator.post(address, data).content.decode()
    assert "下にある部署を、上の部署にはできません。" in page
    success_department.refresh_from_db()
    assert success_department.parent is None
