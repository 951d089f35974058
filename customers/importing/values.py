"""Cells as values: days, moments, amounts and choices, in the ways Japanese offices write them."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.importing.reading import UNREADABLE, Formula
from kb.foundation.days import YEARS
from kb.text.dates import parse_day

# Day 0 of Excel's calendar, after its leap day of 1900 that never was.
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (a plain calendar, the zone comes after)
_EXCEL_DAYS = range(10_000, 110_000)
_MOMENT = re.compile(
    r"(?P<day>.+?)[\sT]*(?P<half>午前|午後|am|pm)?\s*(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})分?(?::\d{1,2}(?:\.\d+)?)?"
    r"\s*(?P<half2>am|pm)?(?:\s*(?P<zone>z|[+-]\d{2}:?\d{2}))?",
    re.IGNORECASE,
)
_NOON = dt.time(12)
_UNITS = {"万": 10_000, "百万": 1_000_000, "億": 100_000_000, "千": 1_000}
_YES = {"1", "true", "yes", "y", "はい", "○", "〇", "退職", "異動", "退職済", "済"}
_NO = {"", "0", "false", "no", "n", "いいえ", "×", "在職", "在籍"}
_FORMULA = re.compile(r"=\s*[-+@(]?\s*(?:[A-Za-z_]\w*\s*[(!|]|\$?[A-Za-z]{1,3}\$?\d|[\d(])")
# The quote that our own export puts before signs that a spreadsheet would run.
_EXPORTED = re.compile(r"^'(?=[-=+@＝＋－＠])")
_SIGNALS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Half of a pair that belongs together; no database keeps it.
_SURROGATES = re.compile(r"[\ud800-\udfff]")
AMOUNT_MAX = 10**15


class BadValue(Exception):
    """The cell cannot be taken; the message says why, for the person who corrects the file."""


def text_of(cell: Any, *, keeps_lines: bool = False) -> str:
    """The cell as text. Raises BadValue for formulas and for signs that could not be read."""
    if isinstance(cell, Formula):
        raise BadValue(_("計算式です。値にしてから取り込んでください。"))
    if isinstance(cell, bool):
        return "1" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat(sep=" ") if isinstance(cell, dt.datetime) else cell.isoformat()
    text = _EXPORTED.sub("", str(cell))
    if UNREADABLE in text or _SURROGATES.search(text):
        raise BadValue(_("読めない文字があります。その文字を打ち直してください。"))
    if keeps_lines:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return _SIGNALS.sub("", lines).strip()
    if _FORMULA.match(text.lstrip()):
        raise BadValue(_("計算式です。値にしてから取り込んでください。"))
    return " ".join(_SIGNALS.sub(" ", text).split())


def day_of(cell: Any) -> dt.date | None:
    """The day, None for an empty cell. Raises BadValue."""
    if isinstance(cell, dt.datetime):
        return _in_years(cell.date())
    if isinstance(cell, dt.date):
        return _in_years(cell)
    text = text_of(cell)
    if not text:
        return None
    if (serial := _serial(text)) is not None:
        return serial.date()
    today = timezone.localdate()
    day = parse_day(text, today=today)
    if day is None and (match := _MOMENT.fullmatch(_plain(text))):
        day = parse_day(match["day"], today=today)
    if day is None:
        day = _western(text)
    if day is None:
        raise BadValue(_("「%(text)s」は日付として読めません。例：2026/4/1") % {"text": text[:40]})
    return _in_years(day)


def moment_of(cell: Any) -> dt.datetime | None:
    """The moment, noon when only the day is given, None for an empty cell. Raises BadValue."""
    if isinstance(cell, dt.datetime):
        _in_years(cell.date())
        return timezone.make_aware(cell) if timezone.is_naive(cell) else cell
    text = "" if isinstance(cell, dt.date) else text_of(cell)
    if text and (serial := _serial(text)) is not None:
        has_time = serial.time() != dt.time(0)
        return timezone.make_aware(
            serial if has_time else dt.datetime.combine(serial.date(), _NOON)
        )
    day = day_of(cell)
    if day is None:
        return None
    match = _MOMENT.fullmatch(_plain(text))
    if match is None:
        return timezone.make_aware(dt.datetime.combine(day, _NOON))
    moment = dt.datetime.combine(day, _time_of(match, text))
    return _zoned(moment, match["zone"])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _time_of(match: re.Match[str], text: str) -> dt.time:
    half = (match["half"] or match["half2"] or "").lower()
    hour, minute = int(match["hour"]), int(match["minute"])
    if half in ("午後", "pm") and hour < 12:
        hour += 12
    elif half in ("午前", "am") and hour == 12:
        hour = 0
    try:
        return dt.time(hour, minute)
    except ValueError:
        raise BadValue(_("「%(text)s」の時刻が読めません。") % {"text": text[:40]}) from None


def _zoned(moment: dt.datetime, zone: str | None) -> dt.datetime:
    if not zone:
        return timezone.make_aware(moment)
    text = zone.upper().replace("Z", "+00:00")
    return dt.datetime.fromisoformat(f"{moment.isoformat()}{text}")


def _serial(text: str) -> dt.datetime | None:
    """Excel's number of days, with the time of day as its fraction."""
    plain = _plain(text)
    if not re.fullmatch(r"\d{5,6}(?:\.\d+)?", plain) or int(float(plain)) not in _EXCEL_DAYS:
        return None
    moment = _EXCEL_EPOCH + dt.timedelta(days=float(plain))
    return (moment + dt.timedelta(seconds=30)).replace(second=0, microsecond=0)


