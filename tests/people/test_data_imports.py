"""Operators send tables: looked at first, written whole, taken back whole."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from kb.articles.models import Article
from kb.foundation.models import AuditEntry
from people.models import DataImport, Department, Person

DEPARTMENTS = (
    "部署名,略称,よみ,上の部署,責任者,何をする部署か,開設日\n"
    "基盤課,基盤,きばんか,技術部,alice,土台を守ります。,2026/4/1\n"
    "技術部,,ぎじゅつぶ,,,つくります。,\n"
)


@pytest.fixture
def operator(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


def send(client: Client, kind: str, content: str | bytes) -> str:
    """The address of the page that shows what was sent."""
    raw = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile("表.csv", raw)
    answer = client.post(f"/admin/people/import/{kind}/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_sending_writes_nothing(operator: Client) -> None:
    address = send(operator, "departments", DEPARTMENTS)
    shown = page(operator, address)
    assert "土台を守ります。" in shown
    assert "基盤課、技術部" in shown
    assert Department.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_tables_of_spreadsheets_are_read(operator: Client, encoding: str, separator: str) -> None:
    content = DEPARTMENTS.replace(",", separator).encode(encoding)
    operator.post(send(operator, "departments", content) + "apply/")
    team = Department.objects.get(name="基盤課")
    assert (team.parent, team.head, team.short_name, team.opened_on) == (
        Department.objects.get(name="技術部"),
        Person.objects.get(login="alice"),
        "基盤",
        dt.date(2026, 4, 1),
    )


def test_a_second_time_changes_nothing(operator: Client) -> None:
    for _time in range(2):
        address = send(operator, "departments", DEPARTMENTS)
        operator.post(address + "apply/")
    last = DataImport.objects.latest("pk")
    assert last.summary == {"created": [], "updated": [], "unchanged": 2}
    assert Department.objects.filter(name="基盤課").count() == 1


def test_every_mistake_is_named_by_row_and_column(operator: Client) -> None:
    address = send(
        operator,
        "departments",
        "部署名,上の部署,責任者,開設日,廃止日,よみ,識別子\n"
        "甲部,乙部,,,,,\n"
        "乙部,甲部,,,,,\n"
        "丙部,宇宙部,nobody,きのう,,漢字,\n"
        "丙部,,,2026-04-01,2026-03-01,,CS 部\n"
        ",,,,,,cs\n",
    )
    shown = page(operator, address)
    for words in (
        "この部署に戻ってしまいます", "「宇宙部」という部署はありません",
        "「nobody」というログインIDの社員はいません", "「きのう」は日付として読めません",
        "開設日より前の日です", "2行以上あります", "かなで書いてください",
        "<td>6</td><td>部署名</td>", "ほかの部署が使っています", "半角の英小文字",
    ):  # fmt: skip
        assert words in shown, words
    operator.post(address + "apply/")
    assert Department.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b"\x00\x01", "文字コード"),
        ("略称\nCS\n".encode(), "見出しに 名前(name) がありません"),
        ("名前\n".encode(), "行がありません"),
        (b"x" * (5 * 1024 * 1024 + 1), "大きすぎます"),
    ],
)
def test_what_is_no_table_is_refused_in_words(operator: Client, content: bytes, words: str) -> None:
    file = SimpleUploadedFile("a.csv", content)
    answer = operator.post("/admin/people/import/departments/", {"file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_without_a_file_it_is_asked_for(operator: Client) -> None:
    answer = operator.post("/admin/people/import/people/", {})
    assert answer.status_code == 422
    assert "ファイルを選んでください。" in answer.content.decode()


def test_an_import_is_taken_back_whole(
    operator: Client, alice: Person, development_department: Department
) -> None:
    content = (
        "ログインID,氏名,部署,入社日\n"
        "alice,有栖川 礼,プロダクト開発部,\n"
        "kiri,桐山 美和,プロダクト開発部,2026-04-01\n"
    )
    address = send(operator, "people", content)
    operator.post(address + "apply/")
    alice.refresh_from_db()
    assert (alice.name, alice.memberships.count()) == ("有栖川 礼", 2)
    operator.post(address + "undo/")
    alice.refresh_from_db()
    assert alice.name == "有栖川 玲"
    assert alice.memberships.get().ended_on is None
    assert not Person.objects.filter(login="kiri").exists()
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"dataimport.apply", "dataimport.undo"} <= actions


def test_what_was_built_on_an_import_stays(operator: Client) -> None:
    address = send(operator, "people", "ログインID,氏名\nkiri,桐山 美和\nmori,森 光\n")
    operator.post(address + "apply/")
    kiri = Person.objects.get(login="kiri")
    Article.objects.create(title="はじめに", author=kiri)
    answer = operator.post(address + "undo/", follow=True)
    assert "桐山 美和" in answer.content.decode()
    assert list(Person.objects.filter(login__in=("kiri", "mori"))) == [kiri]


def test_it_is_written_once_and_taken_back_once(operator: Client) -> None:
    address = send(operator, "departments", DEPARTMENTS)
    for way in ("apply", "apply", "undo", "undo"):
        assert operator.post(f"{address}{way}/").status_code == 302
    assert Department.objects.count() == 1
    assert AuditEntry.objects.filter(action__startswith="dataimport").count() == 2


def test_the_table_is_forgotten_when_it_is_written(operator: Client) -> None:
    address = send(operator, "departments", DEPARTMENTS)
    operator.post(address + "apply/")
    assert DataImport.objects.get().content == ""


def test_the_template_can_be_sent_as_it_is(
    operator: Client, success_department: Department
) -> None:
    template = operator.get("/admin/people/import/people/template/").content
    assert template.startswith(b"\xef\xbb\xbf")
    operator.post(send(operator, "people", template) + "apply/")
    assert Person.objects.filter(login="kiriyama").exists()


def test_only_operators_come_in(
    bob: Person, client_for: Callable[[Person], Client], operator: Client
) -> None:
    address = send(operator, "departments", DEPARTMENTS)
    bob.is_staff = True
    bob.save()
    client = client_for(bob)
    for path in (address, "/admin/people/import/people/", "/admin/people/import/people/template/"):
        assert client.get(path).status_code == 403
    assert Client().get(address).status_code == 302
    assert operator.get("/admin/people/import/rubbish/").status_code == 404


def test_departments_come_by_command_too(tmp_path: Path, alice: Person) -> None:
    file, out = tmp_path / "departments.csv", io.StringIO()
    file.write_text(DEPARTMENTS)
    call_command("import_departments", str(file), "--dry-run", stdout=out)
    assert "新しい部署: 2  基盤課 技術部" in out.getvalue()
    assert Department.objects.count() == 1
    call_command("import_departments", str(file), stdout=out)
    assert Department.objects.get(name="基盤課").parent == Department.objects.get(name="技術部")
