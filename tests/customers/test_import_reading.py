"""Files as people have them: encodings, separators, quotes, dates, headings."""

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from customers.importing import values
from customers.importing.models import ImportKind
from customers.importing.reading import BrokenRow, Formula, Row, UnreadableFile
from customers.importing.shapes import column_name, find_header
from customers.importing.sheets import read_rows
from customers.importing.values import BadValue

TEXT = '会社名,メモ\r\n㈱あさぎ,"1行目\r\n2行目, つづき"\r\n'


def cells_of(raw: bytes) -> list[list[Any]]:
    return [row.cells for row in read_rows(raw) if isinstance(row, Row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])  # fmt: skip
def test_a_file_is_read_in_the_encodings_of_japanese_offices(encoding: str) -> None:
    text = TEXT if encoding != "cp932" else TEXT.replace("㈱", "(株)")

    rows = cells_of(text.encode(encoding))

    assert rows[1][0].endswith("あさぎ")
    assert rows[1][1].splitlines() == ["1行目", "2行目, つづき"]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found_outside_quotes(separator: str) -> None:
    text = separator.join(["会社名", '"a,b;c\td"', "よみ"]) + "\n"

    assert cells_of(text.encode()) == [["会社名", "a,b;c\td", "よみ"]]


def test_a_broken_line_is_named_and_the_rest_is_read() -> None:
    lines = ["会社名,よみ"] + [f"会社{n},よみ" for n in range(1000)]
    lines[500] = '会社"で,"途中"の引用'

    rows = list(read_rows("\n".join(lines).encode()))

    broken = [row for row in rows if isinstance(row, BrokenRow)]
    assert [(row.number, "501行目" in row.message) for row in broken] == [(501, True)]
    assert len(rows) == 1001


def test_a_quote_that_never_ends_does_not_swallow_the_file() -> None:
    rows = list(read_rows('会社名,メモ\nA社,"閉じない\nB社,ふつう\n'.encode()))

    assert any(isinstance(row, BrokenRow) and "2行目" in row.message for row in rows)
    assert rows[-1] == Row(3, ["B社", "ふつう"])


def test_a_single_unreadable_character_is_named_not_the_whole_file() -> None:
    raw = ("会社名,よみ\n" + "あさぎ,あさぎ\n" * 2000).encode()
    raw = raw[:20000].rsplit(b"\n", 1)[0] + b"\n\xff\xfe\xff,x\n"

    rows = [row for row in read_rows(raw) if isinstance(row, Row)]

    with pytest.raises(BadValue, match="読めない文字"):
        values.text_of(rows[-1].cells[0])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "空です"),
        (b"\n\n", "空です"),
        (b"\xd0\xcf\x11\xe0 old", "古いExcel"),
        (b"PK\x03\x04 broken", "Excelのファイルとして読めません"),
        (b"\x00\x01\x02\x03" * 500, "文字のファイルではありません"),
        ((",".join(f"c{n}" for n in range(500)) + "\n").encode(), "列が500あります"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        list(read_rows(raw))


def test_excel_gives_days_and_marks_formulas() -> None:
    book, file = Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append(["会社名", "契約期限", "金額"])
    sheet.append(["あさぎ", dt.datetime(2026, 4, 1), "=1+1"])  # noqa: DTZ001
    book.save(file)

    row = cells_of(file.getvalue())[1]

    assert values.day_of(row[1]) == dt.date(2026, 4, 1)
    assert row[2] == Formula("=1+1")
    with pytest.raises(BadValue, match="計算式"):
        values.amount_of(row[2])


@pytest.mark.parametrize(
    "text",
    ["令和8年4月1日", "2026/4/1", "2026-04-01", "R8.4.1", "２０２６年４月１日", "20260401", "46113",
     "2026/4/1 10:30", "4/1/2026", "2026年4月1日(水)"],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written_in_japan(text: str) -> None:
    assert values.day_of(text) == dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026/4/1 10:30", 10, 30),
        ("2026年4月1日 午後3時05分", 15, 5),
        ("2026-04-01T01:30:00Z", 10, 30),
        ("46113.4375", 10, 30),
        ("2026/4/1", 12, 0),
        ("4/1/2026 3:05 PM", 15, 5),
    ],
)
def test_a_moment_keeps_its_time(text: str, hour: int, minute: int) -> None:
    moment = timezone.localtime(values.moment_of(text))

    assert (moment.date(), moment.hour, moment.minute) == (dt.date(2026, 4, 1), hour, minute)


