"""ここが違う: a suggestion is compared, taken over, changed or declined; both hear of it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article, Contributor, Suggestion
from kb.articles.services import save_article
from kb.articles.services.deciding import suggestions_for
from kb.articles.services.suggesting import decline_suggestion, suggest
from kb.engagement.models import Notification
from people.models import Department, Membership, Person
from tests.articles.typed import BODY, edited
from tests.conftest import make_person

ClientFor = Callable[[Person], Client]
BETTER = BODY.replace("手順2", "手順2のあとに保存する")


def typed(article: Article, **changes: Any) -> dict[str, Any]:
    values = {"body": article.body, "base_revision": article.revision, "why": ""}
    return values | {"form_key": str(uuid.uuid4())} | changes


def told(person: Person, kind: str = "suggestion") -> list[str]:
    rows = Notification.objects.filter(person=person, kind=kind, read_at=None)
    return list(rows.values_list("text", flat=True))


@pytest.fixture
def suggestion(manual: Article, bob: Person) -> Suggestion:
    return suggest(manual, BETTER, by=bob, base_revision=1, why="保存が抜けています")


def test_a_colleague_suggests_and_the_owner_hears_of_it(
    manual: Article, alice: Person, his: Client, mine: Client
) -> None:
    sent = typed(manual, body=BETTER, why="保存が抜けています")
    address = reverse("suggestion_create", args=[manual.pk])
    first, second = his.post(address, sent), his.post(address, sent)
    assert first["Location"] == second["Location"]
    assert Suggestion.objects.count() == 1
    words = "坊城 武さんから「ヘルプ記事の書き方」を直す提案です。「保存が抜けています」"
    assert told(alice) == [words]
    page = mine.get(first["Location"]).content.decode()
    assert "<ins>のあとに保存する</ins>" in page
    assert "提案を見る" in mine.get(manual.get_absolute_url()).content.decode()
    manual.refresh_from_db()
    assert manual.body == BODY


def test_what_is_taken_over_is_the_helpers_work(
    manual: Article, suggestion: Suggestion, alice: Person, bob: Person, mine: Client
) -> None:
    mine.post(reverse("suggestion_take", args=[suggestion.pk]))
    manual.refresh_from_db()
    assert manual.body == BETTER
    assert manual.revisions.get(number=2).author == bob
    assert Contributor.objects.get(article=manual, person=bob).role == "editor"
    assert told(bob) == ["「ヘルプ記事の書き方」を直す提案を、有栖川 玲さんが取り入れました。"]
    assert told(alice, "change") == []
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by) == ("taken", alice)


def test_a_suggestion_keeps_what_others_wrote_since(
    manual: Article, suggestion: Suggestion, alice: Person, mine: Client
) -> None:
    newer = BODY.replace("はじめに", "まえがき")
    save_article(manual, by=alice, base_revision=1, title=manual.title, body=newer)
    mine.post(reverse("suggestion_take", args=[suggestion.pk]))
    manual.refresh_from_db()
    assert "まえがき" in manual.body
    assert "手順2のあとに保存する" in manual.body


def test_clashing_lines_open_the_editor_instead_of_losing_any(
    manual: Article, suggestion: Suggestion, alice: Person, mine: Client
) -> None:
    newer = BODY.replace("手順2", "手順2は不要")
    save_article(manual, by=alice, base_revision=1, title=manual.title, body=newer)
    answer = mine.post(reverse("suggestion_take", args=[suggestion.pk]))
    assert f"suggestion={suggestion.pk}" in answer["Location"]
    editor = mine.get(answer["Location"]).content.decode()
    assert "手順2のあとに保存する" in editor
    manual.refresh_from_db()
    assert manual.body == newer


def test_a_suggestion_taken_in_other_words_still_counts_for_the_helper(
    manual: Article, suggestion: Suggestion, bob: Person, mine: Client
) -> None:
    other = BODY.replace("手順2", "手順2(保存を忘れずに)")
    sent = edited(manual, body=other, suggestion=suggestion.pk)
    mine.post(reverse("article_edit", args=[manual.pk]), sent)
    suggestion.refresh_from_db()
    assert suggestion.state == "taken"
    assert Contributor.objects.get(article=manual, person=bob).changed_lines == 2
    assert len(told(bob)) == 1


def test_it_is_declined_with_a_reason_only(
    manual: Article, suggestion: Suggestion, bob: Person, mine: Client
) -> None:
    address = reverse("suggestion_decline", args=[suggestion.pk])
    refused = mine.post(address, {"reply": " "})
    assert refused.status_code == 422
    assert "理由がありません" in refused.content.decode()
    mine.post(address, {"reply": "保存は自動になりました"})
    suggestion.refresh_from_db()
    assert suggestion.state == "declined"
    assert told(bob) == [
        "「ヘルプ記事の書き方」を直す提案を、有栖川 玲さんは取り入れませんでした。"
        "「保存は自動になりました」"
    ]
    assert "保存は自動になりました" in mine.get(suggestion.get_absolute_url()).content.decode()
    mine.post(reverse("suggestion_take", args=[suggestion.pk]))
    manual.refresh_from_db()
    assert manual.body == BODY


def test_a_no_and_a_withdrawal_are_taken_back(
    suggestion: Suggestion, bob: Person, alice: Person, mine: Client, his: Client
) -> None:
    def state() -> str:
        suggestion.refresh_from_db()
        return suggestion.state

    reopen = reverse("suggestion_reopen", args=[suggestion.pk])
    no = reverse("suggestion_decline", args=[suggestion.pk])
    page = mine.post(no, {"reply": "まちがえました"}, follow=True).content.decode()
    assert reopen in page
    his.post(reopen)
    assert state() == "declined"
    mine.post(reopen)
    assert (state(), suggestion.reply) == ("open", "")
    assert told(bob) == []
    assert suggestions_for(alice) == [suggestion]
    his.post(reverse("suggestion_withdraw", args=[suggestion.pk]))
    mine.post(reopen)
    assert state() == "withdrawn"
    his.post(reopen)
    assert state() == "open"
    mine.post(reverse("suggestion_take", args=[suggestion.pk]))
    mine.post(reopen)
    assert state() == "taken"


def test_a_text_whose_people_left_is_looked_after_by_its_department(
    manual: Article, alice: Person, bob: Person, his: Client, success_department: Department
) -> None:
    address = reverse("suggestion_create", args=[manual.pk])
    assert "提案は有栖川 玲さんに届き" in his.get(address).content.decode()
    dan = make_person("dan", "壇 直", "だん なお", success_department)
    success_department.head = dan
    success_department.save()
    Article.objects.filter(pk=manual.pk).update(department=success_department)
    alice.is_active = False
    alice.save()
    assert "提案は担当の部署の人に届き" in his.get(address).content.decode()
    his.post(address, typed(manual, body=BETTER))
    assert len(told(dan)) == 1
    assert len(suggestions_for(dan)) == 1


def test_nobody_decides_on_their_own_suggestion(
    suggestion: Suggestion, manual: Article, his: Client, mine: Client
) -> None:
    his.post(reverse("suggestion_take", args=[suggestion.pk]))
    mine.post(reverse("suggestion_withdraw", args=[suggestion.pk]))
    suggestion.refresh_from_db()
    assert suggestion.state == "open"
    his.post(reverse("suggestion_withdraw", args=[suggestion.pk]))
    suggestion.refresh_from_db()
    assert suggestion.state == "withdrawn"


def test_one_section_alone_is_changed(alice: Person, his: Client) -> None:
    from kb.articles.services import create_article

    body = "## 一\n\nあ\n\n## 二\n\nい\n\n### 二の一\n\nう\n\n## 三\n\nえ"
    article = create_article(by=alice, kind="manual", title="節のある手順", body=body)
    anchor = article.contents[1]["id"]
    address = reverse("suggestion_create", args=[article.pk])
    shown = his.get(f"{address}?section={anchor}").content.decode()
    assert "## 二\n\nい\n\n### 二の一\n\nう" in shown
    assert "## 三" not in shown
    his.post(address, typed(article, section=anchor, body="## 二\r\n\r\n直した"))
    assert Suggestion.objects.get().body == "## 一\n\nあ\n\n## 二\n\n直した\n\n## 三\n\nえ"


def test_who_only_sees_that_it_is_wrong_hears_what_became_of_it(
    manual: Article, alice: Person, bob: Person, his: Client, mine: Client
) -> None:
    address = reverse("suggestion_create", args=[manual.pk])
    assert his.post(address, typed(manual)).status_code == 422
    his.post(address, typed(manual, why="手順2が古いです"))
    suggestion = Suggestion.objects.get()
    words = "坊城 武さんから「ヘルプ記事の書き方」に「ここが違う」という指摘です。"
    assert told(alice) == [f"{words}「手順2が古いです」"]
    assert "ヘルプ記事の書き方" in mine.get(reverse("home")).content.decode()
    page = mine.get(suggestion.get_absolute_url()).content.decode()
    assert reverse("suggestion_take", args=[suggestion.pk]) not in page
    assert mine.post(reverse("suggestion_take", args=[suggestion.pk])).status_code == 302
    # Meanwhile the text moved on; the remark brings nothing old back.
    newer = BODY.replace("はじめに", "まえがき")
    save_article(manual, by=alice, base_revision=1, title=manual.title, body=newer)
    edit = f"{reverse('article_edit', args=[manual.pk])}?suggestion={suggestion.pk}"
    assert mine.get(edit).context["form"]["body"].value() == newer
    manual.refresh_from_db()
    body = newer.replace("手順2", "新しい手順2")
    mine.post(
        reverse("article_edit", args=[manual.pk]),
        edited(manual, body=body, suggestion=suggestion.pk),
    )
    suggestion.refresh_from_db()
    assert suggestion.state == "taken"
    assert told(bob) == ["「ヘルプ記事の書き方」を、あなたの指摘から有栖川 玲さんが直しました。"]
    assert told(alice) == []


def test_leavers_and_strangers_see_no_suggestion(
    suggestion: Suggestion, charlie: Person, client_for: ClientFor
) -> None:
    for client in (Client(), client_for(charlie)):
        assert client.get(suggestion.get_absolute_url()).status_code == 302
        assert client.post(reverse("suggestion_take", args=[suggestion.pk])).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.state == "open"


def test_a_suggestion_waits_on_the_owners_morning_page(
    suggestion: Suggestion, mine: Client, his: Client
) -> None:
    assert suggestion.get_absolute_url() in mine.get("/").content.decode()
    assert suggestion.get_absolute_url() not in his.get("/").content.decode()


def test_after_a_week_or_without_its_owner_the_department_decides(
    suggestion: Suggestion, alice: Person, success_department: Department
) -> None:
    carol = Person.objects.create_user("carol", name="加納 花")
    Membership.objects.create(person=carol, department=success_department)
    Article.objects.filter(pk=suggestion.article_id).update(department=success_department)
    assert suggestions_for(carol) == []
    Suggestion.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    assert suggestions_for(carol) == [suggestion]
    assert suggestions_for(alice) == [suggestion]
    assert suggestions_for(suggestion.author) == []
    Suggestion.objects.update(created_at=timezone.now())
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    assert suggestions_for(carol) == [suggestion]
    decline_suggestion(suggestion, "前の言い方にします", by=carol)
    assert suggestions_for(carol) == []
