"""Mails: one a day, on working days, outside quiet hours, nothing twice, nothing lost."""

import datetime as dt
import smtplib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from kb.articles.services import create_article
from kb.articles.services.asking import ask_person
from kb.engagement.models import Notification, NotificationPreference
from kb.engagement.notifying import notify
from kb.meetings.models import Meeting, Series
from kb.portal.telling.letters import send_digests, send_direct_mails
from kb.portal.telling.models import Letter
from people.models import Person

pytestmark = pytest.mark.django_db
Kind = Notification.Kind
JST = dt.timezone(dt.timedelta(hours=9))


class BrokenServer(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, _messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("away")


def _refused(address: str) -> Exception:
    return smtplib.SMTPRecipientsRefused({address: (550, b"no such user")})


def _unread(_address: str) -> Exception:
    return smtplib.SMTPDataError(554, b"not taken")


def _later(address: str) -> Exception:
    return smtplib.SMTPRecipientsRefused({address: (450, b"later")})


def _silent(_address: str) -> Exception:
    error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out")
    error.__context__ = TimeoutError("timed out")
    return error


class PickyServer(EmailBackend):
    """A mail server that does not take one person's mail."""

    answer: Callable[[str], Exception]

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to[0].startswith("alice"):
                raise PickyServer.answer(message.to[0])
        return super().send_messages(messages) or 0


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example:25"
    settings.SITE_URL = "https://chinowa.example"


@pytest.fixture
def clock() -> Iterator[Any]:
    # A Tuesday.
    with time_machine.travel(dt.datetime(2026, 12, 1, 8, 5, tzinfo=JST), tick=False) as travel:
        yield travel


def _tell(bob: Person, alice: Person, text: str = "質問です", kind: Any = Kind.QUESTION) -> None:
    notify([bob], kind, lambda: text, url=f"/articles/{len(text)}/", by=alice)


@pytest.mark.usefixtures("clock")
def test_the_digest_carries_what_waits_and_leaves_once(alice: Person, bob: Person) -> None:
    for number in range(9):
        _tell(bob, alice, "変わりました" + "。" * number, Kind.CHANGE)
    assert send_digests() == 1
    assert send_digests() == 0
    (message,) = mail.outbox
    assert message.to == [bob.email]
    assert "https://chinowa.example/articles/" in message.body
    assert "ほか 3 件" in message.body
    assert not Notification.objects.filter(mailed_at=None).exists()


@pytest.mark.usefixtures("clock")
def test_what_waits_to_be_done_is_said_once(alice: Person, bob: Person) -> None:
    question = create_article(by=alice, kind="question", title="領収書はどこ?", body="")
    ask_person(question, bob, why="knows", reason="「領収書」を書いた人です。")
    url = question.get_absolute_url()
    notify([bob], Kind.CHANGE, lambda: "直しました", url=url, by=alice)
    assert send_digests() == 1
    (message,) = mail.outbox
    assert message.body.count("領収書はどこ?") == 1
    assert "あなたへの質問・「領収書」を書いた人です。" in message.body
    # Another thing about the same page is news all the same.
    assert "直しました" in message.body
    assert not Notification.objects.filter(mailed_at=None).exists()


@pytest.mark.usefixtures("clock")
def test_nothing_to_tell_is_no_mail(bob: Person) -> None:
    assert send_digests() == 0
    assert not Letter.objects.filter(person=bob).exists()


def test_no_mail_at_quiet_hours_holidays_and_to_those_who_do_not_want_it(
    alice: Person, bob: Person, clock: Any
) -> None:
    _tell(bob, alice)
    clock.move_to(dt.datetime(2026, 12, 5, 9, 0, tzinfo=JST))  # Saturday
    assert send_digests() + send_direct_mails() == 0
    clock.move_to(dt.datetime(2026, 12, 1, 21, 0, tzinfo=JST))
    assert send_digests() + send_direct_mails() == 0
    clock.move_to(dt.datetime(2026, 12, 2, 9, 0, tzinfo=JST))
    NotificationPreference.objects.create(person=bob, wants_digest=False, wants_direct_mail=False)
    assert send_digests() + send_direct_mails() == 0
    NotificationPreference.objects.update(wants_digest=True)
    assert send_digests() == 1


def test_several_calls_make_one_direct_mail_after_a_moment(
    alice: Person, bob: Person, clock: Any
) -> None:
    clock.move_to(dt.datetime(2026, 12, 1, 14, 0, tzinfo=JST))
    _tell(bob, alice, "ひとつめの質問")
    _tell(bob, alice, "もうひとつの質問です")
    assert send_direct_mails() == 0
    clock.shift(dt.timedelta(minutes=3))
    assert send_direct_mails() == 1
    assert "ひとつめの質問" in mail.outbox[0].body
    _tell(bob, alice, "その日のうちの三つめ")
    clock.shift(dt.timedelta(minutes=3))
    assert send_direct_mails() == 0
    clock.move_to(dt.datetime(2026, 12, 2, 8, 5, tzinfo=JST))
    assert send_digests() == 1
    assert "三つめ" in mail.outbox[1].body


@pytest.mark.usefixtures("clock")
def test_what_was_read_is_not_mailed(alice: Person, bob: Person) -> None:
    _tell(bob, alice)
    Notification.objects.update(read_at=dt.datetime.now(tz=JST))
    assert send_digests() == 0


@pytest.mark.usefixtures("clock")
def test_a_server_that_is_away_is_tried_again_and_nothing_comes_twice(
    alice: Person, bob: Person, settings: Any
) -> None:
    _tell(bob, alice)
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{BrokenServer.__module__}.BrokenServer"
    assert send_digests() == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.error) == (Letter.State.WAITING, "away")
    settings.EMAIL_BACKEND = good
    assert send_digests() == 1
    assert send_digests() == 0
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("answer", "state", "holds_others_up"),
    [
        (_refused, Letter.State.REFUSED, False),
        (_unread, Letter.State.REFUSED, False),
        (_later, Letter.State.WAITING, False),
        # It may have taken the mail: it is not given a second one.
        (_silent, Letter.State.SENDING, True),
    ],
)
def test_a_mail_that_is_not_taken_holds_nobody_up_for_long(
    alice: Person,
    bob: Person,
    settings: Any,
    answer: Callable[[str], Exception],
    state: str,
    holds_others_up: bool,
) -> None:
    assert alice.pk < bob.pk
    _tell(alice, bob)
    _tell(bob, alice)
    PickyServer.answer = answer
    settings.EMAIL_BACKEND = f"{PickyServer.__module__}.PickyServer"
    assert send_digests() == (0 if holds_others_up else 1)
    assert send_digests() == (1 if holds_others_up else 0)
    assert Letter.objects.get(person=alice).state == state
    assert [message.to for message in mail.outbox] == [[bob.email]]
    assert Notification.objects.filter(person=alice, mailed_at=None).exists()


