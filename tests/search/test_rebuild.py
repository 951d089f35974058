"""The whole index: built beside and swapped, compared with the database, healed when broken."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kb.articles.models import Article
from kb.search import engine, outbox, tasks, upkeep
from kb.search.document import topic_words
from kb.search.lock import index_lock
from kb.search.models import IndexedText, OutboxEntry
from kb.search.query import IndexBusy, SearchQuery, SearchUnavailable
from kb.topics.models import Topic
from people.models import Person

pytestmark = pytest.mark.django_db

ClientFor = Callable[[Person], Client]


def write(author: Person, title: str, **fields: Any) -> Article:
    article: Article = Article.objects.create(author=author, title=title, **fields)
    return article


def found(text: str) -> list[str]:
    return [hit.title for hit in engine.search(SearchQuery(text=text)).page.hits]


def test_a_document_is_the_same_in_whatever_order_topics_are_read() -> None:
    first, second = Topic(name="契約", slug="contract"), Topic(name="押印", slug="seal")
    assert topic_words([first, second]) == topic_words([second, first])


def test_rebuild_indexes_what_no_signal_told(search_index: Any, alice: Person) -> None:
    write(alice, "経費精算の手順")
    OutboxEntry.objects.all().delete()
    assert found("経費精算") == []
    seen: list[tuple[int, int]] = []
    count = upkeep.rebuild(lambda done, total: seen.append((done, total)))
    assert found("経費精算") == ["経費精算の手順"]
    assert count == search_index.document_count() == upkeep.total_count()
    assert seen[0][0] == 0
    assert seen[-1] == (count, count)


def test_searches_go_on_while_it_is_built_and_changes_follow(
    search_index: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(alice, "前からある記事")
    outbox.drain()
    during: list[list[str]] = []

    def look_and_save(done: int, _total: int) -> None:
        if done and not during:
            during.append(found("前からある"))
            write(alice, "途中で書いた記事")

    upkeep.rebuild(look_and_save)
    assert during == [["前からある記事"]]
    assert found("途中で書いた") == ["途中で書いた記事"]
    assert not OutboxEntry.objects.exists()


def test_a_failed_rebuild_leaves_the_old_index(
    search_index: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(alice, "経費精算の手順")
    outbox.drain()

    def fail(*_args: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(upkeep, "store_rows", fail)
    with pytest.raises(OSError, match="No space"):
        upkeep.rebuild()
    assert found("経費精算") == ["経費精算の手順"]
    with index_lock() as lock:
        assert lock is not None


def test_two_rebuilds_at_once_are_refused(search_index: Any) -> None:
    with index_lock(), pytest.raises(IndexBusy):
        upkeep.rebuild()
    with index_lock(), pytest.raises(CommandError, match="別のプロセス"):
        call_command("rebuild_search", verbosity=0)


def test_rows_of_records_that_vanished_are_removed(search_index: Any, alice: Person) -> None:
    article = write(alice, "消える記事")
    outbox.drain()
    Article.objects.filter(pk=article.pk).delete()
    OutboxEntry.objects.all().delete()
    upkeep.rebuild()
    assert not IndexedText.objects.filter(record=f"articles.article.{article.pk}").exists()


def test_check_search_is_content_when_both_are_the_same(
    search_index: Any, alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    write(alice, "経費精算の手順")
    outbox.drain()
    call_command("check_search")
    assert "同じです" in capsys.readouterr().out


def test_check_search_names_every_difference_and_reconcile_repairs_it(
    search_index: Any, alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, changed, gone = (write(alice, title) for title in ("一", "二", "三"))
    outbox.drain()
    search_index.remove_keys([f"articles.article.{missing.pk}"])
    Article.objects.filter(pk=changed.pk).update(title="二の新しい題")
    Article.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    with pytest.raises(CommandError) as failed:
        call_command("check_search")
    assert failed.value.returncode == 1
    out = capsys.readouterr().out
    for heading, article in (
        ("索引にありません", missing),
        ("古いまま", changed),
        ("残っています", gone),
    ):
        assert heading in out
        assert f"articles.article.{article.pk}" in out
    upkeep.reconcile()
    call_command("check_search")
    assert found("二の新しい題") == ["二の新しい題"]


def test_what_waits_is_no_difference(search_index: Any, alice: Person) -> None:
    outbox.drain()
    write(alice, "まだ待っている")
    result = upkeep.compare()
    assert list(result.differing) == []
    assert result.waiting_count == 1


def test_an_expired_review_is_found_by_the_nightly_comparison(
    search_index: Any, alice: Person
) -> None:
    article = write(alice, "経費精算の手順", review_due_on=timezone.localdate() + timedelta(days=1))
    outbox.drain()
    Article.objects.filter(pk=article.pk).update(
        review_due_on=timezone.localdate() - timedelta(days=1)
    )
    assert upkeep.compare().outdated == [f"articles.article.{article.pk}"]


def test_a_missing_index_gives_the_databases_answer_and_heals(
    search_index: Any,
    alice: Person,
    client_for: ClientFor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(alice, "経費精算の手順", body="領収書をそろえます。")
    outbox.drain()
    shutil.rmtree(tmp_path / "index")
    asked: list[str] = []
    monkeypatch.setattr(tasks, "ask_for_healing", lambda: asked.append("healing"))
    page = client_for(alice).get("/search/?q=領収書").content.decode()
    assert "手順" in page
    assert "作り直しています" in page
    assert asked
    tasks.heal_index()
    assert "作り直しています" not in client_for(alice).get("/search/?q=領収書").content.decode()
    assert found("領収書") == ["経費精算の手順"]


def test_the_database_keeps_to_the_filters(
    search_index: Any, alice: Person, bob: Person, tmp_path: Path, development_department: Any
) -> None:
    first = write(alice, "経費の手順", kind="manual")
    write(bob, "経費のルール", kind="rule", department=development_department)
    first.topics.add("経理")
    outbox.drain()
    shutil.rmtree(tmp_path / "index")

    def titles(**filters: Any) -> list[str]:
        from kb.search import fallback

        hits = fallback.find(SearchQuery(text="経費", **filters), limit=10).hits
        return sorted(hit.key for hit in hits)

    assert len(titles()) == 2
    assert len(titles(kinds=frozenset({"rule"}))) == 1
    assert len(titles(topics=frozenset(first.topics.values_list("slug", flat=True)))) == 1
    assert len(titles(departments=frozenset({development_department.pk}))) == 1
    assert len(titles(people=frozenset({alice.pk}))) == 1
    assert titles(until=timezone.localdate() - timedelta(days=1)) == []
    assert titles(states=frozenset({"retired"})) == []


def test_the_sweeper_heals_and_drains(search_index: Any, alice: Person, tmp_path: Path) -> None:
    write(alice, "経費精算の手順")
    shutil.rmtree(tmp_path / "index")
    with pytest.raises(SearchUnavailable):
        search_index.document_count()
    tasks.sweep()
    assert found("経費精算") == ["経費精算の手順"]
    write(alice, "出張の手順")
    tasks.sweep()
    assert found("出張") == ["出張の手順"]
