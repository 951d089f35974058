"""People come from a CSV file: every mistake is named, and nothing is half-done."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people.models import Department, Person
from people.services import leave

HEADING = "login,name,yomi,email,department,title,joined_on\n"


def import_people(path: Path, content: str | bytes, *flags: str) -> str:
    file = path / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = io.StringIO()
    call_command("import_people", str(file), *flags, stdout=out, stderr=out)
    return out.getvalue()


def complaints(path: Path, content: str | bytes) -> str:
    """What is said about a file that must be refused, and that nobody was made."""
    before = Person.objects.count()
    file = path / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("import_people", str(file), stdout=out, stderr=out)
    assert Person.objects.count() == before
    return out.getvalue() + str(refusal.value)


def test_a_person_gets_reading_post_and_first_day(
    tmp_path: Path, success_department: Department
) -> None:
    import_people(
        tmp_path, HEADING + "kiri,桐山 美和,キリヤマ ミワ,kiri@example.com,CS部,リーダー,2021/4/1\n"
    )
    person = Person.objects.get(login="kiri")
    post = person.memberships.get()
    assert (person.yomi, person.joined_on) == ("きりやま みわ", dt.date(2021, 4, 1))
    assert (post.department, post.title) == (success_department, "リーダー")
    assert not person.has_usable_password()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_encodings_of_spreadsheets_are_read(tmp_path: Path, db: None, encoding: str) -> None:
    import_people(tmp_path, "ログインID,氏名\nkiri,桐山 美和\n".encode(encoding))
    assert Person.objects.get(login="kiri").name == "桐山 美和"


def test_a_second_run_changes_nothing(tmp_path: Path, success_department: Department) -> None:
    content = HEADING + "kiri,桐山 美和,きりやま みわ,kiri@example.com,cs,リーダー,2021-04-01\n"
    import_people(tmp_path, content)
    assert "そのままの人: 1" in import_people(tmp_path, content)
    assert Person.objects.get(login="kiri").memberships.count() == 1


def test_a_dry_run_writes_nothing(tmp_path: Path, db: None) -> None:
    assert "新しい人: 1  kiri" in import_people(tmp_path, "login,name\nkiri,桐山\n", "--dry-run")
    assert not Person.objects.exists()


def test_a_new_department_ends_the_post_before(
    tmp_path: Path, alice: Person, development_department: Department
) -> None:
    import_people(tmp_path, "login,name,department\nalice,有栖川 玲,開発部\n")
    assert (
        alice.memberships.filter(ended_on__isnull=True).get().department == development_department
    )
    assert alice.memberships.count() == 2


def test_every_mistake_is_named_by_row_and_column(
    tmp_path: Path, bob: Person, success_department: Department
) -> None:
    said = complaints(
        tmp_path,
        HEADING
        + ",名なし,,,,,\n"
        + "a b,空白,,,,,\n"
        + "ok,よみ違い,漢字,,,,\n"
        + "ok2,メール違い,,nowhere,,,\n"
        + "ok3,同じメール,,BOB@example.com,,,\n"
        + "ok4,部署違い,,,宇宙部,,\n"
        + "ok5,日付違い,,,,,2026-02-30\n"
        + "ok5,二度目,,,,,\n",
    )
    for place in ("2行目 login", "3行目 login", "4行目 yomi", "5行目 email", "6行目 email"):
        assert place in said
    assert "「宇宙部」という部署はありません" in said
    assert "「2026-02-30」は日付として読めません" in said
    assert "9行目 login: 「ok5」が前の行にもあります" in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ファイルが空です"),
        ("名前,部署\n桐山,cs\n", "見出しに ログインID(login) がありません"),
        ("login,login,name\na,b,c\n", "見出しが重なっています"),
        ("login,name\n".encode("utf-16"), "行がありません"),
        (b"\x00\x01\x02", "文字コードがわかりません"),
        ('login,name\na,"' + "x" * 200_000 + "\n", "CSVとして読めません"),
        (b"x" * (5 * 1024 * 1024 + 1), "大きすぎます"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(
    tmp_path: Path, db: None, content: str | bytes, reason: str
) -> None:
    assert reason in complaints(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match="ファイルを開けません"):
        call_command("import_people", str(tmp_path / "none.csv"))


def test_a_leaver_does_not_come_back_by_a_file(tmp_path: Path, alice: Person, bob: Person) -> None:
    leave(bob, by=alice)
    assert "退職した人です" in complaints(tmp_path, "login,name\nbob,坊城 武\n")


def test_an_author_of_imported_texts_becomes_a_colleague(tmp_path: Path, db: None) -> None:
    Person.objects.create_user("kiri", name="kiri", is_active=False, is_imported=True)
    import_people(tmp_path, "login,name\nkiri,桐山 美和\n")
    person = Person.objects.get(login="kiri")
    assert (person.name, person.is_active) == ("桐山 美和", True)
