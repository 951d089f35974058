"""The demo company: its data holds together, and it loads once, whole, in reasonable time."""

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from customers.models import Customer, Touch, Voice, VoiceTheme
from kb.articles.models import Article, ArticleLink, Contributor, Revision
from kb.meetings.models import Decision, Meeting
from kb.portal.demo.calendar import DemoCalendar
from kb.portal.demo.history import steps
from kb.portal.demo.source import read, read_documents, read_folder
from kb.search.models import OutboxEntry
from kb.text.companies import is_corporate_number
from kb.text.kana import is_reading
from kb.todos.models import ActionItem
from people.models import Department, Membership, Person

TOKYO = ZoneInfo("Asia/Tokyo")


@cache
def company() -> dict[str, Any]:
    return read("company.yaml")  # type: ignore[no-any-return]


@cache
def customer_data() -> dict[str, Any]:
    return read("customers.yaml")  # type: ignore[no-any-return]


@cache
def touches() -> list[dict[str, Any]]:
    return list(chain(*read_folder("touches")))


@cache
def meetings() -> list[dict[str, Any]]:
    return read_folder("meetings") + read_folder("allhands")


@cache
def decisions() -> list[dict[str, Any]]:
    return read("decisions.yaml")  # type: ignore[no-any-return]


@cache
def documents() -> list[tuple[dict[str, Any], str]]:
    return read_documents("articles")


@cache
def engagement() -> dict[str, Any]:
    return read("engagement.yaml")  # type: ignore[no-any-return]


@cache
def people() -> dict[str, dict[str, Any]]:
    return {person["login"]: person for person in company()["people"]}


