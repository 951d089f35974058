"""Sums of money as Japanese people write them."""

import re
import unicodedata
from decimal import Decimal

_UNITS = {"億": 10**8, "百万": 10**6, "万": 10**4, "千": 10**3, "m": 10**6, "k": 10**3}
_MARKS = re.compile(r"[\s,、_¥\\]|円(?:\(税[抜込別]\))?$|jpy|税[抜込別]")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(億|百万|万|千|m|k)?")
MOST_YEN = 10**15


def parse_yen(text: str) -> int | None:
    """The whole yen that a short text names, or None.

    Understands 1,200,000, 120万, 1億2,000万, 1.5億, 800千円, ¥120 and the same in full width. Never
    negative, and never above ``MOST_YEN``.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text).strip().lower())
    if not plain or len(plain) > 40:
        return None
    total, position, last_unit = Decimal(0), 0, MOST_YEN
    for match in _PART.finditer(plain):
        unit = _UNITS.get(match[2] or "", 1)
        # 「2000万1億」 and 「12 34」 are no sums: units only become smaller.
        if match.start() != position or unit >= last_unit:
            return None
        total += Decimal(match[1]) * unit
        position, last_unit = match.end(), unit
    if position != len(plain) or total > MOST_YEN or total != total.to_integral_value():
        return None
    return int(total)
