"""What one Markdown file says, before anything is written."""

import datetime as dt
from pathlib import Path, PurePosixPath

import pytest

from kb.articles.importing.guessing import guess_department, guess_kind, guess_topics
from kb.articles.importing.links import RelativeLink, resolve, rewrite
from kb.articles.importing.source import SourceProblem, read_source

FULL = """---
title: "導入キックオフの進め方"
author: "有栖川 玲"
contributors:
  - {name: "有栖川 玲", edits: 3}
  - {name: "坊城 武", edits: 1}
created: 2024-05-27
updated: 2024-06-09
folder: "cs/onboarding"
tags: ["導入支援", "キックオフ"]
---

# 見出し

本文です。
"""


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_front_matter_becomes_fields(tmp_path: Path) -> None:
    document = read_source(write(tmp_path, "a/b.md", FULL), tmp_path)
    assert document.path == "a/b.md"
    assert document.title == "導入キックオフの進め方"
    assert document.author == "有栖川 玲"
    assert [(p.name, p.edits) for p in document.contributors] == [("有栖川 玲", 3), ("坊城 武", 1)]
    assert (document.created, document.updated) == (dt.date(2024, 5, 27), dt.date(2024, 6, 9))
    assert document.folder == "cs/onboarding"
    assert document.tags == ("導入支援", "キックオフ")
    assert document.body == "# 見出し\n\n本文です。"


def test_file_without_front_matter_takes_its_title_from_the_first_heading(tmp_path: Path) -> None:
    document = read_source(write(tmp_path, "a.md", "前書き\n\n## 返品の手順 ##\n\n本文"), tmp_path)
    assert document.title == "返品の手順"
    assert document.author == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    document = read_source(write(tmp_path, "a.md", FULL.encode(encoding)), tmp_path)
    assert document.title == "導入キックオフの進め方"
    assert "本文です。" in document.body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\ntitle: [壊れた\n---\n本文", "行目がYAMLとして読めません"),
        ("---\n- 一覧\n---\n本文", "「名前: 値」の形"),
        ("---\ntitle: 閉じない\n本文", "閉じる「---」がありません"),
        ("---\ncreated: 2024-13-40\n---\n本文", "日付"),
        ("---\ncreated: きのう\n---\n本文", "日付"),
        ("---\ntags: {a: 1}\n---\n本文", "tags"),
        ("---\ncontributors: 山田\n---\n本文", "contributors"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\xff\xfe", "文字として読めません"),
        ("あ" * 700_000, "MB あります"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_reason(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    with pytest.raises(SourceProblem, match=reason):
        read_source(write(tmp_path, "a.md", content), tmp_path)


@pytest.mark.parametrize(
    ("given", "path", "title", "kind"),
    [
        ("manual", "meetings/a.md", "何か", "manual"),
        ("faq", "a.md", "何か", "question"),
        ("", "sg/meetings/20230314.md", "sg 20230314", "minutes"),
        ("", "notes/a.md", "企画会議の議事録", "minutes"),
        ("", "Education/FAQ/README.md", "よくある質問", "question"),
        ("", "tool/install_debian.md", "Debian への導入", "manual"),
        ("", "a.md", "経費精算の手順", "manual"),
        ("", "a.md", "出張旅費規程", "rule"),
        ("", "a.md", "春の展示会", "note"),
    ],
)
def test_kind_is_given_or_guessed(given: str, path: str, title: str, kind: str) -> None:
    assert guess_kind(given, path, title) == kind


@pytest.mark.parametrize(
    ("given", "folder", "department"),
    [
        ("営業部", "x/y", "営業部"),
        ("", "subgroups/sbom-sg/meetings", "sbom-sg"),
        ("", "OSPO/Handbook", "OSPO"),
        ("", "", ""),
        ("", "docs", ""),
    ],
)
def test_department_is_the_team_of_the_folder(given: str, folder: str, department: str) -> None:
    assert guess_department(given, folder) == department


def test_topics_are_subjects_not_places_or_dates() -> None:
    tags = ("subgroups", "SBOM", "meetings", "planning-mtg-202106", "sbom", "A_B", "x", "y", "z")
    assert guess_topics(tags) == ["SBOM", "A B", "x", "y", "z"]


@pytest.mark.parametrize(
    ("address", "path", "anchor"),
    [
        ("b.md", "a/b.md", ""),
        ("./b.md#見出し", "a/b.md", "見出し"),
        ("../c/d.md", "c/d.md", ""),
        ("img/%E5%9B%B3.png", "a/img/図.png", ""),
        ("<with space.pdf>", "a/with space.pdf", ""),
    ],
)
def test_relative_addresses_are_resolved(address: str, path: str, anchor: str) -> None:
    assert resolve(address, PurePosixPath("a")) == RelativeLink(path, anchor)


@pytest.mark.parametrize(
    "address",
    ["https://example.com/a.md", "mailto:a@example.com", "#top", "/x", "../../etc/passwd", ""],
)
def test_absolute_addresses_and_climbing_ones_lead_nowhere(address: str) -> None:
    assert resolve(address, PurePosixPath("a")) is None


def test_links_are_rewritten_outside_of_code_only() -> None:
    body = (
        '[一](b.md) と ![図](img/a(1).png "題") と [外](https://example.com/)\n\n'
        "```\n[例](b.md)\n```\n`[例](b.md)`\n\n[参照]: c.md\n[空]()\n"
    )
    known = {"b.md": "/articles/1/", "img/a(1).png": "/files/x/", "c.md": "/articles/2/"}
    assert rewrite(body, PurePosixPath(), lambda link: known.get(link.path)) == (
        '[一](/articles/1/) と ![図](/files/x/ "題") と [外](https://example.com/)\n\n'
        "```\n[例](b.md)\n```\n`[例](b.md)`\n\n[参照]: /articles/2/\n[空]()\n"
    )
