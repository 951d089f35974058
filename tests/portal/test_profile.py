"""A person's page: true for colleagues, short for leavers, written by its owner alone."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.models import Touch
from kb.articles.models import Answer, Article
from kb.engagement.models import Thanks
from kb.experts.models import Evidence
from kb.topics.models import Topic, TopicSynonym
from people.models import NOW_DOING_DAYS, AskMe, Department, Membership, Person, Responsibility
from people.services import leave

MakeArticle = Callable[..., Article]
MakeTouch = Callable[..., Touch]


def page_of(client: Client, person: Person) -> str:
    answer = client.get(f"/people/{person.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def test_the_page_says_who_somebody_is_and_how_to_reach_them(
    bob_client: Client, alice: Person, development_department: Department
) -> None:
    alice.extension, alice.bio = "214", "コールセンターで10年。"
    alice.save()
    Membership.objects.create(
        person=alice, department=development_department, is_primary=False, title="顧問"
    )
    page = page_of(bob_client, alice)
    for words in ("ありすがわ れい", "内線 214", "コールセンターで10年。", "（主務）", "（兼務）"):
        assert words in page
    assert "有栖川さんに聞く" in page
    assert "自分のページを直す" not in page


def test_what_one_is_doing_fades(bob_client: Client, alice: Person) -> None:
    alice.now_doing, alice.now_doing_at = "題名を直しています。", days_ago(NOW_DOING_DAYS - 1)
    alice.save()
    assert "題名を直しています。" in page_of(bob_client, alice)
    Person.objects.filter(pk=alice.pk).update(now_doing_at=days_ago(NOW_DOING_DAYS + 1))
    assert "題名を直しています。" not in page_of(bob_client, alice)


def test_where_one_is_holds_for_the_day(bob_client: Client, alice: Person) -> None:
    alice.today_state, alice.today_on = "home", timezone.localdate()
    alice.save()
    assert "在宅です" in page_of(bob_client, alice)
    Person.objects.filter(pk=alice.pk).update(today_on=days_ago(1).date())
    assert "在宅です" not in page_of(bob_client, alice)


def test_know_how_is_told_by_topic_with_its_reason(
    bob_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    article = make_article(alice, "ヘルプ記事の書き方", kind="manual", topic=help_topic)
    Evidence.objects.create(record=f"articles.article.{article.pk}", person=alice, role="author")
    page = page_of(bob_client, alice)
    assert "くわしいこと" in page
    assert "「ヘルプ記事の書き方」を書きました。" in page


def test_having_been_in_the_room_is_no_know_how(
    bob_client: Client, alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    article = make_article(bob, "ヘルプ記事の書き方", topic=help_topic)
    Evidence.objects.create(record=f"articles.article.{article.pk}", person=alice, role="attended")
    Evidence.objects.create(record=f"articles.article.{article.pk}", person=bob, role="bulk")
    assert "くわしいこと" not in page_of(bob_client, alice)
    assert "くわしいこと" not in page_of(bob_client, bob)


def test_what_somebody_wrote_is_listed_by_kind_without_what_is_deleted(
    bob_client: Client,
    alice: Person,
    bob: Person,
    make_article: MakeArticle,
    make_touch: MakeTouch,
) -> None:
    make_article(alice, "取り込みの手引き", kind="manual")
    make_article(alice, "消した手引き", kind="manual", deleted_at=timezone.now())
    make_touch(alice, "開き方を聞かれた")
    asked = make_article(bob, "文字化けはなぜ", kind="question")
    Answer.objects.create(question=asked, author=alice, body="保存のしかたです")
    page = page_of(bob_client, alice)
    for words in ("取り込みの手引き", "開き方を聞かれた", "文字化けはなぜ"):
        assert words in page
    assert "消した手引き" not in page


def test_thanks_in_words_are_shown_and_silent_ones_are_not_counted(
    bob_client: Client, alice: Person, bob: Person, make_article: MakeArticle
) -> None:
    for title, words in (("手引き", "電話が減りました。"), ("ノート", "")):
        Thanks.objects.create(person=bob, target=make_article(alice, title), words=words)
    page = page_of(bob_client, alice)
    assert page.count('<blockquote class="voice">') == 1
    assert "電話が減りました。" in page


def test_the_year_is_drawn_and_told_as_a_table(
    bob_client: Client, alice: Person, make_touch: MakeTouch
) -> None:
    make_touch(alice, "開き方を聞かれた", days_ago=3)
    page = page_of(bob_client, alice)
    assert 'class="yearring__touch" d="M' in page
    assert '<table class="yeartable">' in page


def test_of_a_leaver_only_name_and_texts_remain(
    alice_client: Client,
    alice: Person,
    bob: Person,
    help_topic: Topic,
    development_department: Department,
    make_article: MakeArticle,
) -> None:
    make_article(bob, "検索を直した記録", topic=help_topic)
    AskMe.objects.create(person=bob, topic=help_topic, note="呼んでください")
    Person.objects.filter(pk=bob.pk).update(extension="777", bio="釣りが好き")
    bob.refresh_from_db()
    successor = Person.objects.create_user("dora", name="堂本 楽", yomi="どうもと らく")
    Membership.objects.create(person=successor, department=development_department)
    leave(bob, by=alice)
    page = page_of(alice_client, bob)
    for words in (
        "坊城 武",
        "検索を直した記録",
        "坊城さんは退職しました",
        "代わりに聞ける人",
        "堂本 楽",
    ):
        assert words in page
    for words in ("777", "釣りが好き", "呼んでください", "坊城さんに聞く", "bob@example.com"):
        assert words not in page


def test_an_author_known_from_imports_is_no_leaver_but_cannot_be_asked(
    alice_client: Client, make_article: MakeArticle, help_topic: Topic
) -> None:
    author = Person.objects.create_user("jwg", name="外部 著者", is_active=False, is_imported=True)
    article = make_article(author, "SBOMの選び方", topic=help_topic)
    Evidence.objects.create(record=f"articles.article.{article.pk}", person=author, role="author")
    page = page_of(alice_client, author)
    for words in ("取り込んだ記録の著者です", "くわしいこと", "SBOMの選び方"):
        assert words in page
    assert "退職" not in page
    assert "外部さんに聞く" not in page


def test_nobody_is_not_found(alice_client: Client) -> None:
    assert alice_client.get("/people/99999/").status_code == 404


def test_a_new_colleague_is_told_where_to_begin(alice_client: Client, alice: Person) -> None:
    page = page_of(alice_client, alice)
    for words in ("聞いてほしいことを、まだ書いていません", "ノートを書く", "自分のページを直す"):
        assert words in page


def test_the_page_costs_a_bounded_number_of_queries(
    bob_client: Client,
    alice: Person,
    bob: Person,
    help_topic: Topic,
    make_article: MakeArticle,
    make_touch: MakeTouch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        article = make_article(alice, f"手引き{number}", kind="manual", topic=help_topic)
        Evidence.objects.create(
            record=f"articles.article.{article.pk}", person=alice, role="author"
        )
        Thanks.objects.create(person=bob, target=article, words="助かりました。")
        make_touch(alice, f"話{number}")
    page_of(bob_client, alice)
    with django_assert_max_num_queries(36):
        page_of(bob_client, alice)


# --- The owner's form ---------------------------------------------------------------------------


def form_data(**changes: object) -> dict[str, object]:
    data = {
        "now_doing": "",
        "bio": "",
        "yomi": "ありすがわ れい",
        "today_state": "",
        "offers-TOTAL_FORMS": "1",
        "offers-INITIAL_FORMS": "0",
        "offers-0-topic": "",
        "offers-0-note": "",
    }
    return {**data, **changes}


def test_only_the_owner_edits_the_page(bob_client: Client, alice: Person, charlie: Person) -> None:
    address = f"/people/{alice.pk}/edit/"
    assert bob_client.get(address).status_code == 403
    assert bob_client.post(address, form_data(bio="乗っ取り")).status_code == 403
    alice.refresh_from_db()
    assert alice.bio == ""
    assert bob_client.get(f"/people/{charlie.pk}/edit/").status_code == 404


def test_the_owner_says_what_happens_now(alice_client: Client, alice: Person) -> None:
    data = form_data(now_doing="題名を直しています。", today_state="home", today_note="15時まで")
    assert alice_client.post(f"/people/{alice.pk}/edit/", data).status_code == 302
    alice.refresh_from_db()
    assert alice.fresh_now_doing == "題名を直しています。"
    assert alice.state_today == "在宅です 15時まで"


def test_saving_again_does_not_refresh_old_words(alice_client: Client, alice: Person) -> None:
    Person.objects.filter(pk=alice.pk).update(now_doing="古い話", now_doing_at=days_ago(80))
    alice_client.post(f"/people/{alice.pk}/edit/", form_data(now_doing="古い話"))
    alice.refresh_from_db()
    assert alice.now_doing_at is not None
    assert alice.now_doing_at < days_ago(79)


def test_offers_are_found_by_synonym_and_replaced(
    alice_client: Client, alice: Person, help_topic: Topic
) -> None:
    TopicSynonym.objects.create(topic=help_topic, word="使い方ページ")
    AskMe.objects.create(person=alice, topic=Topic.objects.create(name="前のテーマ"))
    data = form_data(**{"offers-0-topic": "使い方ページ", "offers-0-note": "3回きたら呼んで"})
    alice_client.post(f"/people/{alice.pk}/edit/", data)
    offer = alice.ask_me.get()
    assert (offer.topic, offer.note) == (help_topic, "3回きたら呼んで")


def test_an_unknown_topic_is_made_only_when_asked_for(alice_client: Client, alice: Person) -> None:
    address = f"/people/{alice.pk}/edit/"
    data = form_data(**{"offers-0-topic": "焚き火", "bio": "消えない文"})
    page = alice_client.post(address, data).content.decode()
    assert "「焚き火」というテーマはまだありません。" in page
    assert "消えない文" in page
    assert not Topic.objects.exists()
    alice_client.post(address, data | {"offers-0-is_new": "True"})
    assert alice.ask_me.get().topic.name == "焚き火"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"yomi": "有栖川"}, "よみは、ひらがなで書いてください。"),
        ({"now_doing": "あ" * 301}, "300"),
        ({"today_state": "moon"}, "today_state"),
        ({"offers-0-note": "テーマなし"}, "ひとことに合うテーマを書いてください。"),
        ({"bio": "a\x00b"}, "id_bio_error"),
    ],
)
def test_a_mistake_is_named_and_the_text_is_kept(
    alice_client: Client, alice: Person, changes: dict[str, object], reason: str
) -> None:
    answer = alice_client.post(f"/people/{alice.pk}/edit/", form_data(mobile="090", **changes))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert reason in page
    assert 'value="090"' in page


def test_a_torn_form_is_no_server_error(alice_client: Client, alice: Person) -> None:
    address = f"/people/{alice.pk}/edit/"
    assert alice_client.post(address, {"bio": "x"}).status_code == 200
    many = form_data(**{"offers-TOTAL_FORMS": "100000"})
    assert alice_client.post(address, many).status_code == 200


def test_a_reading_in_katakana_is_stored_in_hiragana(alice_client: Client, alice: Person) -> None:
    alice_client.post(f"/people/{alice.pk}/edit/", form_data(yomi="アリスガワ　レイ"))
    alice.refresh_from_db()
    assert alice.yomi == "ありすがわ れい"


def test_chores_lead_to_their_line_in_the_department(
    bob_client: Client, alice: Person, success_department: Department
) -> None:
    chore = Responsibility.objects.create(
        name="請求書の再発行", department=success_department, main=alice
    )
    page = page_of(bob_client, alice)
    assert f'href="/departments/{success_department.pk}/#responsibility-{chore.pk}"' in page
    assert "主担当" in page