def names_of(key: str) -> set[str]:
    return {entry["slug"] for entry in company()[key]}


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The company, loaded once for the tests that only look at it; what was printed."""
    with (
        override_settings(
            MEDIA_ROOT=tmp_path_factory.mktemp("media"),
            CELERY_TASK_ALWAYS_EAGER=True,
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield load()
        transaction.set_rollback(True)


def everybody_named(value: Any) -> set[str]:
    """All logins a piece of data names under the keys that mean people."""
    keys = {
        "author", "owner", "person", "by", "proposer", "proposed_by", "chair", "scribe",
        "confirmed_by", "main", "sub", "head", "sales_owner", "success_owner", "asked_by",
        "answered_by", "presenter",
    }  # fmt: skip
    lists = {"reviewers", "present", "absent", "together", "stewards", "new_colleagues"}
    if isinstance(value, list):
        return set().union(*map(everybody_named, value))
    if not isinstance(value, dict):
        return set()
    found = {item for key, item in value.items() if key in keys and isinstance(item, str)}
    found |= {item for key, items in value.items() if key in lists for item in items}
    return found.union(*map(everybody_named, value.values()))


def topics_of(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(topics_of, value))
    if not isinstance(value, dict):
        return set()
    found = {topic for topic in value.get("topics", []) if isinstance(topic, str)}
    return found.union(*map(topics_of, value.values()))


def test_everything_promised_is_there() -> None:
    kinds = Counter(entry["kind"] for entry, _body in documents())
    assert len([person for person in company()["people"] if "left_day" not in person]) >= 60
    assert len([d for d in company()["departments"] if "parent" not in d]) >= 8
    assert len(names_of("responsibilities")) >= 45
    assert len(customer_data()["customers"]) == 25
    assert len(touches()) >= 120
    assert {
        meeting["number"] for meeting in meetings() if meeting["series"] == "COFFEE TALK"
    } == set(range(1, 13))
    assert all(kinds[kind] for kind in ("manual", "question", "book_note", "rule", "note"))
    assert len(documents()) + len(touches()) + len(meetings()) + len(decisions()) >= 150


def test_names_and_short_names_are_used_once() -> None:
    for entries, key in (
        (company()["people"], "login"),
        (company()["people"], "chat"),
        (company()["people"], "name"),
        (company()["departments"], "slug"),
        (company()["topics"], "slug"),
        (company()["topics"], "name"),
        (company()["responsibilities"], "slug"),
        (customer_data()["customers"], "slug"),
        (customer_data()["customers"], "corporate_number"),
        (decisions(), "slug"),
        ([entry for entry, _body in documents()], "title"),
    ):
        counted = Counter(entry[key] for entry in entries)
        assert [name for name, count in counted.items() if count > 1] == []


def test_everybody_and_every_topic_named_exists() -> None:
    entries = [
        company(),
        customer_data(),
        touches(),
        meetings(),
        decisions(),
        engagement(),
        [entry for entry, _ in documents()],
    ]
    assert everybody_named(entries) - set(people()) == set()
    assert topics_of(entries) - names_of("topics") == set()


def test_departments_and_chores_named_exist() -> None:
    places = {person["department"] for person in company()["people"]}
    places |= {chore["department"] for chore in company()["responsibilities"]}
    places |= {entry["department"] for entry, _body in documents()}
    places |= {slug for decision in decisions() for slug in decision["departments"]}
    assert places - names_of("departments") == set()
    named = {entry["responsibility"] for entry, _body in documents() if "responsibility" in entry}
    assert named - names_of("responsibilities") == set()


def test_readings_are_hiragana() -> None:
    readings = [
        entry["yomi"] for key in ("people", "departments", "topics") for entry in company()[key]
    ]
    readings += [entry["yomi"] for entry in customer_data()["customers"]]
    readings += [who["yomi"] for entry in customer_data()["customers"] for who in entry["contacts"]]
    assert [reading for reading in readings if not is_reading(reading)] == []


def test_corporate_numbers_have_a_valid_check_digit() -> None:
    numbers = [entry["corporate_number"] for entry in customer_data()["customers"]]
    assert [number for number in numbers if not is_corporate_number(number)] == []


def test_a_synonym_means_one_topic() -> None:
    counted = Counter(word for topic in company()["topics"] for word in topic["synonyms"])
    names = {topic["name"] for topic in company()["topics"]}
    assert [word for word, count in counted.items() if count > 1 or word in names] == []


def test_voices_are_words_of_their_touch() -> None:
    themes = {theme["slug"] for theme in customer_data()["voice_themes"]}
    for touch in touches():
        for voice in touch.get("voices", []):
            assert voice["quote"] in touch["text"]
            assert voice.get("theme") in themes | {None}


def test_touches_are_told_by_people_who_worked_there_to_contacts_of_the_customer() -> None:
    contacts = {
        entry["slug"]: {who["name"] for who in entry["contacts"]}
        for entry in customer_data()["customers"]
    }
    for touch in touches():
        assert set(touch["with"]) <= contacts[touch["customer"]]
        for login in (touch["by"], *touch.get("together", [])):
            person = people()[login]
            assert person["joined_day"] <= touch["day"] <= person.get("left_day", 0)


def test_no_text_is_told_twice() -> None:
    texts = [touch["text"] for touch in touches()] + [body for _entry, body in documents()]
    texts += [person["bio"] for person in company()["people"]]
    sentences = Counter(
        sentence
        for text in texts
        for sentence in re.split(r"[。\n]", text)
        if len(sentence.strip()) >= 25 and not sentence.lstrip().startswith("|")
    )
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_touches_are_as_long_as_people_write() -> None:
    assert [t["text"] for t in touches() if not 60 <= len(t["text"]) <= 350] == []


def test_seven_companies_say_that_they_cannot_find_the_help() -> None:
    heard = [
        (touch["customer"], people()[touch["by"]]["department"])
        for touch in touches()
        for voice in touch.get("voices", [])
        if voice.get("theme") == "help-not-found"
    ]
    assert len(heard) >= 9
    assert len({customer for customer, _department in heard}) == 7
    assert {department.split("-")[0] for _customer, department in heard} == {"cs"}


def test_pages_named_in_texts_exist() -> None:
    titles = {entry["title"] for entry, _body in documents()}
    texts = [body for _entry, body in documents()]
    texts += [item["minutes"] for meeting in meetings() for item in meeting.get("agenda", [])]
    named = {name for text in texts for name in re.findall(r"\[\[([^\]|]+)", text)}
    hung = [entry for key in ("comments", "thanks", "confirmations") for entry in engagement()[key]]
    assert (named | {entry["article"] for entry in hung}) - titles == set()


def test_days_are_working_days_written_out_and_not_ahead() -> None:
    monday_morning = dt.datetime(2026, 11, 23, 9, 30, tzinfo=TOKYO)
    calendar = DemoCalendar(monday_morning)
    assert calendar.day(-1) == dt.date(2026, 11, 20)
    assert calendar.day(-3) == dt.date(2026, 11, 20)
    assert calendar.moment(0, "09:00").date() == dt.date(2026, 11, 23)
    assert calendar.moment(0, "14:05") == dt.datetime(2026, 11, 20, 14, 5, tzinfo=TOKYO)
    assert (
        calendar.fill("{{d-4}}から{{d+2}}まで、{{m-11}}と{{m+2}}")
        == "11月19日から11月25日まで、12月と1月"
    )


def test_the_last_state_of_a_text_is_the_whole_text() -> None:
    for entry, body in documents():
        told = steps(entry, body)
        edits = Counter(step.login for step in told[1:])
        assert told[-1].body == body
        assert [step.day for step in told] == sorted(step.day for step in told)
        for contributor in entry.get("contributors", []):
            assert edits[contributor["person"]] >= contributor["edits"]


@pytest.mark.django_db
def test_the_company_loads_whole(loaded: str) -> None:
    assert Person.objects.count() == len(people())
    assert Department.objects.count() == len(names_of("departments"))
    assert Customer.objects.count() == 25
    assert Touch.objects.count() == len(touches())
    assert Article.objects.count() == len(documents())
    assert Meeting.objects.count() == len(meetings())
    assert Decision.objects.count() == len(decisions())
    theme = VoiceTheme.objects.get(title="ヘルプの場所がわからない")
    assert theme.voices.values("touch__customer").distinct().count() == 7
    assert "mizuno" in loaded


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_nothing_loaded_lies_ahead_except_what_is_to_come() -> None:
    now = timezone.now()
    assert not Touch.objects.filter(happened_at__gt=now).exists()
    assert not Voice.objects.filter(created_at__gt=now).exists()
    assert not Article.objects.filter(updated_at__gt=now).exists()
    assert not Revision.objects.filter(created_at__gt=now).exists()
    assert ActionItem.objects.open().filter(due_on__gt=timezone.localdate()).exists()
    assert ActionItem.objects.open().filter(due_on__lt=timezone.localdate()).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_texts_have_a_history_by_several_people() -> None:
    whole = Article.objects.get(title="取り込みで止まった画面の書きとめ")
    assert whole.revisions.count() == whole.revision
    latest = whole.revisions.get(number=whole.revision)
    assert latest.body == whole.body
    assert whole.body_html
    assert Contributor.objects.filter(role=Contributor.Role.EDITOR).exists()
    assert not ArticleLink.objects.filter(target__isnull=True).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_people_who_moved_keep_their_history() -> None:
    places = Membership.objects.filter(person__login="mizuno").order_by("started_on")
    assert [place.department.slug for place in places] == ["cs-support", "cs-success"]
    assert Membership.objects.current().filter(person__login="kiriyama").count() == 2
    assert not Person.objects.get(login="sekiguchi").is_active


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_every_record_waits_for_the_index() -> None:
    waiting = set(OutboxEntry.objects.values_list("model", "object_id"))
    assert waiting >= {("customers.touch", pk) for pk in Touch.objects.values_list("pk", flat=True)}
    assert waiting >= {("people.person", pk) for pk in Person.objects.values_list("pk", flat=True)}


@pytest.mark.django_db
def test_the_printed_password_opens_the_door_of_two_people_alone(loaded: str) -> None:
    password = re.search(r"ログイン: mizuno パスワード: (\S+)", loaded)
    assert password is not None
    person = Person.objects.get(login="mizuno")
    assert person.check_password(password[1])
    assert not person.is_staff
    assert Person.objects.get(login="onodera").is_superuser
    others = Person.objects.exclude(login__in=["mizuno", "onodera"])
    assert not any(other.has_usable_password() for other in others)


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_second_load_changes_nothing() -> None:
    printed = load()
    assert "もう入っています" in printed
    assert Person.objects.count() == len(people())
