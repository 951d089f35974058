"""Drafts: private to the writer, offered again, gone once published."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb.articles.models import Article, Draft
from kb.articles.services import save_article
from people.models import Person
from tests.articles.typed import BODY, form


def draft(**changes: Any) -> dict[str, Any]:
    return {"kind": "note", "title": "下", "body": "書きかけ", **changes}


def test_a_draft_is_private_and_offered_again(mine: Client, his: Client) -> None:
    key = str(uuid.uuid4())
    answer = mine.post(reverse("draft_save"), draft(draft_key=key, topics="ヘルプ"))
    assert "下書きを保存しました" in answer.json()["words"]
    address = reverse("article_create", args=["note"])
    assert "自動で保存した下書きがあります" in mine.get(address).content.decode()
    assert "自動で保存した下書きがあります" not in his.get(address).content.decode()
    assert "ヘルプ" in mine.get(address, {"draft": key}).content.decode()
    assert "書きかけ</textarea>" not in his.get(address, {"draft": key}).content.decode()
    assert key in mine.get(reverse("write")).content.decode()
    assert key not in his.get(reverse("write")).content.decode()


def test_nobody_writes_into_or_deletes_the_draft_of_another(mine: Client, his: Client) -> None:
    key = str(uuid.uuid4())
    mine.post(reverse("draft_save"), draft(draft_key=key))
    answer = his.post(reverse("draft_save"), draft(draft_key=key, body="よその文章"))
    assert answer.status_code == 404
    assert his.post(reverse("draft_delete", args=[key])).status_code == 404
    assert Draft.objects.get().body == "書きかけ"


def test_publishing_removes_the_draft_and_tells_the_browser(mine: Client) -> None:
    key = str(uuid.uuid4())
    mine.post(reverse("draft_save"), draft(draft_key=key))
    answer = mine.post(reverse("article_create", args=["note"]), form(draft_key=key))
    assert not Draft.objects.exists()
    assert answer.cookies["kb_saved"].value == key


def test_a_draft_of_an_article_keeps_the_revision_it_began_with(
    manual: Article, mine: Client, bob: Person
) -> None:
    key = str(uuid.uuid4())
    sent = draft(draft_key=key, kind="manual", article=manual.pk, base_revision=1)
    mine.post(reverse("draft_save"), sent)
    save_article(manual, by=bob, base_revision=1, title=manual.title, body=BODY + "\n手順4")
    page = mine.get(reverse("article_edit", args=[manual.pk]), {"draft": key})
    assert page.context["form"]["base_revision"].value() == 1
    assert page.context["form"]["body"].value() == "書きかけ"


def test_others_see_who_is_writing_but_not_what(manual: Article, mine: Client, his: Client) -> None:
    sent = draft(draft_key=str(uuid.uuid4()), kind="manual", article=manual.pk, body="ひみつ")
    mine.post(reverse("draft_save"), sent)
    page = his.get(reverse("article_edit", args=[manual.pk])).content.decode()
    assert "いま 有栖川 玲さんも直しています" in page
    assert "ひみつ" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"draft_key": "x"},
        {"kind": "poem"},
        {"article": "abc"},
        {"article": "9" * 30},
        {"article": "77"},
    ],
)
def test_a_draft_of_nonsense_is_not_found(mine: Client, changes: dict[str, str]) -> None:
    sent = draft(draft_key=str(uuid.uuid4())) | changes
    assert mine.post(reverse("draft_save"), sent).status_code == 404


def test_two_windows_on_one_draft_keep_two_texts(mine: Client) -> None:
    key = str(uuid.uuid4())
    save = reverse("draft_save")
    mine.post(save, draft(draft_key=key, desk="office", body="会社で"))
    other = mine.post(save, draft(draft_key=key, desk="train", body="電車で")).json()["key"]
    assert other != key
    mine.post(save, draft(draft_key=key, desk="office", body="会社で、続き"))
    assert {row.body for row in Draft.objects.all()} == {"会社で、続き", "電車で"}


def test_a_window_that_read_the_draft_goes_on_with_it(mine: Client) -> None:
    key = str(uuid.uuid4())
    save = reverse("draft_save")
    mine.post(save, draft(draft_key=key, desk="office", body="会社で"))
    page = mine.get(reverse("article_create", args=["note"]), {"draft": key})
    sent = draft(draft_key=key, desk="train", draft_seen=page.context["draft_seen"], body="電車で")
    assert mine.post(save, sent).json()["key"] == key
    assert Draft.objects.get().body == "電車で"


def test_saving_one_draft_of_an_article_leaves_the_other(manual: Article, mine: Client) -> None:
    keys = [str(uuid.uuid4()) for _ in range(2)]
    for key in keys:
        mine.post(
            reverse("draft_save"), draft(draft_key=key, kind="manual", article=manual.pk, desk=key)
        )
    sent = form(title=manual.title, body=BODY + "\n末尾", base_revision=1, draft_key=keys[0])
    mine.post(reverse("article_edit", args=[manual.pk]), sent)
    assert str(Draft.objects.get().key) == keys[1]
