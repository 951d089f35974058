"""Customers that look like one company entered twice, each pair with its reasons."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from customers.models import Contact, Customer, CustomerFormerName, DistinctPair
from kb.text.companies import company_key

PAIRS_MAX = 100
# A sign shared by more customers than this says nothing.
_GROUP_MAX = 6
_READING_MIN = 4
_PHONE_DIGITS_MIN = 9
_PARENTHESES = re.compile(r"[(（].*?[)）]")
# Whose address says nothing about the company.
_FREE_MAIL = re.compile(
    r"(?:^|\.)(?:gmail|yahoo|outlook|hotmail|icloud|live|msn|aol|docomo|ezweb|softbank|au|nifty|biglobe|"
    r"ocn|so-net|infoseek|plala|example)\."
)


@dataclass
class Pair:
    """Two customers and why they may be one; the more reasons, the earlier in the list."""

    first: Customer
    second: Customer
    reasons: list[str] = field(default_factory=list)


def duplicates() -> list[Pair]:
    """The likeliest pairs, most reasons first; pairs somebody called two companies are left out."""
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    for words, groups in _signs():
        for ids in groups:
            for pair in _pairs(ids):
                if words not in reasons[pair]:
                    reasons[pair].append(words)
    for pair in DistinctPair.objects.values_list("first", "second"):
        reasons.pop((min(pair), max(pair)), None)
    best = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))[:PAIRS_MAX]
    ids = {pk for pair, _words in best for pk in pair}
    customers = Customer.objects.visible().with_owners().with_last_touch().in_bulk(ids)
    return [Pair(customers[a], customers[b], words) for (a, b), words in best]


def _pairs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(set(ids))
    if len(ordered) <= _GROUP_MAX:
        yield from ((a, b) for i, a in enumerate(ordered) for b in ordered[i + 1 :])


def _signs() -> Iterator[tuple[str, list[set[int]]]]:
    by_name: dict[str, set[int]] = defaultdict(set)
    by_bare: dict[str, set[int]] = defaultdict(set)
    by_yomi: dict[str, set[int]] = defaultdict(set)
    rows = Customer.objects.visible().values_list("pk", "name", "name_key", "yomi")
    for pk, name, key, yomi in rows:
        by_name[key].add(pk)
        by_bare[company_key(_PARENTHESES.sub("", name))].add(pk)
        if len(yomi) >= _READING_MIN:
            by_yomi[company_key(yomi)].add(pk)
    yield _("会社名が同じ"), _shared(by_name)
    yield _("かっこを除くと会社名が同じ"), _shared(by_bare)
    yield _("よみが同じ"), _shared(by_yomi)
    alive = set().union(*by_name.values()) if by_name else set()
    former: dict[str, set[int]] = defaultdict(set)
    for pk, name in CustomerFormerName.objects.values_list("customer", "name"):
        key = company_key(name)
        if pk in alive and key in by_name:
            former[key] |= {pk} | by_name[key]
    yield _("前の社名が同じ"), _shared(former)
    yield from _signs_of_contacts(alive)


def _signs_of_contacts(alive: set[int]) -> Iterator[tuple[str, list[set[int]]]]:
    by_domain: dict[str, set[int]] = defaultdict(set)
    by_phone: dict[str, set[int]] = defaultdict(set)
    for pk, email, phone in Contact.objects.values_list("customer", "email", "phone"):
        if pk not in alive:
            continue
        domain = email.rpartition("@")[2].lower()
        if domain and not _FREE_MAIL.search(domain):
            by_domain[domain].add(pk)
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
        if len(digits) >= _PHONE_DIGITS_MIN:
            by_phone[digits].add(pk)
    yield _("メールアドレスのドメインが同じ"), _shared(by_domain)
    yield _("電話番号が同じ"), _shared(by_phone)


def _shared(groups: dict[str, set[int]]) -> list[set[int]]:
    return [ids for key, ids in groups.items() if key and len(ids) > 1]
