"""``import_markdown``: a folder becomes articles, people, topics and attachments."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kb.articles.models import Article, Contributor, Revision
from kb.articles.services import save_article
from kb.files.models import Attachment
from people.models import Person

pytestmark = pytest.mark.django_db

MANUAL = """---
title: "返品の手順"
author: "早瀬 恵"
contributors:
  - {name: "早瀬 恵", edits: 3}
  - {name: "有栖川 玲", edits: 1}
created: 2023-04-01
updated: 2024-02-10
folder: "support"
tags: ["返品", "サポート"]
---
くわしくは [会議のメモ](../meetings/20240115.md#決まったこと) と [表](files/table.txt) を見てください。
"""
MINUTES = """---
title: "企画会議 2024年1月15日"
author: "早瀬 恵"
created: 2024-01-15
tags: ["企画"]
---
## 決まったこと

[手順](../support/返品.md) を直します。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    for path, text in {
        "support/返品.md": MANUAL,
        "meetings/20240115.md": MINUTES,
        "support/files/table.txt": "品名,日数\n水ようかん,7\n",
    }.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    beside = tmp_path / "files" / "exhibition" / "案内.txt"
    beside.parent.mkdir(parents=True)
    beside.write_text("春の展示会の案内です。", encoding="utf-8")
    return root


def run(folder: Path, **options: Any) -> None:
    call_command("import_markdown", str(folder), verbosity=0, **options)


def test_documents_become_articles_with_people_dates_topics_and_department(
    folder: Path, alice: Person
) -> None:
    run(folder)
    article = Article.objects.get(source_path="support/返品.md")
    assert (article.title, article.kind) == ("返品の手順", "manual")
    assert article.author.name == "早瀬 恵"
    assert article.author.is_imported and not article.author.is_active
    assert article.department is not None and article.department.name == "support"
    assert sorted(article.topics.names()) == ["サポート", "返品"]
    assert (article.created_at.year, article.updated_at.month) == (2023, 2)
    roles = {c.person.name: (c.role, c.edits) for c in article.contributors.all()}
    assert roles == {
        "早瀬 恵": (Contributor.Role.AUTHOR, 3),
        "有栖川 玲": (Contributor.Role.EDITOR, 1),
    }
    assert article.contributors.get(role="editor").person == alice


def test_who_imported_is_stored_apart_from_who_wrote(folder: Path, alice: Person) -> None:
    run(folder, by="alice")
    article = Article.objects.get(source_path="support/返品.md")
    assert article.imported_by == alice
    assert article.author != alice
    assert Revision.objects.get(article=article).is_bulk


def test_relative_links_lead_to_articles_and_files(folder: Path) -> None:
    run(folder)
    manual = Article.objects.get(source_path="support/返品.md")
    minutes = Article.objects.get(source_path="meetings/20240115.md")
    file = Attachment.objects.get(source_path="support/files/table.txt")
    assert f"/articles/{minutes.pk}/#s-決まったこと" in manual.body
    assert 'id="s-決まったこと"' in minutes.body_html
    assert file.get_absolute_url() in manual.body
    assert f"/articles/{manual.pk}/" in minutes.body
    assert file.target == manual
    assert list(manual.backlinks.values_list("source", flat=True)) == [minutes.pk]


def test_files_without_a_document_get_a_page_of_their_folder(folder: Path) -> None:
    run(folder)
    page = Article.objects.get(source_path="exhibition/")
    assert page.title == "exhibition の資料"
    assert Attachment.objects.get(source_path="exhibition/案内.txt").target == page


def test_importing_twice_changes_nothing(folder: Path) -> None:
    run(folder)
    before = list(Article.objects.order_by("pk").values())
    run(folder)
    assert list(Article.objects.order_by("pk").values()) == before
    assert Revision.objects.count() == 3
    assert Attachment.objects.count() == 2


def test_a_changed_file_becomes_a_new_revision(folder: Path) -> None:
    run(folder)
    file = folder / "support/返品.md"
    file.write_text(MANUAL + "\n追記です。\n", encoding="utf-8")
    run(folder)
    article = Article.objects.get(source_path="support/返品.md")
    assert article.revision == 2
    assert "追記です。" in article.body


def test_texts_changed_by_hand_are_kept(folder: Path, alice: Person) -> None:
    run(folder)
    article = Article.objects.get(source_path="support/返品.md")
    save_article(article, by=alice, base_revision=1, title=article.title, body="手で直しました。")
    (folder / "support/返品.md").write_text(MANUAL + "\n追記です。\n", encoding="utf-8")
    run(folder)
    article.refresh_from_db()
    assert article.body == "手で直しました。"


def test_dry_run_prints_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_markdown", str(folder), dry_run=True)
    out = capsys.readouterr().out
    assert "作る記事: 3件" in out
    assert "support/返品.md" in out
    assert "早瀬 恵" in out
    assert not Article.objects.exists()
    assert not Person.objects.exists()


def test_one_broken_file_is_named_and_does_not_stop_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.md").write_text("---\ntitle: [壊れた\n---\n", encoding="utf-8")
    (folder / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    (folder / "huge.md").write_text("長い" * 1_000_000, encoding="utf-8")
    with pytest.raises(CommandError, match="3件を取り込めませんでした"):
        run(folder)
    err = capsys.readouterr().err
    for name in ("broken.md", "image.md", "huge.md"):
        assert name in err
    assert Article.objects.filter(source_path="support/返品.md").exists()


@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_other_encodings_are_imported(folder: Path, encoding: str) -> None:
    (folder / "other.md").write_bytes(
        "---\ntitle: 経費精算\n---\n領収書を貼ります。".encode(encoding)
    )
    run(folder)
    assert "領収書" in Article.objects.get(title="経費精算").body


def test_a_folder_that_does_not_exist_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="がありません"):
        run(tmp_path / "nowhere")


def test_an_unknown_importer_is_said_in_words(folder: Path) -> None:
    with pytest.raises(CommandError, match="nobody"):
        run(folder, by="nobody")


def test_imported_authors_are_colleagues_but_cannot_sign_in(folder: Path) -> None:
    run(folder)
    author = Person.objects.get(name="早瀬 恵")
    assert author in Person.objects.visible()
    assert not author.has_usable_password()
    placeholder = Person.objects.get(login="unknown-author")
    assert placeholder not in Person.objects.visible()
