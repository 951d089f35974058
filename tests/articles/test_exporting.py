"""What is exported imports again, equal."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.articles.books import find_or_make_book
from kb.articles.exporting.archive import blocks_of, stream_zip
from kb.articles.exporting.shelf import Shelf
from kb.articles.fields import (
    ArticleFields,
    BookNoteFields,
    ManualFields,
    QuestionFields,
    RuleFields,
)
from kb.articles.importing.folder import FolderImport
from kb.articles.models import Article, Book
from kb.articles.services import (
    accept_answer,
    add_answer,
    confirm_article,
    create_article,
    retire,
    save_article,
)
from kb.articles.services.merging import merge_questions
from kb.files.models import Attachment
from kb.files.services import store_file
from people.models import Department, Person, Responsibility


def exported() -> dict[str, bytes]:
    shelf = Shelf(Article.objects.visible())
    return {member.path: b"".join(blocks_of(member)) for member in shelf.members()}


def write(files: dict[str, bytes], root: Path) -> Path:
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return root


@pytest.fixture
def library(alice: Person, bob: Person, success_department: Department) -> None:
    """One of every kind, with links, files, answers and fields."""
    chore = Responsibility.objects.create(department=success_department, name="請求書の再発行")
    manual = create_article(
        by=alice,
        kind="manual",
        title="請求書/再発行: 手順 #1 (改)",
        body="## 受付\n\n本文",
        fields=ArticleFields(
            topics=["請求書", "返金"],
            details=ManualFields(responsibility=chore, readers="新しい人", is_official=True),
        ),
    )
    picture = store_file(ContentFile(b"a,b\n1,2\n"), "表 (1).csv", by=alice, target=manual)
    store_file(ContentFile(b"x,y\n3,4\n"), "だれもリンクしない.csv", by=alice, target=manual)
    body = (
        f"## 受付\n\n[表]({picture.get_absolute_url()}) を見ます。\n\n"
        f"```\n[code]({picture.get_absolute_url()})\n```\n\n外は [ここ](https://example.com/a)"
    )
    save_article(manual, by=bob, base_revision=1, title=manual.title, body=body)
    confirm_article(Article.objects.get(pk=manual.pk), by=bob)
    question = create_article(
        by=bob,
        kind="question",
        title="だれに聞きますか",
        body="",
        fields=ArticleFields(
            details=QuestionFields(
                situation="急ぎのとき\n困りました",
                about=manual,
                about_anchor="s-受付",
                about_heading="受付",
            )
        ),
    )
    link = f"[手順]({manual.get_absolute_url()}#s-受付) の通りです。"
    accept_answer(add_answer(question, link, by=alice), by=bob)
    add_answer(question, "わかりません", by=bob)
    same = create_article(by=alice, kind="question", title="だれに聞きますか", body="同じ")
    merge_questions(same, question, by=alice)
    create_article(
        by=alice,
        kind="book_note",
        title="伝わる説明",
        body="",
        fields=ArticleFields(
            details=BookNoteFields(
                book=find_or_make_book("伝わる説明", author="山田", isbn="9784000000000"),
                one_line="短く",
                learnt="一\n二",
            )
        ),
    )
    create_article(
        by=alice,
        kind="rule",
        title="在宅勤務",
        body="ルール",
        fields=ArticleFields(details=RuleFields(effective_on=dt.date(2026, 4, 1))),
    )
    retire(create_article(by=bob, kind="note", title="古い話: yes", body="---\n- [ ] 一"), by=bob)


@pytest.mark.usefixtures("library")
def test_export_import_export_is_equal(tmp_path: Path) -> None:
    before = exported()
    assert len([path for path in before if path.endswith(".md")]) == 6
    assert len([path for path in before if path.startswith("files/")]) == 2
    root = write(before, tmp_path / "out")
    Article.objects.all().delete()
    Attachment.objects.all().delete()
    Book.objects.all().delete()
    Responsibility.objects.all().delete()
    report = FolderImport(root, by=None).run()
    assert report.problems == []
    after = exported()
    assert sorted(after) == sorted(before)
    for path, content in before.items():
        assert after[path].decode() == content.decode(), path


@pytest.mark.usefixtures("library")
def test_links_lead_to_the_imported_articles_and_files(tmp_path: Path) -> None:
    root = write(exported(), tmp_path / "out")
    Article.objects.all().delete()
    Attachment.objects.all().delete()
    FolderImport(root, by=None).run()
    manual = Article.objects.get(kind="manual")
    assert Attachment.objects.visible().on(manual).count() == 2
    key = Attachment.objects.get(name="表 (1).csv").key
    assert f"[表](/files/{key}/)" in manual.body
    question = Article.objects.get(kind="question", question__same_as=None)
    assert question.question.about == manual
    accepted = question.answers.get(is_accepted=True)
    assert f"/articles/{manual.pk}/#s-受付" in accepted.body
    assert Article.objects.get(question__same_as=question).title == question.title


@pytest.mark.usefixtures("library")
def test_bringing_it_in_again_keeps_answers_written_here(tmp_path: Path, bob: Person) -> None:
    root = write(exported(), tmp_path / "out")
    Article.objects.all().delete()
    FolderImport(root, by=None).run()
    question = Article.objects.get(kind="question", question__same_as=None)
    count = question.answers.count()
    add_answer(question, "あとから書いた答え", by=bob)
    FolderImport(root, by=None).run()
    assert question.answers.count() == count + 1
    assert question.answers.filter(is_accepted=True).count() == 1


@pytest.mark.usefixtures("library")
def test_the_archive_is_sent_in_pieces_and_opens() -> None:
    pieces = list(stream_zip(Shelf(Article.objects.visible()).members()))
    assert len(pieces) > 3
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == exported()


@pytest.mark.usefixtures("library")
def test_twice_as_many_articles_take_no_more_queries(alice: Person) -> None:
    with CaptureQueriesContext(connection) as few:
        exported()
    for number in range(20):
        create_article(by=alice, kind="note", title=f"ノート{number}", body="本文")
    with CaptureQueriesContext(connection) as many:
        assert len(exported()) > 20
    assert len(many) == len(few)
