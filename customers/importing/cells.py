"""Cells of a row as the values of its meanings, each with its own way of being wrong."""

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from customers.importing import values
from customers.importing.models import ImportKind
from customers.importing.values import BadValue
from customers.importing.words import CHANNELS, MOODS, PHASES
from kb.text.companies import is_corporate_number
from kb.text.kana import is_reading, reading

Parser = Callable[[Any], Any]


def line(cell: Any, *, longest: int = 200) -> str:
    """One line of text of at most so many characters."""
    text = values.text_of(cell)
    if len(text) > longest:
        raise BadValue(
            _("長すぎます（%(count)d字）。%(max)d字までです。")
            % {"count": len(text), "max": longest}
        )
    return text


def paragraph(cell: Any) -> str:
    """Text with its line breaks."""
    text = values.text_of(cell, keeps_lines=True)
    if len(text.encode()) > settings.BODY_MAX_BYTES:
        raise BadValue(_("長すぎます。1 MBまでにしてください。"))
    return text


def yomi(cell: Any) -> str:
    """A reading in hiragana."""
    text = reading(line(cell))
    if not is_reading(text):
        raise BadValue(_("よみは、かなで書いてください。"))
    return text


def corporate_number(cell: Any) -> str:
    """Thirteen digits with a right check digit; the T of an invoice number may stand before them."""
    text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", values.text_of(cell)))
    number = text.upper().removeprefix("T")
    if number and not is_corporate_number(number):
        raise BadValue(_("法人番号の数字が合いません。13桁を確かめてください。"))
    return number


def email(cell: Any) -> str:
    """A mail address."""
    text = line(cell, longest=254)
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise BadValue(_("メールアドレスの形ではありません。")) from None
    return text


def phone(cell: Any) -> str:
    """A telephone number as it was written, in narrow characters."""
    return unicodedata.normalize("NFKC", line(cell, longest=30))


def names(cell: Any) -> list[str]:
    """Several names in one cell."""
    return [part.strip() for part in re.split(r"[、,;；/／\n]", line(cell)) if part.strip()]


_SHORT = functools.partial(line, longest=100)
_COMMON: dict[str, Parser] = {
    "customer": line,
    "corporate_number": corporate_number,
    "customer_id": line,
    "external_id": line,
}
PARSERS: dict[str, dict[str, Parser]] = {
    ImportKind.CUSTOMERS: _COMMON
    | {
        "name": line,
        "yomi": yomi,
        "former_names": names,
        "industry": _SHORT,
        "products": line,
        "contract_until": values.day_of,
        "sales_owner": line,
        "success_owner": line,
        "note": paragraph,
    },
    ImportKind.CONTACTS: _COMMON
    | {
        "name": _SHORT,
        "last_name": functools.partial(line, longest=50),
        "first_name": functools.partial(line, longest=49),
        "yomi": yomi,
        "department": _SHORT,
        "title": _SHORT,
        "email": email,
        "phone": phone,
        "has_left": values.yes_or_no,
    },
    ImportKind.TOUCHES: _COMMON
    | {
        "happened_at": values.moment_of,
        "channel": lambda cell: values.choice_of(cell, CHANNELS),
        "subject": functools.partial(line, longest=500),
        "text": paragraph,
        "mood": lambda cell: values.choice_of(cell, MOODS),
        "author": line,
        "contact": _SHORT,
        "topics": names,
        "next_text": functools.partial(line, longest=300),
        "next_on": values.day_of,
        "external_id": functools.partial(line, longest=500),
    },
    ImportKind.DEALS: _COMMON
    | {
        "name": line,
        "phase": lambda cell: values.choice_of(cell, PHASES),
        "confidence": values.confidence_of,
        "amount": values.amount_of,
        "expected_on": values.day_of,
        "owner": line,
    },
}
