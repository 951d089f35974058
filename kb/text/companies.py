"""Company names as keys: what stays when legal forms, width, case and spaces are taken away."""

import re
import unicodedata

LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益社団法人|公益財団法人"
    r"|特定非営利活動法人|医療法人|学校法人|社会福祉法人|\(株\)|\(有\)|\(同\)|\(社\)|\(財\)"
    r"|co\.?,?ltd\.?|inc\.?$|corp\.?$|k\.k\.$"
)
DIFFERENCES = re.compile(r"[\s・･.,'\-‐–—ー]+")


def company_key(name: str) -> str:
    """The name without legal form, width, case, spaces and marks: 「㈱あさぎ」 = 「あさぎ 株式会社」.

    Falls back to the folded name when nothing else would be left.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    folded = re.sub(r"\s+", "", folded)
    bare = DIFFERENCES.sub("", LEGAL_FORMS.sub("", folded))
    return bare or DIFFERENCES.sub("", folded)


def is_corporate_number(number: str) -> bool:
    """True for 13 digits whose check digit holds (国税庁「法人番号の構成について」)."""
    if not re.fullmatch(r"\d{13}", number):
        return False
    body = number[1:]
    total = sum(int(d) * (1 if i % 2 == 0 else 2) for i, d in enumerate(reversed(body)))
    return int(number[0]) == 9 - total % 9


def bare_company_name(name: str) -> str:
    """The name as people say it in a sentence: 「あさぎ製菓株式会社」 → 「あさぎ製菓」. Never empty."""
    plain = unicodedata.normalize("NFKC", name).strip()
    return LEGAL_FORMS.sub("", plain).strip() or plain
