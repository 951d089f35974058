"""The outbox: nothing acknowledged is ever forgotten, and doing it twice does no harm."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from customers.models import Contact, Customer, Touch, Voice, VoiceTheme
from kb.articles.models import Answer, Article
from kb.experts.models import Evidence
from kb.files.models import Attachment
from kb.meetings.models import AgendaItem, Decision, Meeting, RejectedOption, Series
from kb.search import indexing, outbox, tasks
from kb.search.lock import LOCK_NAME, LockLost, index_lock, take_lock
from kb.search.models import IndexedText, IndexLock, OutboxEntry
from kb.search.query import IndexBusy
from kb.search.search_indexes import all_indexes
from kb.topics.models import Topic, TopicSynonym
from people.models import Person

pytestmark = pytest.mark.django_db


def waiting() -> list[str]:
    return [str(row) for row in OutboxEntry.objects.order_by("pk")]


def keys(engine: Any) -> set[str]:
    return {key for key, _revision in engine.keys_and_revisions()}


def article_by(author: Person, title: str = "経費精算の手順", **fields: Any) -> Article:
    article: Article = Article.objects.create(author=author, title=title, **fields)
    return article


class Crash(BaseException):
    """The process dies here: nothing in our code may catch it."""


def test_a_save_writes_a_row_in_the_same_transaction(alice: Person) -> None:
    OutboxEntry.objects.all().delete()
    with pytest.raises(Crash), transaction.atomic():
        article_by(alice)
        assert len(waiting()) == 1
        raise Crash
    assert waiting() == []
    article = article_by(alice)
    assert waiting() == [f"articles.article.{article.pk}"]


def test_child_rows_bring_their_record(alice: Person) -> None:
    article = article_by(alice, kind="question")
    meeting = Meeting.objects.create(
        series=Series.objects.create(slug="ct", name="COFFEE TALK"),
        number=1,
        held_at=timezone.now(),
    )
    decision = Decision.objects.create(title="入口を右上に置く")
    customer = Customer.objects.create(name="あさぎ製菓株式会社")
    touch = Touch.objects.create(customer=customer, author=alice, channel="phone", text="話した")
    theme = VoiceTheme.objects.create(title="見つからない")
    topic = Topic.objects.create(name="ヘルプ", slug="help")
    OutboxEntry.objects.all().delete()
    Answer.objects.create(question=article, author=alice, body="こうします")
    AgendaItem.objects.create(meeting=meeting, title="議題")
    RejectedOption.objects.create(decision=decision, option="しない")
    Contact.objects.create(customer=customer, name="先方 太郎")
    Voice.objects.create(touch=touch, quote="見つからない", kind="request", theme=theme)
    TopicSynonym.objects.create(topic=topic, word="手引き")
    Attachment.objects.create(
        name="a.pdf", media_type="application/pdf", size=1, sha256="0", target=article
    )
    assert waiting() == [
        f"articles.article.{article.pk}",
        f"meetings.meeting.{meeting.pk}",
        f"meetings.decision.{decision.pk}",
        f"customers.customer.{customer.pk}",
        f"customers.touch.{touch.pk}",
        f"customers.voicetheme.{theme.pk}",
        f"topics.topic.{topic.pk}",
        f"articles.article.{article.pk}",
    ]


def test_topics_and_relations_bring_their_record(alice: Person, bob: Person) -> None:
    article = article_by(alice)
    touch = Touch.objects.create(
        customer=Customer.objects.create(name="A"), author=alice, channel="phone", text="t"
    )
    OutboxEntry.objects.all().delete()
    article.topics.add("経費")
    touch.colleagues.add(bob)
    assert f"articles.article.{article.pk}" in waiting()
    assert f"customers.touch.{touch.pk}" in waiting()


def test_a_sign_in_and_models_that_nobody_searches_write_nothing(alice: Person) -> None:
    OutboxEntry.objects.all().delete()
    alice.last_login = timezone.now()
    alice.save(update_fields=["last_login"])
    Series.objects.create(slug="other", name="朝会")
    assert waiting() == []


def test_bulk_work_marks_its_records(alice: Person) -> None:
    article_by(alice, "一"), article_by(alice, "二")
    OutboxEntry.objects.all().delete()
    outbox.mark_changed(Article.objects.all())
    assert len(waiting()) == 2


def test_draining_indexes_updates_and_removes(search_index: Any, alice: Person) -> None:
    article = article_by(alice)
    key = f"articles.article.{article.pk}"
    outbox.drain()
    assert key in keys(search_index)
    assert waiting() == []
    assert Evidence.objects.filter(record=key, person=alice, role="author").exists()
    Article.objects.filter(pk=article.pk).update(deleted_at=timezone.now())
    outbox.mark(article)
    outbox.drain()
    assert key not in keys(search_index)
    assert not IndexedText.objects.filter(record=key).exists()
    assert not Evidence.objects.filter(record=key).exists()


def test_a_person_who_leaves_is_removed(search_index: Any, alice: Person) -> None:
    outbox.drain()
    assert f"people.person.{alice.pk}" in keys(search_index)
    alice.is_active = False
    alice.save()
    outbox.drain()
    assert f"people.person.{alice.pk}" not in keys(search_index)


def test_the_same_row_twice_is_one_document(search_index: Any, alice: Person) -> None:
    article = article_by(alice)
    for _ in range(3):
        outbox.mark(article)
    outbox.drain()
    found = [
        key
        for key, _ in search_index.keys_and_revisions()
        if key == f"articles.article.{article.pk}"
    ]
    assert len(found) == 1
    assert waiting() == []


def test_a_crash_before_the_engine_commits_loses_nothing(
    search_index: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = article_by(alice)
    before = waiting()
    with monkeypatch.context() as dying:
        dying.setattr(search_index, "write", die)
        with pytest.raises(Crash):
            outbox.drain()
    assert waiting() == before
    outbox.drain()
    assert f"articles.article.{article.pk}" in keys(search_index)


def test_a_crash_between_the_commit_and_the_deletion_repeats_the_batch(
    search_index: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = article_by(alice)
    before = waiting()
    write = search_index.write

    def write_then_die(*args: Any) -> None:
        write(*args)
        raise Crash

    with monkeypatch.context() as dying:
        dying.setattr(search_index, "write", write_then_die)
        with pytest.raises(Crash):
            outbox.drain()
    assert waiting() == before
    count = search_index.document_count()
    outbox.drain()
    assert search_index.document_count() == count
    assert f"articles.article.{article.pk}" in keys(search_index)
    assert waiting() == []


def die(*_args: Any, **_kwargs: Any) -> None:
    raise Crash


def test_rows_written_while_a_batch_runs_stay_for_the_next(
    search_index: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = article_by(alice, "はじめ")
    write = search_index.write
    later: list[Article] = []

    def write_while_somebody_saves(*args: Any) -> None:
        write(*args)
        if not later:
            later.append(article_by(alice, "あと"))

    monkeypatch.setattr(search_index, "write", write_while_somebody_saves)
    outbox.drain()
    assert {f"articles.article.{a.pk}" for a in (first, *later)} <= keys(search_index)


def test_a_taken_lock_leaves_the_rows(search_index: Any, alice: Person) -> None:
    article_by(alice)
    with index_lock() as other:
        assert other is not None
        assert outbox.drain() == 0
        assert waiting()
    assert outbox.drain() > 0


def test_a_stale_lock_is_replaced_and_its_holder_may_not_go_on(
    search_index: Any, alice: Person
) -> None:
    dead = take_lock()
    assert dead is not None
    IndexLock.objects.filter(name=LOCK_NAME).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    article_by(alice)
    assert outbox.drain() > 0
    with index_lock() as living:
        assert living is not None
        with pytest.raises(LockLost):
            dead.renew()
        dead.release()
        assert IndexLock.objects.filter(holder=living.holder).exists()


def test_a_busy_engine_leaves_the_rows(
    search_index: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any) -> None:
        raise IndexBusy

    article_by(alice)
    before = waiting()
    monkeypatch.setattr(search_index, "write", busy)
    tasks.drain()
    assert waiting() == before


def test_one_broken_record_does_not_stop_the_others(
    search_index: Any,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, bad = article_by(alice, "よい"), article_by(alice, "こわれた")
    index = next(index for index in all_indexes() if index.model is Article)
    build = index.document

    def break_one(record: Any) -> Any:
        if record.pk == bad.pk:
            raise ValueError("こわれています")
        return build(record)

    monkeypatch.setattr(index, "document", break_one)
    with caplog.at_level(logging.CRITICAL):
        outbox.drain()
    assert f"articles.article.{good.pk}" in keys(search_index)
    stuck = OutboxEntry.objects.get()
    assert (stuck.object_id, stuck.attempts) == (bad.pk, outbox.MOST_ATTEMPTS)
    assert "こわれています" in stuck.error


def test_a_broker_that_is_away_costs_nothing_but_a_line_in_the_log(
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.drain, "apply_async", away)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        article_by(alice)
    assert len([r for r in caplog.records if "queue is away" in r.getMessage()]) == 1
    assert waiting()


def test_without_a_worker_the_drain_runs_after_the_commit(
    search_index: Any, alice: Person, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        article = article_by(alice)
    assert f"articles.article.{article.pk}" in keys(search_index)
    assert waiting() == []


def test_many_saves_in_one_transaction_wake_the_indexer_once(
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks, "wake_indexer", lambda: woken.append("woken"))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(5):
            article_by(alice, f"記事{number}")
    assert woken == ["woken"]


def test_saves_one_after_another_wake_the_indexer_once_until_it_came_or_a_second_passed(
    search_index: Any,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    outbox.drain()
    settings.CELERY_TASK_ALWAYS_EAGER = False
    woken: list[str] = []
    monkeypatch.setattr(tasks, "wake_indexer", lambda: woken.append("woken"))

    def save() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            article_by(alice)
        return len(woken)

    assert [save() for _number in range(5)] == [1] * 5
    outbox.drain()
    assert waiting() == []
    assert [save() for _number in range(3)] == [2] * 3
    OutboxEntry.objects.update(created_at=timezone.now() - timedelta(seconds=2))
    assert [save() for _number in range(3)] == [3] * 3


def test_a_new_name_is_carried_to_the_records_that_repeat_it(
    search_index: Any, alice: Person
) -> None:
    article = article_by(alice)
    outbox.drain()
    alice.name = "有栖川 怜"
    alice.save()
    outbox.drain()
    assert "有栖川 怜" in IndexedText.objects.get(record=f"articles.article.{article.pk}").names


def test_a_batch_costs_a_fixed_number_of_queries(search_index: Any, alice: Person) -> None:
    def drained_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            outbox.drain()
        return len(captured)

    def write(number: int) -> None:
        article = article_by(alice, f"記事{number}")
        Answer.objects.create(question=article, author=alice, body="答え")
        article.topics.add("経費")

    write(0)
    drained_queries()
    write(1)
    one = drained_queries()
    for number in range(2, 32):
        write(number)
    assert drained_queries() <= one + 1


def test_drain_outbox_says_how_much_it_did(
    search_index: Any, alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    article_by(alice)
    call_command("drain_outbox")
    assert "索引に入れました" in capsys.readouterr().out
    assert waiting() == []


def test_targets_of_unknown_models_are_worked_off(search_index: Any) -> None:
    OutboxEntry.objects.create(model="gone.model", object_id=1)
    outbox.drain()
    assert waiting() == []
    assert indexing.read_batch([("gone.model", 1)]).additions == []
