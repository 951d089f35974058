"""People from a table."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.foundation.ledger import Ledger
from kb.text.kana import is_reading, reading
from people.importing.table import Columns, Outcome, Problem, Table, day_of
from people.models import Department, Person
from people.services import move

COLUMNS = Columns(
    headings={
        "login": ("login", "ログインID", "ログイン", "社員番号", "id"),
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
    },
    required=("login", "name"),
)
PLAIN = ("name", "extension", "mobile", "chat", "languages")
CHECKED = (*PLAIN, "login", "yomi", "email")


@dataclass(frozen=True)
class PersonRow:
    """One person as the file has them; ``given`` names the columns that are in the file."""

    number: int
    login: str
    values: dict[str, str]
    joined_on: dt.date | None
    department: Department | None


def check(table: Table) -> tuple[list[PersonRow], list[Problem]]:
    """The rows ready to be written, and everything that is wrong with the others."""
    checker = _Checker(table)
    return checker.rows, checker.problems


class _Checker:
    """Checks row by row and remembers what was seen in the rows before."""

    def __init__(self, table: Table) -> None:
        self.typed = table.typed
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
        for number, cells in table.rows:
            self._check_row(number, cells)

    def _check_row(self, number: int, cells: dict[str, str]) -> None:
        found = [
            Problem(number, self.typed.get(column, column), message)
            for column, message in self._problems_of(cells)
        ]
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
                joined_on=day_of(cells.get("joined_on", "")),
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
        if day and day_of(day) is None:
            yield "joined_on", _("「%(day)s」は日付として読めません。例：2026-04-01") % {"day": day}


def _problems_of_fields(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the fields of a person themselves refuse: signs, lengths, what is missing."""
    checked = {name: cells.get(name, "") for name in CHECKED}
    others = [field.name for field in Person._meta.fields if field.name not in checked]
    try:
        Person(**checked).clean_fields(exclude=others)
    except ValidationError as error:
        for column, errors in error.error_dict.items():
            is_missing = errors[0].code in ("blank", "null")
            yield column, _("入れてください。") if is_missing else errors[0].messages[0]
    if not is_reading(checked["yomi"]):
        yield "yomi", _("よみは、かなで書いてください。")


def _department_names() -> dict[str, Department]:
    """Open departments by name, short name and slug; the full name wins."""
    names: dict[str, Department] = {}
    departments = list(Department.objects.visible())
    for attribute in ("slug", "short_name", "name"):
        names.update({getattr(d, attribute): d for d in departments if getattr(d, attribute)})
    return names


@transaction.atomic
def write(rows: Iterable[PersonRow], ledger: Ledger | None = None) -> Outcome:
    """Makes or changes the people by login. Empty cells change nothing."""
    ledger = ledger or Ledger()
    outcome = Outcome()
    for row in rows:
        person = Person.objects.filter(login=row.login).first()
        if person is None:
            _create(row, ledger)
            outcome.created.append(row.login)
        elif _change(person, row, ledger):
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


def _create(row: PersonRow, ledger: Ledger) -> None:
    person = Person.objects.create_user(row.login, None, **_fields(row))
    ledger.made(person)
    if row.department:
        title = row.values.get("title", "")
        move(person, row.department, on=row.joined_on, title=title, ledger=ledger)


def _change(person: Person, row: PersonRow, ledger: Ledger) -> bool:
    wanted = _fields(row)
    if person.is_imported and not person.is_active:
        # An author known only from imported texts turns out to be a colleague.
        wanted |= {"is_active": True, "is_imported": False}
    has_changed = ledger.change(person, **wanted)
    if has_changed:
        person.updated_at = timezone.now()
        person.save(update_fields=["updated_at"])
    if row.department is None:
        return has_changed
    title = row.values.get("title") or _title_of(person)
    has_moved = move(person, row.department, on=timezone.localdate(), title=title, ledger=ledger)
    return has_moved or has_changed


def _title_of(person: Person) -> str:
    post = person.memberships.filter(is_primary=True, ended_on__isnull=True).first()
    return post.title if post else ""
