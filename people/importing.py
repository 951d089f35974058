"""People from a CSV file: read, checked as a whole, then written as a whole or not at all."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.text.dates import parse_day
from kb.text.kana import is_reading, reading
from people.models import Department, Person
from people.services import move

MAX_BYTES = 5 * 1024 * 1024

# The columns with every heading under which they are recognised.
HEADINGS: dict[str, tuple[str, ...]] = {
    "login": ("login", "ログインid", "ログイン", "社員番号", "id"),
    "name": ("name", "名前", "氏名"),
    "yomi": ("yomi", "よみ", "ふりがな", "フリガナ", "よみがな"),
    "email": ("email", "メール", "メールアドレス", "e-mail"),
    "department": ("department", "部署", "所属"),
    "title": ("title", "役職"),
    "joined_on": ("joined_on", "入社日"),
    "extension": ("extension", "内線"),
    "mobile": ("mobile", "電話", "携帯"),
    "chat": ("chat", "チャット", "チャット名"),
    "languages": ("languages", "話せる言葉"),
}
REQUIRED = ("login", "name")
PLAIN = ("name", "extension", "mobile", "chat", "languages")
CHECKED = (*PLAIN, "login", "yomi", "email")


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; ``row`` counts as a spreadsheet does, the heading being row 1."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = _("%(row)d行目") % {"row": self.row}
        return (
            f"{place} {self.column}: {self.message}" if self.column else f"{place}: {self.message}"
        )


@dataclass(frozen=True)
class PersonRow:
    """One person as the file has them; ``given`` names the columns that are in the file."""

    number: int
    login: str
    values: dict[str, str]
    joined_on: dt.date | None
    department: Department | None


@dataclass
class Outcome:
    """What an import did, or would do: logins in the order of the file."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def read_table(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of the file by column name, with their row numbers. Raises UnreadableFile."""
    reader = csv.reader(io.StringIO(_decoded(path), newline=""))
    try:
        headings = next(reader, None)
        if headings is None:
            raise UnreadableFile(_("ファイルが空です。1行目に見出しを書いてください。"))
        columns = _columns(headings)
        return [
            (reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise UnreadableFile(
            _("%(line)d行目をCSVとして読めません(%(error)s)。")
            % {"line": reader.line_num, "error": error}
        ) from error


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(_("ファイルが大きすぎます(5MBまで)。"))
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            _("ファイルを開けません(%(reason)s)。") % {"reason": error.strerror}
        ) from error
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(
        _("文字コードがわかりません。UTF-8かShift_JIS(Excelの「CSV」)で保存してください。")
    )


def _columns(headings: Iterable[str]) -> list[str]:
    known = {heading: name for name, words in HEADINGS.items() for heading in words}
    columns = [known.get(heading.strip().lower(), "") for heading in headings]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise UnreadableFile(
            _("1行目の見出しに %(missing)s がありません。") % {"missing": "、".join(missing)}
        )
    double = {name for name in columns if name and columns.count(name) > 1}
    if double:
        raise UnreadableFile(
            _("見出しが重なっています: %(double)s") % {"double": "、".join(sorted(double))}
        )
    return columns


def check(table: list[tuple[int, dict[str, str]]]) -> tuple[list[PersonRow], list[Problem]]:
    """The rows ready to be written, and everything that is wrong with the others."""
    checker = _Checker(table)
    return checker.rows, checker.problems


class _Checker:
    """Checks row by row and remembers what was seen in the rows before."""

    def __init__(self, table: list[tuple[int, dict[str, str]]]) -> None:
        self.rows: list[PersonRow] = []
        self.problems: list[Problem] = []
        self.departments = _department_names()
        self.emails = {
            email.lower(): login
            for email, login in Person.objects.exclude(email=None).values_list("email", "login")
        }
        self.leavers = set(
            Person.objects.exclude(left_on=None)
            .filter(is_active=False)
            .values_list("login", flat=True)
        )
        self.seen: set[str] = set()
        for number, cells in table:
            self._check_row(number, cells)

    def _check_row(self, number: int, cells: dict[str, str]) -> None:
        found = [Problem(number, column, message) for column, message in self._problems_of(cells)]
        self.problems.extend(found)
        self.seen.add(cells.get("login", ""))
        if found:
            return
        if cells.get("email"):
            self.emails[cells["email"].lower()] = cells["login"]
        self.rows.append(
            PersonRow(
                number=number,
                login=cells["login"],
                values=cells,
                joined_on=_day(cells.get("joined_on", "")),
                department=self.departments.get(cells.get("department", "")),
            )
        )

    def _problems_of(self, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
        yield from _problems_of_fields(cells)
        login, email = cells.get("login", ""), cells.get("email", "").lower()
        if login and login in self.seen:
            yield "login", _("「%(login)s」が前の行にもあります。") % {"login": login}
        if login in self.leavers:
            yield "login", _("「%(login)s」は退職した人です。") % {"login": login}
        if email and self.emails.get(email, login) != login:
            yield "email", _("「%(email)s」は、ほかの人が使っています。") % {"email": email}
        department = cells.get("department", "")
        if department and department not in self.departments:
            yield "department", _("「%(name)s」という部署はありません。") % {"name": department}
        day = cells.get("joined_on", "")
        if day and _day(day) is None:
            yield "joined_on", _("「%(day)s」は日付として読めません。例: 2026-04-01") % {"day": day}


def _problems_of_fields(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the fields of a person themselves refuse: signs, lengths, what is missing."""
    checked = {name: cells.get(name, "") for name in CHECKED}
    others = [field.name for field in Person._meta.fields if field.name not in checked]
    try:
        Person(**checked).clean_fields(exclude=others)
    except ValidationError as error:
        for column, messages in error.message_dict.items():
            yield column, messages[0]
    if not is_reading(checked["yomi"]):
        yield "yomi", _("よみは、かなで書いてください。")


def _day(text: str) -> dt.date | None:
    return parse_day(text, today=timezone.localdate()) if text else None


def _department_names() -> dict[str, Department]:
    """Open departments by name, short name and slug; the full name wins."""
    names: dict[str, Department] = {}
    departments = list(Department.objects.visible())
    for attribute in ("slug", "short_name", "name"):
        names.update({getattr(d, attribute): d for d in departments if getattr(d, attribute)})
    return names


@transaction.atomic
def write(rows: Iterable[PersonRow]) -> Outcome:
    """Makes or changes the people by login. Empty cells change nothing."""
    outcome = Outcome()
    for row in rows:
        person = Person.objects.filter(login=row.login).first()
        if person is None:
            _create(row)
            outcome.created.append(row.login)
        elif _change(person, row):
            outcome.updated.append(row.login)
        else:
            outcome.unchanged.append(row.login)
    return outcome


def preview(rows: Iterable[PersonRow]) -> Outcome:
    """What ``write`` would do; nothing stays written."""
    with transaction.atomic():
        outcome = write(rows)
        transaction.set_rollback(True)
    return outcome


def _fields(row: PersonRow) -> dict[str, Any]:
    values: dict[str, Any] = {name: row.values[name] for name in PLAIN if row.values.get(name)}
    if row.values.get("yomi"):
        values["yomi"] = reading(row.values["yomi"])
    if row.values.get("email"):
        values["email"] = Person.objects.normalize_email(row.values["email"])
    if row.joined_on:
        values["joined_on"] = row.joined_on
    return values


def _create(row: PersonRow) -> None:
    person = Person.objects.create_user(row.login, None, **_fields(row))
    if row.department:
        move(person, row.department, on=row.joined_on, title=row.values.get("title", ""))


def _change(person: Person, row: PersonRow) -> bool:
    wanted = _fields(row)
    if person.is_imported and not person.is_active:
        # An author known only from imported texts turns out to be a colleague.
        wanted |= {"is_active": True, "is_imported": False}
    changed = [name for name, value in wanted.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, wanted[name])
    if changed:
        person.updated_at = timezone.now()
        person.save(update_fields=[*changed, "updated_at"])
    if row.department is None:
        return bool(changed)
    title = row.values.get("title") or _title_of(person)
    return move(person, row.department, on=timezone.localdate(), title=title) or bool(changed)


def _title_of(person: Person) -> str:
    post = person.memberships.filter(is_primary=True, ended_on__isnull=True).first()
    return post.title if post else ""