def test_a_day_without_a_year_is_the_nearest() -> None:
    day = values.day_of("4月1日")

    assert day is not None
    assert (day.month, day.day) == (4, 1)
    assert abs(day - timezone.localdate()).days <= 184


@pytest.mark.parametrize("text", ["いつか", "2026/13/1", "0001-01-01", "99999999"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        values.day_of(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,200,000", 1_200_000), ("¥1200000", 1_200_000), ("120万円", 1_200_000), ("1.5億", 150_000_000), ("", None)],
)  # fmt: skip
def test_amounts_are_read_in_yen(text: str, amount: int | None) -> None:
    assert values.amount_of(text) == amount


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "=1+1", "=A1", "=cmd|' /C calc'!A0"])
def test_formulas_are_refused(text: str) -> None:
    with pytest.raises(BadValue, match="計算式"):
        values.text_of(text)


@pytest.mark.parametrize("text", ["-", "+81-3-1234-5678", "@tanaka", "== 見出し =="])
def test_what_only_looks_like_a_formula_is_kept(text: str) -> None:
    assert values.text_of(text) == text


@pytest.mark.parametrize(
    ("kind", "headings", "mapping", "system"),
    [
        (ImportKind.CUSTOMERS, ["Account ID", "Account Name", "Account Owner", "Industry"],
         ["external_id", "name", "sales_owner", "industry"], "Salesforce"),
        (ImportKind.CUSTOMERS, ["取引先 ID", "取引先名", "取引先 所有者", "業種"],
         ["external_id", "name", "sales_owner", "industry"], "Salesforce"),
        (ImportKind.CUSTOMERS, ["Record ID", "Company name", "Company owner", "Industry"],
         ["external_id", "name", "sales_owner", "industry"], "HubSpot"),
        (ImportKind.CONTACTS, ["姓", "名", "取引先名", "メール", "役職", "取引先責任者 ID"],
         ["last_name", "first_name", "customer", "email", "title", "external_id"], "Salesforce"),
        (ImportKind.CONTACTS, ["Record ID", "First Name", "Last Name", "Email", "Associated Company"],
         ["external_id", "first_name", "last_name", "email", "customer"], "HubSpot"),
        (ImportKind.DEALS, ["Opportunity Name", "Account Name", "Stage", "Amount", "Close Date", "Probability (%)"],
         ["name", "customer", "phase", "amount", "expected_on", "confidence"], "Salesforce"),
        (ImportKind.DEALS, ["レコードID", "取引名", "取引ステージ", "金額", "クローズ日", "関連付けられた会社"],
         ["external_id", "name", "phase", "amount", "expected_on", "customer"], "HubSpot"),
        (ImportKind.TOUCHES, ["Subject", "Date", "Assigned", "Company / Account", "Full Comments", "Task Subtype"],
         ["subject", "happened_at", "author", "customer", "text", "channel"], "Salesforce"),
    ],
)  # fmt: skip
def test_exports_of_known_systems_are_recognised(
    kind: str, headings: list[str], mapping: list[str], system: str
) -> None:
    header = find_header(kind, [(1, ["月次レポート"]), (3, headings), (4, ["x"] * len(headings))])

    assert (header.row, header.mapping, header.system) == (3, mapping, system)


def test_a_file_without_headings_is_known_as_such() -> None:
    assert (
        find_header(
            ImportKind.CUSTOMERS, [(1, ["あさぎ工業", "東京"]), (2, ["みどり", "大阪"])]
        ).row
        is None
    )


def test_columns_are_named_as_a_spreadsheet_names_them() -> None:
    assert [column_name(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
