"""What other tools export arrives with its links, pictures and boxes; what a zip hides does no harm."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from kb.articles.importing import batches, undoing
from kb.articles.importing.dialects import plain_boxes, without_title
from kb.articles.models import Article, ImportBatch
from kb.articles.services import save_article
from kb.files.models import Attachment
from kb.topics.models import Topic
from people.models import Department, Person

Capture = DjangoCaptureOnCommitCallbacks
PAGE_ID = "1a2b3c4d5e6f47889900aabbccddeeff"


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    return buffer.getvalue()


def zip_of(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def send(client: Client, content: bytes, name: str = "export.zip") -> str:
    """Uploads a zip; the words of the page that answers."""
    files = SimpleUploadedFile(name, content)
    answer = client.post(reverse("import_upload"), {"files": files}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def bring_in(client: Client, files: dict[str, bytes | str], capture: Capture) -> dict[str, Article]:
    """Brings a zip in; the articles by title."""
    send(client, zip_of(files))
    with capture(execute=True):
        client.post(reverse("import_run", args=[ImportBatch.objects.latest("pk").key]))
    return {article.title: article for article in Article.objects.visible()}


@pytest.fixture
def operator(mine: Client, alice: Person) -> Client:
    Person.objects.filter(pk=alice.pk).update(is_staff=True)
    return mine


def test_a_vault_of_notes_keeps_its_links_by_name_and_its_pictures(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    articles = bring_in(
        mine,
        {
            "vault/ホーム.md": "---\naliases: [入口]\n---\n# ようこそ\n\n[[返金]] [[手順/返金#確認|ここ]] "
            "![[図.png|300]] ![[表.csv]] ![[返金]] [[ない]] `[[返金]]`",
            "vault/手順/返金.md": "# 返金\n\n## 確認\n\n[[ホーム]]と[[入口|はじめ]]",
            "vault/添付/図.png": picture(),
            "vault/添付/表.csv": "a,b",
        },
        django_capture_on_commit_callbacks,
    )
    home, refund = articles["ようこそ"], articles["返金"]
    shown = Attachment.objects.get(name="図.png").get_absolute_url()
    table = Attachment.objects.get(name="表.csv").get_absolute_url()
    assert home.body == (
        f"[[返金]] [ここ](/articles/{refund.pk}/#s-確認) ![図.png]({shown}) [表.csv]({table}) "
        f"[返金](/articles/{refund.pk}/) [[ない]] `[[返金]]`"
    )
    assert 'id="s-確認"' in refund.body_html
    assert refund.body.endswith(f"[ホーム](/articles/{home.pk}/)と[はじめ](/articles/{home.pk}/)")
    assert set(articles) == {"ようこそ", "返金"}


def test_a_link_by_name_is_written_out_where_another_article_has_that_title(
    mine: Client, manual: Article, django_capture_on_commit_callbacks: Capture
) -> None:
    articles = bring_in(
        mine,
        {"v/a.md": f"[[{manual.title}]]", f"v/{manual.title}.md": "本文"},
        django_capture_on_commit_callbacks,
    )
    mine_too = Article.objects.exclude(pk=manual.pk).get(title=manual.title)
    assert articles["a"].body == f"[{manual.title}](/articles/{mine_too.pk}/)"


def test_page_numbers_in_names_are_for_the_tool_not_for_people(
    operator: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    inner = zip_of(
        {
            f"手引 {PAGE_ID}.md": f"[型](%E6%89%8B%E5%BC%95%20{PAGE_ID}/%E5%9E%8B%20{PAGE_ID}.md)\n",
            f"手引 {PAGE_ID}/型 {PAGE_ID}.md": f"<aside>\n💡 大事\n\n</aside>\n\n![](<表 {PAGE_ID}.csv>)",
            f"手引 {PAGE_ID}/表 {PAGE_ID}.csv": "a,b",
        }
    )
    articles = bring_in(operator, {"Export-Part-1.zip": inner}, django_capture_on_commit_callbacks)
    assert articles["手引"].body == f"[型](/articles/{articles['型'].pk}/)"
    assert articles["型"].folder == "手引"
    assert articles["型"].body.startswith("> 💡 大事\n\n![](/files/")
    assert Attachment.objects.get().name == "表.csv"


def test_addresses_from_the_root_of_another_wiki_lead_here(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    articles = bring_in(
        mine,
        {
            "w/user/日報.md": "[手順](/手順書/サーバー) [ひと](/people/) [なし](/どこか)",
            "w/手順書/サーバー.md": "再起動します。",
        },
        django_capture_on_commit_callbacks,
    )
    number = articles["サーバー"].pk
    assert articles["日報"].body == f"[手順](/articles/{number}/) [ひと](/people/) [なし](/どこか)"


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("> [!warning]- 読むこと\n> 中身", "> **読むこと**\n> 中身"),
        ("> [!tip]\n> 中身", "> **ヒント**\n> 中身"),
        (":::info\nお知らせ\n\n二行目\n:::\n後", "> **メモ**\n>\n> お知らせ\n>\n> 二行目\n後"),
        (":::info\n閉じない", ":::info\n閉じない"),
        ("```\n> [!tip]\n```", "```\n> [!tip]\n```"),
    ],
)
def test_boxes_become_quotes(body: str, plain: str) -> None:
    assert plain_boxes(body) == plain


def test_a_first_heading_that_repeats_the_title_is_left_out() -> None:
    assert without_title("\n# 題名 #\n\n本文", "題名") == "本文"
    assert without_title("# 別の題名\n\n本文", "題名") == "# 別の題名\n\n本文"
    assert without_title("本文\n\n# 題名", "題名") == "本文\n\n# 題名"


def test_folders_make_no_departments_and_who_brings_a_text_answers_for_it(
    operator: Client, alice: Person, django_capture_on_commit_callbacks: Capture
) -> None:
    before = Department.objects.count()
    articles = bring_in(
        operator,
        {"w/00章/a.md": "# 甲", "w/b.md": "---\ndepartment: 新しい課\nauthor: 外の人\n---\n# 乙"},
        django_capture_on_commit_callbacks,
    )
    assert Department.objects.count() == before + 1
    assert (articles["甲"].department, articles["甲"].owner) == (None, alice)
    assert (str(articles["乙"].department), articles["乙"].owner) == ("新しい課", None)


def test_taking_an_import_back_leaves_no_department_topic_or_colleague_behind(
    operator: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    files: dict[str, bytes | str] = {
        "w/a.md": "---\ndepartment: 新しい課\nauthor: 外の人\ntags: [使う, 使わない]\n---\n![](図.csv)",
        "w/図.csv": "a,b",
    }
    page = send(operator, zip_of(files))
    assert all(words in page for words in ("新しい課", "外の人", "使わない"))
    bring_in(operator, files, django_capture_on_commit_callbacks)
    manual = Article.objects.create(
        title="別", kind="note", body="", author=Person.objects.get(login="alice")
    )
    manual.topics.set([Topic.objects.get(name="使う")])
    batch = ImportBatch.objects.latest("pk")
    page = operator.get(batch.get_absolute_url()).content.decode()
    assert all(words in page for words in ("新しい課", "外の人", "使わない"))
    operator.post(reverse("import_undo", args=[batch.key]))
    assert not Department.objects.filter(name="新しい課").exists()
    assert list(Topic.objects.filter(name__startswith="使").values_list("name", flat=True)) == [
        "使う"
    ]
    assert not Person.objects.visible().filter(name="外の人").exists()
    again = bring_in(operator, files, django_capture_on_commit_callbacks)
    assert again["a"].author in Person.objects.visible()
    # The file came anew, too: the one in the bin goes with its text.
    assert Attachment.objects.get(source_path__isnull=False).target == again["a"]


@pytest.mark.parametrize(("waited_s", "told"), [(10.0, 0), (-1.0, 1)])
def test_who_waited_long_is_told_of_the_end(
    mine: Client,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
    waited_s: float,
    told: int,
) -> None:
    monkeypatch.setattr(batches, "TOLD_AFTER_S", waited_s)
    bring_in(mine, {"a.md": "# a"}, django_capture_on_commit_callbacks)
    url = ImportBatch.objects.get().get_absolute_url()
    assert alice.notifications.filter(url=url).count() == told


def test_the_page_names_what_was_edited_since_and_what_lies_in_the_bin(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    files: dict[str, bytes | str] = {"w/a.md": "# 甲\n\n本文", "w/b.md": "# 乙\n\n本文"}
    articles = bring_in(mine, files, django_capture_on_commit_callbacks)
    batch = ImportBatch.objects.latest("pk")
    articles["甲"].revision += 1
    articles["甲"].save()
    page = mine.get(batch.get_absolute_url()).content.decode()
    assert "元に戻しても残ります" in page
    assert f'href="/articles/{articles["乙"].pk}/"' in page
    mine.post(reverse("article_delete", args=[articles["乙"].pk]))
    assert "ごみ箱にあるため取り込まない記事" in send(mine, zip_of(files))
    mine.post(reverse("import_undo", args=[batch.key]))
    assert "あとから直されたため残した記事" in mine.get(batch.get_absolute_url()).content.decode()


def test_what_an_edited_text_shows_stays_with_it(
    mine: Client, alice: Person, django_capture_on_commit_callbacks: Capture
) -> None:
    articles = bring_in(
        mine,
        {"w/a.md": "# 甲\n\n![](図.png)", "w/b.md": "# 乙\n\n![](図.png)", "w/図.png": picture()},
        django_capture_on_commit_callbacks,
    )
    shown = Attachment.objects.get()
    assert shown.target == articles["甲"]
    save_article(
        articles["乙"],
        by=alice,
        title="乙",
        body=articles["乙"].body + "\n\n直した",
        base_revision=1,
    )
    mine.post(reverse("import_undo", args=[ImportBatch.objects.get().key]))
    assert not Article.objects.visible().filter(title="甲").exists()
    assert mine.get(shown.get_absolute_url()).status_code == 200


def damaged() -> bytes:
    content = bytearray(zip_of({"a.md": "# a\n" + "本文" * 500}))
    content[60:80] = b"\xff" * 20
    return bytes(content)


def locked() -> bytes:
    content = bytearray(zip_of({"a.md": "# a"}))
    # The flag "encrypted" of the only entry in the directory at the end.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (damaged(), "zipとして開けません"),
        (zip_of({"a.md": "# a"})[:40], "zipとして開けません"),
        (locked(), "パスワードの付いたzip"),
        (zip_of({"../../etc/evil.md": "# x"}), "は使えません"),
        (zip_of({"C:\\evil.md": "# x"}), "は使えません"),
        (zip_of({"inner.zip": zip_of({"a.txt": "x"})}), "ひとつもありません"),
    ],
    # A zip holds the time at which it was made, and all workers must know a test by the same name.
    ids=["damaged", "cut", "locked", "way up", "drive", "nothing to read"],
)
def test_bad_archives_are_refused_in_words(mine: Client, content: bytes, words: str) -> None:
    assert words in send(mine, content)
    assert not ImportBatch.objects.exists()


def test_odd_names_stop_nobody_else(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    files: dict[str, bytes | str] = {
        "会議 10:30.md": "# 甲",
        "長" * 120 + ".md": "# 乙",
        "x.md/y.md": "# 丙",
        "x.md": "# 丁",
    }
    assert "同じ名前のファイルかフォルダーがある" in send(mine, zip_of(files))
    articles = bring_in(mine, files, django_capture_on_commit_callbacks)
    assert set(articles) == {"甲", "乙", "丙"}


@pytest.mark.parametrize("name", ["\ud800.md", "a\0.md", ".", "/"])
def test_names_of_single_files_do_no_harm(mine: Client, name: str) -> None:
    files = SimpleUploadedFile("a.md", b"# a")
    answer = mine.post(
        reverse("import_upload"), {"files": files, "paths": json.dumps([name])}, follow=True
    )
    assert answer.status_code == 200


def test_names_in_shift_jis_are_read_as_windows_wrote_them(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    class Entry(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
            return self.filename.encode("cp932"), 0

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(Entry("ソ表/能力.md"), "[予定](予定.md)".encode("cp932"))
        archive.writestr(Entry("ソ表/予定.md"), "予定です".encode("cp932"))
    send(mine, buffer.getvalue())
    with django_capture_on_commit_callbacks(execute=True):
        mine.post(reverse("import_run", args=[ImportBatch.objects.latest("pk").key]))
    assert "/articles/" in Article.objects.get(title="能力").body


def test_a_bomb_takes_no_room_and_is_named(mine: Client, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    page = send(mine, zip_of({"w/a.md": "# a", "w/bomb.txt": b"\0" * 30 * 1024 * 1024}))
    assert "bomb.txt" in page
    assert "ファイルが大きすぎます。1 MB" in page
    folder = ImportBatch.objects.get().folder
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 1000


def test_what_would_be_refused_is_told_before(mine: Client) -> None:
    page = send(mine, zip_of({"w/a.md": "![](空.txt)", "w/空.txt": "", "w/絵.png": "<svg/>"}))
    assert "ファイルが空です" in page


def test_a_preview_is_given_up_or_forgotten_with_its_files(mine: Client, his: Client) -> None:
    send(mine, zip_of({"a.md": "# a"}))
    batch = ImportBatch.objects.get()
    assert his.post(reverse("import_cancel", args=[batch.key])).status_code == 404
    mine.post(reverse("import_cancel", args=[batch.key]))
    assert not ImportBatch.objects.exists()
    assert not batch.folder.exists()
    send(mine, zip_of({"a.md": "# a"}))
    batch = ImportBatch.objects.get()
    assert batches.drop_forgotten(batch.created_at) == 0
    assert batches.drop_forgotten(batch.created_at + batches.PREVIEW_KEPT_FOR * 2) == 1
    assert not any((Path(settings.VAR_DIR) / "imports").iterdir())


def test_an_import_that_was_started_is_not_given_up(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    bring_in(mine, {"a.md": "# a"}, django_capture_on_commit_callbacks)
    mine.post(reverse("import_cancel", args=[ImportBatch.objects.get().key]))
    assert ImportBatch.objects.get().state == "done"


def test_a_large_import_is_taken_back_in_pieces_and_goes_on_after_a_kill(
    mine: Client,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    files: dict[str, bytes | str] = {f"w/{n}.md": f"# 題{n}" for n in range(5)}
    bring_in(mine, files, django_capture_on_commit_callbacks)
    monkeypatch.setattr(undoing, "AT_ONCE_MAX", 2)
    batch = ImportBatch.objects.get()
    # The wake-up is lost, as with a queue that is away.
    mine.post(reverse("import_undo", args=[batch.key]))
    batch.refresh_from_db()
    assert batch.state == "undoing"
    page = mine.get(batch.get_absolute_url()).content.decode()
    assert "5件のうち0件を元に戻しました" in page
    assert "この取り込みを全部元に戻す" not in page
    began = batch.undone_at
    assert began is not None
    assert undoing.resume_silent(began) == 0
    assert undoing.resume_silent(began + undoing.SILENCE_MAX * 2) == 1
    assert undoing.resume_silent(began + undoing.SILENCE_MAX * 9) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.done_count) == ("undone", 5)
    assert not Article.objects.visible().exists()


def test_a_text_that_got_its_words_again_is_not_called_edited(
    mine: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    bring_in(mine, {"w/a.md": "# 甲\n\n一"}, django_capture_on_commit_callbacks)
    articles = bring_in(mine, {"w/a.md": "# 甲\n\n二"}, django_capture_on_commit_callbacks)
    batch = ImportBatch.objects.latest("pk")
    mine.post(reverse("import_undo", args=[batch.key]))
    articles["甲"].refresh_from_db()
    assert articles["甲"].body == "一"
    assert "あとから直された" not in mine.get(batch.get_absolute_url()).content.decode()