def _western(text: str) -> dt.date | None:
    """12/31/2026, as English exports write it."""
    match = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\D|$)", _plain(text))
    if match is None:
        return None
    try:
        return dt.date(int(match[3]), int(match[1]), int(match[2]))
    except ValueError:
        return None


def _in_years(day: dt.date) -> dt.date:
    if day.year not in YEARS:
        raise BadValue(_("年を確かめてください。"))
    return day


def amount_of(cell: Any) -> int | None:
    """Yen: 1,200,000 / ¥1200000 / 120万円 / 1.5億. Raises BadValue."""
    text = re.sub(r"[\s,¥\\円]|JPY", "", _plain(text_of(cell)), flags=re.IGNORECASE)
    if not text:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(百万|万|億|千)?", text)
    try:
        amount = Decimal(match[1]) * _UNITS.get(match[2] or "", 1) if match else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise BadValue(_("「%(text)s」は金額として読めません。例：1200000") % {"text": text[:40]})
    if amount > AMOUNT_MAX:
        raise BadValue(_("金額が大きすぎます。"))
    return int(amount)


def yes_or_no(cell: Any) -> bool:
    """Whether the cell says yes. Raises BadValue."""
    word = _plain(text_of(cell)).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValue(_("「%(text)s」は「はい」か「いいえ」にしてください。") % {"text": word[:40]})


def choice_of(cell: Any, words: dict[str, str]) -> str:
    """The value that the word means; "" for an empty cell. Raises BadValue naming what is known."""
    word = _plain(text_of(cell)).lower()
    if not word:
        return ""
    if word not in words:
        known = "、".join(dict.fromkeys(w for w in words if not w.isascii()))[:120]
        raise BadValue(
            _("「%(text)s」はわかりません。使える言葉：%(known)s")
            % {"text": word[:40], "known": known}
        )
    return words[word]


def confidence_of(cell: Any) -> str:
    """A, B or C, also from a probability in percent: 70 and above A, 40 and above B."""
    word = _plain(text_of(cell)).upper().rstrip("%")
    if word in ("", "A", "B", "C"):
        return word
    try:
        percent = float(word)
    except ValueError:
        raise BadValue(_("確度はA、B、Cか、0から100の数です。")) from None
    if not 0 <= percent <= 100:
        raise BadValue(_("確度はA、B、Cか、0から100の数です。"))
    if percent <= 1 and "." in word:
        percent *= 100
    return "A" if percent >= 70 else "B" if percent >= 40 else "C"
