"""Authors hear whom they helped, in names and words; comments reach whom they concern."""

import datetime as dt
from collections.abc import Callable

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article
from kb.articles.services import add_answer, create_article, publish, save_article
from kb.articles.tasks import tell_whom_they_helped
from kb.engagement.models import Notification
from kb.engagement.services import add_comment, delete_comment, follow, give_thanks, mute
from people.models import Person

ClientFor = Callable[[Person], Client]
WEDNESDAY = dt.datetime(2026, 11, 11, 10, tzinfo=dt.timezone(dt.timedelta(hours=9)))


def told(person: Person, kind: str) -> list[str]:
    return list(
        Notification.objects.filter(person=person, kind=kind).values_list("text", flat=True)
    )


def test_on_monday_authors_hear_whom_they_helped(
    manual: Article, alice: Person, bob: Person, mine: Client
) -> None:
    with time_machine.travel(WEDNESDAY):
        give_thanks(manual, by=bob, words="電話が減りました")
        give_thanks(manual, by=alice)
    with time_machine.travel(WEDNESDAY + dt.timedelta(days=5)):
        tell_whom_they_helped()
        tell_whom_they_helped()
    words = told(alice, "summary")
    assert words == [
        "先週、「ヘルプ記事の書き方」が坊城さんの役に立ちました。坊城さん：「電話が減りました」"
    ]
    page = mine.get(f"{reverse('helped_people')}?week=2026-11-09").content.decode()
    assert "電話が減りました" in page
    for odd in ("x", "0001-01-01", "9999-12-31", "2026-02-31"):
        assert mine.get(reverse("helped_people"), {"week": odd}).status_code == 200


def test_a_thanked_answer_is_told_as_an_answer(alice: Person, bob: Person, his: Client) -> None:
    question = create_article(by=alice, kind="question", title="返金の手順", body="")
    answer = add_answer(question, "こうします", by=bob)
    with time_machine.travel(WEDNESDAY):
        give_thanks(answer, by=alice)
    with time_machine.travel(WEDNESDAY + dt.timedelta(days=5)):
        tell_whom_they_helped()
    assert told(bob, "summary") == ["先週、「返金の手順」への答えが有栖川さんの役に立ちました。"]
    page = his.get(f"{reverse('helped_people')}?week=2026-11-09").content.decode()
    assert "「返金の手順」への答え" in page


def test_nobody_helped_is_no_news(manual: Article, alice: Person) -> None:
    with time_machine.travel(WEDNESDAY):
        tell_whom_they_helped()
    assert told(alice, "summary") == []


def test_comments_reach_the_named_and_the_owner_once(
    manual: Article, alice: Person, bob: Person
) -> None:
    add_comment(manual, "@有栖川玲 見てください", by=bob)
    assert len(told(alice, "mention")) == 1
    assert told(alice, "comment") == []
    add_comment(manual, "もうひとつ", by=bob)
    assert len(told(alice, "comment")) == 1


def test_whoever_remarked_hears_of_the_reply(manual: Article, alice: Person, bob: Person) -> None:
    comment = add_comment(manual, "ここはどうしますか", by=bob)
    add_comment(manual, "こうします", by=alice)
    assert told(bob, "comment") == ["有栖川 玲さんが「ヘルプ記事の書き方」にコメントしました。"]
    assert len(told(alice, "comment")) == 1
    Notification.objects.all().delete()
    with time_machine.travel(timezone.now() + dt.timedelta(days=91)):
        add_comment(manual, "ずっとあとのこと", by=alice)
    assert told(bob, "comment") == []
    delete_comment(comment, by=bob)
    add_comment(manual, "もうひとつ", by=alice)
    assert told(bob, "comment") == []
    mute(manual, by=bob)
    add_comment(manual, "黙っていたい", by=bob)
    add_comment(manual, "はい", by=alice)
    assert told(bob, "comment") == []


def test_followers_hear_of_changes_unless_they_muted(
    manual: Article, alice: Person, bob: Person
) -> None:
    follow(manual, by=bob)
    save_article(manual, by=alice, base_revision=1, title=manual.title, body="新しい本文")
    assert told(bob, "change") == ["有栖川 玲さんが「ヘルプ記事の書き方」を直しました。"]
    Notification.objects.update(read_at=timezone.now())
    mute(manual, by=bob)
    save_article(manual, by=alice, base_revision=2, title=manual.title, body="また新しい")
    assert len(told(bob, "change")) == 1


def test_followers_of_a_writer_hear_of_what_is_published_not_of_drafts(
    alice: Person, bob: Person
) -> None:
    follow(alice, by=bob)
    from kb.articles.fields import ArticleFields

    draft = ArticleFields(status=Article.Status.DRAFT)
    article = create_article(by=alice, kind="note", title="下書き", body="本文", fields=draft)
    assert told(bob, "change") == []
    publish(article, by=alice)
    assert len(told(bob, "change")) == 1


def test_people_named_in_a_text_hear_of_it_once(alice: Person, bob: Person) -> None:
    article = create_article(by=alice, kind="note", title="相談", body="@坊城武 に聞きました")
    save_article(
        article, by=alice, base_revision=1, title="相談", body="@坊城武 に聞きました\n追記"
    )
    assert len(told(bob, "mention")) == 1


def test_an_article_is_muted_and_heard_again(manual: Article, his: Client, bob: Person) -> None:
    label = "articles.article"
    his.post(reverse("follow_mute", args=[label, manual.pk]))
    assert "また知らせる" in his.get(manual.get_absolute_url()).content.decode()
    his.post(reverse("follow_stop", args=[label, manual.pk]))
    assert "知らせない" in his.get(manual.get_absolute_url()).content.decode()
