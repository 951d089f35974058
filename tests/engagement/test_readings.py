"""読みました: asked of whom, reminded how often, shown to whom."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article
from kb.articles.services import create_article, save_article
from kb.engagement.models import Confirmation, Notification, ReadingRequest
from kb.engagement.reading_rounds import ask_newcomers, remind_readers
from kb.engagement.readings import Readers, ask_to_read, reading_state
from kb.engagement.services import confirm_reading
from kb.engagement.tasks import follow_readings
from kb.foundation.models import AuditEntry
from people.models import Department, Membership, Person
from tests.conftest import make_person

ClientFor = Callable[[Person], Client]
LABEL = "articles.article"
EVERYBODY = Readers(audience=ReadingRequest.Audience.ALL)


@pytest.fixture
def rule(alice: Person) -> Article:
    return create_article(by=alice, kind="rule", title="情報の持ち出し", body="本文")


@pytest.fixture
def mine(client_for: ClientFor, alice: Person) -> Client:
    return client_for(alice)


@pytest.fixture
def his(client_for: ClientFor, bob: Person) -> Client:
    return client_for(bob)


def told(person: Person) -> int:
    return Notification.objects.filter(person=person, kind="request", read_at=None).count()


def address(name: str, rule: Article) -> str:
    return reverse(name, args=[LABEL, rule.pk])


def test_a_department_is_asked_with_those_below_it_and_leavers_are_not(
    rule: Article,
    alice: Person,
    bob: Person,
    charlie: Person,
    mine: Client,
    success_department: Department,
) -> None:
    team = Department.objects.create(slug="desk", name="窓口", parent=success_department)
    dan = make_person("dan", "壇 直", "だん なお", team)
    answer = mine.post(
        address("confirmation_ask", rule),
        {"audience": "departments", "departments": [success_department.pk]},
    )
    assert answer.status_code == 302
    assert [row.person for row in Confirmation.objects.all()] == [dan]
    assert told(dan) == 1
    assert told(alice) == told(charlie) == told(bob) == 0


def test_the_whole_company_is_asked_only_when_that_is_meant(
    rule: Article, bob: Person, charlie: Person, mine: Client
) -> None:
    asked = mine.post(address("confirmation_ask", rule), {"audience": "all"})
    assert asked.status_code == 422
    assert "全社員2人に届きます" in asked.content.decode()
    assert not Confirmation.objects.exists()
    mine.post(address("confirmation_ask", rule), {"audience": "all", "is_sure": "on"})
    assert [row.person for row in Confirmation.objects.all()] == [bob]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"audience": "nobody"},
        {"audience": "departments"},
        {"audience": "departments", "departments": ["x"]},
        {"audience": "departments", "departments": ["9" * 40]},
        {"audience": "joined", "joined_since": "0001-01-01"},
        {"audience": "joined"},
        {"audience": "all", "is_sure": "on", "due_on": "2020-01-01"},
    ],
)
def test_a_request_that_says_too_little_is_shown_again(
    rule: Article, bob: Person, mine: Client, values: dict[str, object]
) -> None:
    answer = mine.post(address("confirmation_ask", rule), values)
    assert answer.status_code == 422
    assert not ReadingRequest.objects.exists()


def test_nobody_is_asked_twice(rule: Article, alice: Person, bob: Person) -> None:
    assert ask_to_read(rule, EVERYBODY, by=alice) == 1
    assert ask_to_read(rule, EVERYBODY, by=alice) == 0
    assert ReadingRequest.objects.count() == 1


def test_reading_is_confirmed_and_taken_back(
    rule: Article, alice: Person, bob: Person, his: Client
) -> None:
    ask_to_read(rule, EVERYBODY, by=alice)
    assert address("reading_confirm", rule) in his.get(rule.get_absolute_url()).content.decode()
    assert "情報の持ち出し" in his.get(reverse("home")).content.decode()
    his.post(address("reading_confirm", rule))
    assert Confirmation.objects.get().confirmed_at is not None
    assert address("reading_take_back", rule) in his.get(rule.get_absolute_url()).content.decode()
    his.post(address("reading_take_back", rule))
    assert Confirmation.objects.get().confirmed_at is None


def test_names_are_for_the_asker_and_a_share_for_the_others(
    rule: Article,
    alice: Person,
    bob: Person,
    mine: Client,
    client_for: ClientFor,
    development_department: Department,
) -> None:
    dan = make_person("dan", "壇 直", "だん なお", development_department)
    ask_to_read(rule, EVERYBODY, by=alice)
    client_for(dan).post(address("reading_confirm", rule))
    page = mine.get(address("confirmation_status", rule)).content.decode()
    assert "50%" in page
    assert bob.name in page
    others = client_for(dan).get(address("confirmation_status", rule)).content.decode()
    assert "50%" in others
    assert bob.name not in others


def test_who_leaves_is_waited_for_no_longer(
    rule: Article, alice: Person, bob: Person, mine: Client
) -> None:
    ask_to_read(rule, EVERYBODY, by=alice)
    bob.is_active = False
    bob.save()
    assert bob.name not in mine.get(address("confirmation_status", rule)).content.decode()
    assert remind_readers(dt.date(2030, 6, 3)) == 0


def test_a_stopped_request_asks_nobody_until_it_is_taken_up_again(
    rule: Article, alice: Person, bob: Person, mine: Client, his: Client
) -> None:
    ask_to_read(rule, EVERYBODY, by=alice)
    reading = ReadingRequest.objects.get()
    assert his.post(reverse("confirmation_stop", args=[reading.pk])).status_code == 404
    mine.post(reverse("confirmation_stop", args=[reading.pk]))
    assert not Confirmation.objects.waiting().exists()
    assert address("reading_confirm", rule) not in his.get(rule.get_absolute_url()).content.decode()
    mine.post(reverse("confirmation_resume", args=[reading.pk]))
    assert Confirmation.objects.waiting().count() == 1


def test_two_reminders_at_most_and_none_on_days_off(
    rule: Article, alice: Person, bob: Person
) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 1, 1, tzinfo=dt.UTC)):
        ask_to_read(rule, EVERYBODY, by=alice, due_on=dt.date(2026, 10, 9))
    reminded = []
    for day in range(60):
        now = dt.datetime(2026, 10, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)
        with time_machine.travel(now):
            follow_readings()
            follow_readings()
            if Confirmation.objects.filter(reminded_at__date=timezone.localdate()).exists():
                reminded.append(timezone.localdate())
    # The eve of the deadline; then after the weekend and 12 October, スポーツの日.
    assert reminded == [dt.date(2026, 10, 8), dt.date(2026, 10, 13)]
    assert Confirmation.objects.get().reminders == 2
    # The same unread line is renewed, not repeated.
    assert told(bob) == 1


def test_newcomers_are_asked_when_they_come(
    rule: Article, alice: Person, bob: Person, development_department: Department
) -> None:
    since = dt.date(2026, 4, 1)
    readers = Readers(audience=ReadingRequest.Audience.JOINED, joined_since=since)
    assert ask_to_read(rule, readers, by=alice, due_on=dt.date(2026, 4, 30)) == 0
    dan = make_person("dan", "壇 直", "だん なお", development_department)
    dan.joined_on = dt.date(2026, 11, 2)
    dan.save()
    assert ask_newcomers(dt.date(2026, 11, 2)) == 1
    assert ask_newcomers(dt.date(2026, 11, 2)) == 0
    row = Confirmation.objects.get()
    assert row.person == dan
    assert row.due_on is not None
    assert row.due_on > dt.date(2026, 11, 10)


def test_leavers_and_strangers_reach_none_of_it(
    rule: Article, alice: Person, bob: Person, charlie: Person, client_for: ClientFor
) -> None:
    ask_to_read(rule, EVERYBODY, by=alice)
    for name in ("confirmation_ask", "confirmation_status"):
        assert client_for(charlie).get(address(name, rule)).status_code == 302
        assert Client().get(address(name, rule)).status_code == 302
        assert client_for(bob).get(reverse(name, args=[LABEL, 10**6])).status_code == 404
        assert client_for(bob).get(reverse(name, args=["people.nothing", 1])).status_code == 404


def test_whoever_comes_into_an_asked_department_is_asked_too(
    rule: Article, alice: Person, success_department: Department
) -> None:
    make_person("dan", "壇 直", "だん なお", success_department)
    ask_to_read(rule, Readers(audience="departments", departments=[success_department]), by=alice)
    dora = Person.objects.create_user("dora", name="土井 萌")
    assert ask_newcomers(timezone.localdate()) == 0
    Membership.objects.create(person=dora, department=success_department)
    assert ask_newcomers(timezone.localdate()) == 1
    assert ask_newcomers(timezone.localdate()) == 0
    assert Confirmation.objects.get(person=dora).confirmed_at is None
    ReadingRequest.objects.update(stopped_at=timezone.now())
    eve = Person.objects.create_user("eve", name="江口 律")
    Membership.objects.create(person=eve, department=success_department)
    assert ask_newcomers(timezone.localdate()) == 0


def test_a_text_that_changed_is_asked_for_again_of_those_who_read_the_old_one(
    rule: Article, alice: Person, bob: Person, mine: Client, his: Client
) -> None:
    ask_to_read(rule, EVERYBODY, by=alice, due_on=timezone.localdate() + dt.timedelta(days=1))
    confirm_reading(rule, by=bob)
    Confirmation.objects.update(reminders=2)
    form = {"audience": "all", "is_sure": "on", "again": "on"}
    # Nothing has changed: there is nothing to ask again.
    assert 'name="again"' not in mine.get(address("confirmation_ask", rule)).content.decode()
    assert mine.post(address("confirmation_ask", rule), form).status_code == 422
    assert "そのあと" not in his.get(rule.get_absolute_url()).content.decode()
    save_article(rule, by=alice, base_revision=1, title=rule.title, body="持ち出しません。")
    assert "文章が変わりました" in his.get(rule.get_absolute_url()).content.decode()
    status = mine.get(address("confirmation_status", rule)).content.decode()
    assert "1人は、文章が変わる前に読みました。" in status
    assert 'name="again"' in mine.get(address("confirmation_ask", rule)).content.decode()
    # Without the mark nobody is asked twice.
    without = {"audience": "all", "is_sure": "on"}
    assert mine.post(address("confirmation_ask", rule), without).status_code == 422
    Notification.objects.update(read_at=timezone.now())
    assert mine.post(address("confirmation_ask", rule), form).status_code == 302
    row = Confirmation.objects.get()
    assert (row.confirmed_at, row.reminders) == (None, 0)
    assert told(bob) == 1
    log = AuditEntry.objects.get(action="confirmation.ask_anew")
    assert log.detail["confirmed_at"]


def test_the_new_text_is_confirmed_beside_the_old_one(
    rule: Article, alice: Person, bob: Person, his: Client
) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=3)):
        older = create_article(by=alice, kind="rule", title="古い決まり", body="本文")
        ask_to_read(older, EVERYBODY, by=alice)
        confirm_reading(older, by=bob)
    first = Confirmation.objects.get(person=bob).confirmed_at
    confirm_reading(older, by=bob)
    assert Confirmation.objects.get(person=bob).confirmed_at == first
    save_article(older, by=alice, base_revision=1, title=older.title, body="新しい本文")
    his.post(address("reading_confirm", older))
    assert not reading_state(older, bob).is_outdated_for_me


def test_whoever_keeps_the_text_takes_the_request_of_a_leaver_over(
    rule: Article, alice: Person, bob: Person, mine: Client, development_department: Department
) -> None:
    dan = make_person("dan", "壇 直", "だん なお", development_department)
    ask_to_read(rule, Readers(audience="departments", departments=[development_department]), by=dan)
    assert bob.name not in mine.get(address("confirmation_status", rule)).content.decode()
    stop = reverse("confirmation_stop", args=[ReadingRequest.objects.get().pk])
    assert mine.post(stop).status_code == 404
    dan.is_active = False
    dan.save()
    page = mine.get(address("confirmation_status", rule)).content.decode()
    assert bob.name in page
    assert stop in page
    eve = make_person("eve", "江口 律", "えぐち りつ", development_department)
    ask_newcomers(timezone.localdate())
    assert Notification.objects.get(person=eve).text.startswith("有栖川 玲さんから")
    assert mine.post(stop).status_code == 302
    assert not Confirmation.objects.waiting().exists()
    assert told(bob) == told(eve) == 0


def test_whoever_moves_to_another_department_is_asked_no_longer(
    rule: Article,
    alice: Person,
    bob: Person,
    success_department: Department,
    development_department: Department,
) -> None:
    readers = Readers(audience="departments", departments=[development_department])
    ask_to_read(rule, readers, by=alice)
    follow_readings()
    assert Confirmation.objects.waiting().count() == 1
    bob.memberships.update(ended_on=timezone.localdate() - dt.timedelta(days=1))
    Membership.objects.create(person=bob, department=success_department)
    follow_readings()
    assert not Confirmation.objects.exists()
    assert told(bob) == 0


def test_who_moves_while_the_whole_company_is_asked_stays_asked(
    rule: Article, alice: Person, bob: Person, development_department: Department
) -> None:
    ask_to_read(
        rule, Readers(audience="departments", departments=[development_department]), by=alice
    )
    everybody = ReadingRequest.objects.create(
        target=rule, asked_by=alice, audience=ReadingRequest.Audience.ALL
    )
    bob.memberships.all().delete()
    follow_readings()
    assert Confirmation.objects.get(person=bob).request == everybody


def test_newcomers_are_among_everybody_until_the_deadline(
    rule: Article, alice: Person, bob: Person, development_department: Department
) -> None:
    today = timezone.localdate()
    ask_to_read(rule, EVERYBODY, by=alice, due_on=today + dt.timedelta(days=7))
    dan = make_person("dan", "壇 直", "だん なお", development_department)
    assert ask_newcomers(today) == 1
    assert told(dan) == 1
    make_person("eve", "江口 律", "えぐち りつ", development_department)
    assert ask_newcomers(today + dt.timedelta(days=8)) == 0


def test_the_button_stands_where_the_text_ends_too(
    rule: Article, alice: Person, bob: Person, his: Client
) -> None:
    ask_to_read(rule, EVERYBODY, by=alice)
    confirm = address("reading_confirm", rule)
    assert his.get(rule.get_absolute_url()).content.decode().count(f'"{confirm}"') == 2
    answer = his.post(confirm)
    assert answer["Location"].endswith("#reading")
    assert his.get(rule.get_absolute_url()).content.decode().count(f'"{confirm}"') == 0
    # Done is done: the notice waits no longer.
    assert told(bob) == 0
