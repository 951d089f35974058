"""The operators' pages of articles, files, comments, ToDos, jobs and the log."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from kb.articles.models import (
    Answer,
    Article,
    ArticleTemplate,
    Book,
    Draft,
    Revision,
)
from kb.articles.services import add_answer, create_article
from kb.engagement.models import Comment, Confirmation, Follow, Thanks
from kb.engagement.services import add_comment, confirm_reading, follow, give_thanks
from kb.files.models import Attachment
from kb.foundation.models import AuditEntry, Job
from kb.todos.models import ActionItem
from people.models import Person

MODELS = [
    ActionItem, Answer, Article, ArticleTemplate, Attachment, AuditEntry, Book, Comment,
    Confirmation, Draft, Follow, Job, Revision, Thanks,
]  # fmt: skip


@pytest.fixture
def operator(client_for: Callable[[Person], Client], alice: Person) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


@pytest.fixture
def question(alice: Person) -> Article:
    """A question with one of everything that hangs on it."""
    question = create_article(by=alice, kind="question", title="質問", body="本文")
    add_answer(question, "答え", by=alice)
    add_comment(question, "コメント", by=alice)
    give_thanks(question, by=alice)
    follow(question, by=alice)
    confirm_reading(question, by=alice)
    Book.objects.create(title="本")
    ArticleTemplate.objects.create(kind="note", name="試しのひな型", body="本文")
    Draft.objects.create(person=alice, key=uuid.uuid4(), kind="note", body="ひみつの下書き")
    ActionItem.objects.create(text="すること")
    Job.objects.create(kind="export")
    AuditEntry.objects.create(action="test")
    Attachment.objects.create(
        name="図.png",
        media_type="image/png",
        size=1,
        content_type=ContentType.objects.get_for_model(Article),
        object_id=question.pk,
    )
    return question


@pytest.mark.parametrize("model", MODELS)
def test_lists_search_and_forms_open_in_japanese(
    question: Article, operator: Client, model: type
) -> None:
    meta = model._meta  # type: ignore[attr-defined]
    listing = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    assert operator.get(listing, {"q": "あ"}).status_code == 200
    assert str(meta.verbose_name_plural) in operator.get(listing).content.decode()
    assert not str(meta.verbose_name).isascii() or meta.verbose_name == "ToDo"
    row = model._default_manager.first()  # type: ignore[attr-defined]
    page = operator.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert "ひみつの下書き" not in page.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_colleagues_who_are_no_operators_see_nothing(
    client_for: Callable[[Person], Client], bob: Person, model: type
) -> None:
    meta = model._meta  # type: ignore[attr-defined]
    listing = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    assert client_for(bob).get(listing).status_code == 302


@pytest.mark.parametrize("model", [AuditEntry, Draft, Job, Revision])
def test_what_is_a_log_is_read_only(question: Article, operator: Client, model: type) -> None:
    meta = model._meta  # type: ignore[attr-defined]
    row = model._default_manager.first()  # type: ignore[attr-defined]
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_delete", args=[row.pk])
    assert operator.post(address, {"post": "yes"}).status_code == 403


def test_a_text_cannot_be_changed_past_its_revisions(question: Article) -> None:
    assert {"body", "title", "revision"} <= set(admin.site._registry[Article].readonly_fields)


def test_operators_move_articles_to_the_bin_and_back(question: Article, operator: Client) -> None:
    listing = reverse("admin:articles_article_changelist")
    operator.post(listing, {"action": "move_to_bin", "_selected_action": [question.pk]})
    assert not Article.objects.visible().exists()
    operator.post(listing, {"action": "take_out_of_bin", "_selected_action": [question.pk]})
    assert Article.objects.visible().exists()
