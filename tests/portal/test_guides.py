"""使い方: one guide for each role, written once."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from kb.articles.models import Article
from people.models import Person

pytestmark = pytest.mark.django_db


def test_the_guides_are_written_once_and_kept_when_changed(
    alice: Person, alice_client: Client
) -> None:
    assert "使い方の記事は、まだありません" in alice_client.get("/help/").content.decode()
    call_command("load_help", alice.login)
    assert Article.objects.count() == 5
    Article.objects.filter(title__endswith="営業").update(body="自分たちの言葉に直した")
    call_command("load_help", alice.login)
    assert Article.objects.count() == 5
    text = alice_client.get("/help/").content.decode()
    for role in ("営業", "カスタマーサクセス", "会議をひらく人", "はじめての週", "管理する人"):
        assert f"知の輪の使い方：{role}" in text


def test_who_keeps_them_works_here(charlie: Person) -> None:
    with pytest.raises(CommandError):
        call_command("load_help", charlie.login)
