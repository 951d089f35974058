"""The bin is emptied after 30 days, with files and a line of the log."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from kb.articles.models import Article, Revision
from kb.articles.services import create_article, delete_article
from kb.engagement.models import Comment
from kb.engagement.services import add_comment, delete_comment, follow
from kb.files.models import Attachment
from kb.files.services import store_file
from kb.foundation.models import AuditEntry
from kb.portal.emptying import empty_bin, recoverable_models
from kb.portal.tasks import empty_bin as nightly
from people.models import Person


def later(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


@pytest.fixture
def binned(alice: Person, bob: Person) -> Article:
    article = create_article(by=alice, kind="note", title="古いメモ", body="本文")
    add_comment(article, "気づいたこと", by=bob)
    follow(article, by=bob)
    store_file(ContentFile(b"a,b\n1,2\n"), "表.csv", by=alice, target=article)
    delete_article(article, by=alice)
    return article


def test_what_lies_there_for_thirty_days_goes_with_all_that_hung_on_it(
    binned: Article,
    alice: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file = Attachment.objects.get().file
    assert empty_bin(later(29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert empty_bin(later(31)) == 1
    assert not Article.objects.exists()
    assert not Revision.objects.exists()
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()
    assert not file.storage.exists(file.name)
    line = AuditEntry.objects.get(action="article.empty")
    assert line.detail["title"] == "古いメモ"
    assert empty_bin(later(31)) == 0


def test_every_kind_of_record_is_emptied(alice: Person) -> None:
    names = {model._meta.label_lower for model in recoverable_models()}
    assert {
        "articles.article",
        "engagement.comment",
        "customers.touch",
        "meetings.meeting",
    } <= names
    article = create_article(by=alice, kind="note", title="残る", body="本文")
    delete_comment(add_comment(article, "消す", by=alice), by=alice)
    assert empty_bin(later(31)) == 1
    assert Article.objects.count() == 1


def test_the_nightly_task_leaves_what_is_new_in_the_bin(binned: Article) -> None:
    nightly()
    assert Article.objects.count() == 1
