"""Finds the record that a person means by an address or a title."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from customers.models import VoiceTheme
from kb.articles.models import Article
from kb.engagement.records import find_record
from kb.meetings.models import Decision, Meeting

# Addresses of records, and the label under which kb.engagement.records finds them.
_PAGES = {
    "article_detail": "articles.article",
    "touch_detail": "customers.touch",
    "voice_theme_detail": "customers.voicetheme",
    "decision_detail": "meetings.decision",
    "meeting_detail": "meetings.meeting",
    "customer_detail": "customers.customer",
    "book_detail": "articles.book",
}
LINKABLE = frozenset(_PAGES.values())
_SHOWN_CANDIDATES = 5


def record_meant(words: str) -> Any:
    """The record of that address or title. Raises ``ValidationError`` with what to do instead."""
    words = words.strip()
    record = _by_address(words)
    if record is not None:
        return record
    found = _by_title(words)
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(
            _("その記録が見つかりません。題名か、ページのアドレスを入れてください。")
        )
    titles = "、".join(f"「{candidate}」" for candidate in found[:_SHOWN_CANDIDATES])
    raise ValidationError(
        _("%(titles)sのどれでしょうか。題名をそのまま入れてください。") % {"titles": titles}
    )


def record_named(name: str) -> Any:
    """The record of 「articles.article:12」; None for anything else."""
    label, _colon, number = name.partition(":")
    if label not in LINKABLE or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    try:
        return find_record(label, int(number))
    except Http404:
        return None


def name_of(record: models.Model) -> str:
    """What ``record_named`` takes."""
    return f"{record._meta.label_lower}:{record.pk}"


def _by_address(words: str) -> Any:
    try:
        match = resolve(urlsplit(words).path)
        label = _PAGES[match.url_name or ""]
        return find_record(label, int(match.kwargs["pk"]))
    except (Resolver404, KeyError, ValueError, Http404):
        return None


def _by_title(words: str) -> list[Any]:
    if len(words) < 2:
        return []
    rows: list[Any] = []
    for queryset, field in (
        (Article.objects.visible().defer("body", "body_html"), "title"),
        (Decision.objects.visible(), "title"),
        (Meeting.objects.visible().select_related("series").defer("body", "body_html"), "title"),
        (VoiceTheme.objects.filter(merged_into=None), "title"),
    ):
        exact = list(queryset.filter(**{field: words})[:2])
        if exact:
            return exact
        rows.extend(queryset.filter(**{f"{field}__icontains": words})[: _SHOWN_CANDIDATES + 1])
    return rows