def test_minutes_of_a_friday_evening_are_news_on_monday(
    alice: Person, bob: Person, clock: Any
) -> None:
    friday_evening = dt.datetime(2026, 12, 4, 18, 0, tzinfo=JST)
    series = Series.objects.create(slug="coffee", name="COFFEE TALK")
    Meeting.objects.create(
        series=series,
        number=1,
        held_at=friday_evening,
        published_at=friday_evening,
        state=Meeting.State.PUBLISHED,
    )
    clock.move_to(dt.datetime(2026, 12, 7, 8, 5, tzinfo=JST))
    assert send_digests() == 2
    assert "COFFEE TALK" in mail.outbox[0].body
    clock.move_to(dt.datetime(2026, 12, 8, 8, 5, tzinfo=JST))
    assert send_digests() == 0


@pytest.mark.usefixtures("clock")
def test_a_process_that_died_while_sending_does_not_send_again(alice: Person, bob: Person) -> None:
    _tell(bob, alice)
    Letter.objects.create(
        person=bob, day=dt.date(2026, 12, 1), kind="digest", state=Letter.State.SENDING
    )
    assert send_digests() == 0
    assert mail.outbox == []


def test_leavers_get_no_mail(alice: Person, bob: Person, clock: Any) -> None:
    _tell(bob, alice)
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    clock.move_to(dt.datetime(2026, 12, 1, 9, 0, tzinfo=JST))
    assert send_digests() + send_direct_mails() == 0


def test_a_month_brings_nobody_two_mails_on_one_day(alice: Person, bob: Person, clock: Any) -> None:
    moment = dt.datetime(2026, 12, 1, 7, 50, tzinfo=JST)
    number = 0
    while moment.month == 12:
        clock.move_to(moment)
        if moment.hour % 3 == 0:
            number += 1
            _tell(bob, alice, f"{number}番めの質問" + "。" * number)
        send_digests()
        send_direct_mails()
        moment += dt.timedelta(minutes=70)
    days = [letter.day for letter in Letter.objects.filter(person=bob)]
    assert len(days) == len(set(days)) == len(mail.outbox)
    assert len(days) > 15


def test_each_person_sets_how_to_hear(bob_client: Client, bob: Person) -> None:
    answer = bob_client.post(
        "/notices/settings/",
        {
            "wants_digest": "on",
            "quiet_from": "18:00",
            "quiet_until": "09:00",
            "wanted_kinds": ["comment"],
        },
    )
    assert answer.status_code == 302
    preference = NotificationPreference.objects.get(person=bob)
    assert not preference.wants_direct_mail
    assert "thanks" in preference.muted_kinds
    assert "comment" not in preference.muted_kinds
    assert bob_client.post("/notices/settings/", {"quiet_from": "x"}).status_code == 422
