"""Who hears of what: notices to a person."""

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.engagement import services
from kb.engagement.models import Follow, Notification, NotificationPreference
from kb.engagement.notifying import followers, notify
from people.models import Person

pytestmark = pytest.mark.django_db
Kind = Notification.Kind


def test_all_but_the_actor_and_leavers_are_told(
    alice: Person, bob: Person, charlie: Person
) -> None:
    told = notify(
        [alice, bob, charlie, None, bob], Kind.CHANGE, lambda: "変わった", url="/a/", by=alice
    )
    assert told == 1
    notice = Notification.objects.get()
    assert (notice.person, notice.actor, notice.text) == (bob, alice, "変わった")


def test_an_unread_notice_is_renewed_not_doubled(alice: Person, bob: Person) -> None:
    notify([bob], Kind.COMMENT, lambda: "一つめ", url="/a/", by=alice)
    notify([bob], Kind.COMMENT, lambda: "二つめ", url="/a/", by=alice)
    assert [notice.text for notice in Notification.objects.all()] == ["二つめ"]


def test_a_read_notice_stays_and_a_new_one_comes(alice: Person, bob: Person) -> None:
    notify([bob], Kind.COMMENT, lambda: "一つめ", url="/a/", by=alice)
    Notification.objects.update(read_at="2026-01-05T00:00Z")
    notify([bob], Kind.COMMENT, lambda: "二つめ", url="/a/", by=alice)
    assert Notification.objects.count() == 2


def test_who_muted_a_record_is_not_told(alice: Person, bob: Person) -> None:
    topic = Article.objects.create(kind="note", title="メモ", body="本文", author=alice)
    services.follow(topic, by=bob)
    assert followers(topic) == [bob]
    Follow.objects.update(is_muted=True)
    assert followers(topic) == []
    assert notify([bob], Kind.CHANGE, lambda: "変わった", url="/a/", by=alice, about=topic) == 0


def test_the_text_is_in_the_company_language(alice: Person, bob: Person) -> None:
    with translation.override("en"):
        notify([bob], Kind.WISH, lambda: _("お知らせ"), url="/a/", by=alice)
    assert Notification.objects.get().text == "お知らせ"


def test_a_kind_one_does_without_is_not_told_but_a_question_is(alice: Person, bob: Person) -> None:
    NotificationPreference.objects.create(person=bob, muted_kinds=["thanks", "question"])
    assert notify([bob], Kind.THANKS, lambda: "助かった", url="/a/", by=alice) == 0
    assert notify([bob], Kind.QUESTION, lambda: "質問", url="/a/", by=alice) == 1
