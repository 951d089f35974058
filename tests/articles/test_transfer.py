"""Uploads are previewed, brought in, taken back; Word becomes a 書きかけ; shelves leave as a zip."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from kb.articles.models import Article, ImportBatch
from kb.articles.services import create_article, save_article
from kb.files.models import Attachment
from kb.files.services import store_file
from kb.foundation.models import AuditEntry
from people.models import Department, Person

ClientFor = Callable[[Person], Client]
FILES = {
    "社内/手順.md": "---\ntitle: 手順\nkind: manual\n---\n\n[表](表.csv) を見ます。",
    "社内/表.csv": "a,b\n1,2\n",
    "社内/壊れた.md": "---\ntitle: [\n---\n",
}


def zipped(files: dict[str, str]) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return SimpleUploadedFile("社内.zip", buffer.getvalue(), "application/zip")


@pytest.fixture
def operator(client_for: ClientFor, alice: Person) -> Client:
    alice.is_staff = True
    alice.save()
    return client_for(alice)


def upload(operator: Client, files: dict[str, str]) -> ImportBatch:
    answer = operator.post(reverse("import_upload"), {"files": zipped(files)})
    batch = ImportBatch.objects.latest("pk")
    assert answer["Location"] == batch.get_absolute_url()
    return batch


def bring_in(operator: Client, batch: ImportBatch, capture: DjangoCaptureOnCommitCallbacks) -> None:
    with capture(execute=True):
        operator.post(reverse("import_run", args=[batch.key]))
    batch.refresh_from_db()


def test_an_upload_is_previewed_brought_in_once_and_taken_back(
    operator: Client,
    alice: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    batch = upload(operator, FILES)
    page = operator.get(batch.get_absolute_url()).content.decode()
    assert "手順.md" in page
    assert "YAMLとして読めません" in page
    assert not Article.objects.exists()
    bring_in(operator, batch, django_capture_on_commit_callbacks)
    bring_in(operator, batch, django_capture_on_commit_callbacks)
    assert batch.state == "done"
    assert not batch.folder.exists()
    article = Article.objects.get()
    assert Attachment.objects.visible().on(article).count() == 1
    operator.post(reverse("import_undo", args=[batch.key]))
    article.refresh_from_db()
    assert article.is_deleted
    assert AuditEntry.objects.filter(action="importbatch.undo").exists()
    again = upload(operator, FILES)
    bring_in(operator, again, django_capture_on_commit_callbacks)
    assert Article.objects.visible().count() == 1


def test_undo_gives_changed_texts_back_and_keeps_what_was_edited_since(
    operator: Client,
    alice: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    files = {"一.md": "# 一\n\nはじめ", "二.md": "# 二\n\nはじめ"}
    bring_in(operator, upload(operator, files), django_capture_on_commit_callbacks)
    newer = {name: text.replace("はじめ", "つぎ") for name, text in files.items()}
    batch = upload(operator, newer)
    bring_in(operator, batch, django_capture_on_commit_callbacks)
    two = Article.objects.get(title="二")
    save_article(two, by=alice, base_revision=2, title="二", body="手で直した")
    operator.post(reverse("import_undo", args=[batch.key]))
    assert "はじめ" in Article.objects.get(title="一").body
    two.refresh_from_db()
    assert two.body == "手で直した"


@pytest.mark.parametrize(
    "files",
    [
        SimpleUploadedFile("x.zip", b"no zip at all"),
        SimpleUploadedFile("notes.txt", b"no markdown"),
        zipped({"../../escape.md": "# x"}),
        zipped({"C:\\windows.md": "# x"}),
    ],
)
def test_what_cannot_be_unpacked_is_refused_in_words(
    operator: Client, files: SimpleUploadedFile
) -> None:
    files.seek(0)
    answer = operator.post(reverse("import_upload"), {"files": files}, follow=True)
    assert answer.status_code == 200
    assert not ImportBatch.objects.exists()
    assert answer.redirect_chain[-1][0] == reverse("transfer")
    assert operator.post(reverse("import_upload"), {}).status_code == 302


def test_uploads_of_different_names_do_not_touch_each_other(
    operator: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    bring_in(operator, upload(operator, {"README.md": "# 甲"}), django_capture_on_commit_callbacks)
    other = zipped({"README.md": "# 乙"})
    other.name = "別.zip"
    operator.post(reverse("import_upload"), {"files": other})
    bring_in(operator, ImportBatch.objects.latest("pk"), django_capture_on_commit_callbacks)
    assert set(Article.objects.values_list("title", flat=True)) == {"甲", "乙"}


def word() -> SimpleUploadedFile:
    document = docx.Document()
    document.add_heading("出張の手引き", 0)
    document.add_heading("申請", 1)
    document.add_paragraph("まず").add_run("必ず").bold = True
    document.add_paragraph("切符", style="List Bullet")
    document.add_paragraph("宿", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["項目", "上限", "宿", "1|万"], strict=True):
        cell.text = text
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    picture.seek(0)
    document.add_picture(picture)
    document.add_paragraph("<script>alert(1)</script>")
    buffer = io.BytesIO()
    document.save(buffer)
    return SimpleUploadedFile("出張.docx", buffer.getvalue())


def test_a_word_document_becomes_an_unfinished_text(mine: Client, alice: Person) -> None:
    answer = mine.post(reverse("word_import"), {"file": word()})
    article = Article.objects.get()
    assert answer["Location"] == reverse("article_edit", args=[article.pk])
    assert (article.title, article.status, article.author) == ("出張の手引き", "draft", alice)
    # The title stands over the text already.
    assert "出張の手引き" not in article.body
    assert "# 申請\n\nまず**必ず**\n\n- 切符\n- 宿" in article.body
    assert "| 項目 | 上限 |\n| --- | --- |\n| 宿 | 1\\|万 |" in article.body
    picture = Attachment.objects.get()
    assert f"![画像]({picture.get_absolute_url()})" in article.body
    assert picture.object_id == article.pk
    assert "<script>" not in article.body_html


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_word_document_is_refused(mine: Client, content: bytes) -> None:
    sent = {"file": SimpleUploadedFile("x.docx", content)}
    assert mine.post(reverse("word_import"), sent)["Location"] == reverse("transfer")
    assert not Article.objects.exists()


def test_a_shelf_leaves_as_a_zip_and_stands_in_the_log(
    mine: Client, manual: Article, success_department: Department, bob: Person
) -> None:
    create_article(by=bob, kind="note", title="よその部署", body="本文")
    answer = mine.post(reverse("department_export", args=[success_department.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert archive.namelist() == ["articles/ヘルプ記事の書き方.md"]
    entry = AuditEntry.objects.get(action="articles.export")
    assert entry.detail == {"title": "カスタマーサクセス部", "count": 1}


def test_only_operators_move_everything(
    mine: Client, manual: Article, charlie: Person, client_for: ClientFor
) -> None:
    assert mine.post(reverse("articles_export")).status_code == 403
    assert mine.get(reverse("articles_export")).status_code == 405
    assert mine.get(reverse("transfer")).status_code == 200
    for client in (Client(), client_for(charlie)):
        assert client.get(reverse("transfer")).status_code == 302
        assert client.post(reverse("word_import"), {"file": word()}).status_code == 302
    assert not ImportBatch.objects.exists()


def test_one_article_leaves_with_its_files(mine: Client, his: Client, manual: Article) -> None:
    name = "表: 2026/11 (最新).csv"
    stored = store_file(ContentFile(b"a,b"), name.replace("/", "／"), by=None, target=manual)
    answer = his.post(reverse("article_export", args=[manual.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert len(archive.namelist()) == 2
        assert f"name: '{stored.name}'" in archive.read(archive.namelist()[0]).decode()
    assert his.get(reverse("article_export", args=[manual.pk])).status_code == 405
    assert (
        reverse("article_export", args=[manual.pk])
        in mine.get(manual.get_absolute_url()).content.decode()
    )
    mine.post(reverse("article_delete", args=[manual.pk]))
    assert his.post(reverse("article_export", args=[manual.pk])).status_code == 404
