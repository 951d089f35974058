"""Everything 声ボード shows, in a fixed number of queries."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.charts import Trend, month_bars, trend_months
from customers.models import Voice, VoiceTheme, VoiceThemeChange, VoiceThemeReply
from customers.page import TONES
from customers.querysets import VoiceQuerySet, VoiceThemeQuerySet
from people.models import Department, Person
from people.querysets import attach_departments

INBOX_MAX = 20
THEMES_PER_PAGE = 20
QUOTES_MAX = 2
MEASURED_DAYS = 90
MEASURED_MAX = 500
SLUG_LENGTH_MAX = 100
# What visible() asks, read beside each voice: as conditions of the query they make databases go
# through every touch first, and the page waits three times as long.
_BINS = ("touch__deleted_at", "touch__customer__deleted_at")


@dataclass(frozen=True)
class BoardFilter:
    """Which themes and voices are shown; everything without a choice."""

    status: str = ""
    kind: str = ""
    department: str = ""
    is_mine: bool = False


@dataclass(frozen=True)
class Said:
    """One voice without its words: which, of which theme and company, and when."""

    voice_id: int
    theme_id: int
    customer_id: int
    at: dt.datetime


@dataclass(frozen=True)
class BoardTheme:
    """One theme with what the companies say, in their words."""

    theme: VoiceTheme
    tone: str
    quotes: Sequence[Voice]
    trend: Trend


@dataclass(frozen=True)
class Board:
    """The page of themes, the inbox, and how fast we answer."""

    page: Page[VoiceTheme]
    themes: Sequence[BoardTheme]
    inbox: Sequence[Voice]
    inbox_count: int
    measures: str


def read_board_filter(query: QueryDict) -> BoardFilter:
    """The filter of an address; what makes no sense there is left out."""
    status, kind = query.get("status", ""), query.get("kind", "")
    return BoardFilter(
        status=status if status in VoiceTheme.Status.values else "",
        kind=kind if kind in Voice.Kind.values else "",
        department=query.get("department", "").replace("\0", "")[:SLUG_LENGTH_MAX],
        is_mine=query.get("mine") == "1",
    )


def board(chosen: BoardFilter, reader: Person, page_number: str | None) -> Board:
    """The board as the filter wants it; themes of most companies first."""
    page = Paginator(_themes(chosen, reader), THEMES_PER_PAGE).get_page(page_number)
    themes = list(page.object_list)
    attach_departments(theme.owner for theme in themes)
    waiting = _inbox(chosen)
    return Board(
        page=page,
        themes=_shown(themes),
        inbox=list(waiting.select_related("touch__customer", "marked_by")[:INBOX_MAX]),
        inbox_count=waiting.count(),
        measures=measures(),
    )


def owner_departments() -> list[Department]:
    """The departments that look after a theme."""
    themes = VoiceTheme.objects.visible().filter(owner_department=OuterRef("pk"))
    return list(Department.objects.filter(Exists(themes)))


def trends_of(themes: Iterable[VoiceTheme]) -> dict[int, Trend]:
    """Voices per month of each theme, drawn on one scale; one query."""
    shown = list(themes)
    return _trends(shown, _said(shown))


def measures() -> str:
    """How many days a voice waits for its first answer, and how many companies were told back.

    About what happened lately and about all of us; nobody is named. Empty without voices.
    """
    since = timezone.now() - dt.timedelta(days=MEASURED_DAYS)
    sentences = [_first_answers(since), _told_back(since)]
    return " ".join(sentence for sentence in sentences if sentence)


def _themes(chosen: BoardFilter, reader: Person) -> VoiceThemeQuerySet:
    alive = Q(voices__touch__deleted_at__isnull=True)
    themes: VoiceThemeQuerySet = VoiceTheme.objects.visible().select_related(
        "owner_department", "owner"
    )
    if chosen.status:
        themes = themes.filter(status=chosen.status)
    if chosen.department:
        themes = themes.filter(owner_department__slug=chosen.department)
    if chosen.is_mine:
        themes = themes.filter(owner=reader)
    if chosen.kind:
        said = Voice.objects.visible().filter(theme=OuterRef("pk"), kind=chosen.kind)
        themes = themes.filter(Exists(said))
    ranked: VoiceThemeQuerySet = themes.annotate(
        companies=Count("voices__touch__customer", distinct=True, filter=alive),
        voice_count=Count("voices", distinct=True, filter=alive),
        last_voice_at=Max("voices__created_at", filter=alive),
    ).order_by("-companies", "-last_voice_at", "pk")
    return ranked


def _inbox(chosen: BoardFilter) -> VoiceQuerySet:
    voices: VoiceQuerySet = Voice.objects.visible().filter(theme__isnull=True)
    if chosen.kind:
        voices = voices.filter(kind=chosen.kind)
    return voices


def _said(themes: Sequence[VoiceTheme]) -> list[Said]:
    """Every voice of the themes without its words, latest first; one query."""
    voices = Voice.objects.filter(theme__in=[theme.pk for theme in themes])
    rows = voices.order_by("-created_at", "-pk").values_list(
        "pk", "theme_id", "touch__customer_id", "created_at", *_BINS
    )
    return [Said(*row) for *row, touch_bin, customer_bin in rows if not (touch_bin or customer_bin)]


def _trends(themes: Sequence[VoiceTheme], said: Sequence[Said]) -> dict[int, Trend]:
    months = trend_months(timezone.localdate())
    first = timezone.make_aware(dt.datetime.combine(months[0], dt.time.min))
    counts: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for one in said:
        if one.at < first:
            break
        local = timezone.localtime(one.at)
        counts[one.theme_id][local.year, local.month] += 1
    most = max((n for counter in counts.values() for n in counter.values()), default=1)
    return {
        theme.pk: month_bars([counts[theme.pk][m.year, m.month] for m in months], most=most)
        for theme in themes
    }


def _quotes(said: Sequence[Said]) -> dict[int, list[Voice]]:
    """The latest words on each theme, each of another company: ten of one customer are one voice."""
    chosen: dict[int, dict[int, int]] = defaultdict(dict)
    for one in said:
        if len(chosen[one.theme_id]) < QUOTES_MAX:
            chosen[one.theme_id].setdefault(one.customer_id, one.voice_id)
    voices = Voice.objects.select_related("touch__customer").defer("touch__text")
    by_id = voices.in_bulk([pk for own in chosen.values() for pk in own.values()])
    return {theme: [by_id[pk] for pk in own.values()] for theme, own in chosen.items()}


def _shown(themes: Sequence[VoiceTheme]) -> list[BoardTheme]:
    said = _said(themes)
    quotes, trends = _quotes(said), _trends(themes, said)
    return [
        BoardTheme(
            theme=theme,
            tone=TONES.get(VoiceTheme.Status(theme.status), ""),
            quotes=quotes.get(theme.pk, []),
            trend=trends[theme.pk],
        )
        for theme in themes
    ]


def _first_answers(since: dt.datetime) -> str:
    latest = Voice.objects.filter(created_at__gte=since).order_by("-created_at")
    rows = latest.values_list("theme_id", "created_at", *_BINS)[:MEASURED_MAX]
    voices = [(theme_id, at) for theme_id, at, in_bin, is_gone in rows if not (in_bin or is_gone)]
    if not voices:
        return ""
    changes: dict[int, list[dt.datetime]] = defaultdict(list)
    answered = VoiceThemeChange.objects.exclude(status=VoiceTheme.Status.RECEIVED)
    themes = {theme_id for theme_id, _at in voices if theme_id is not None}
    for theme_id, at in answered.filter(theme__in=themes).values_list("theme_id", "changed_at"):
        changes[theme_id].append(at)
    days = sorted(
        0 if min(changes[theme_id]) <= at else (min(changes[theme_id]) - at).days
        for theme_id, at in voices
        if theme_id is not None and changes.get(theme_id)
    )
    if not days:
        return _("最近の声%(count)d件は、まだどれも「受け取った」のままです。") % {
            "count": len(voices)
        }
    words = {"count": len(voices), "answered": len(days), "days": days[len(days) // 2]}
    return (
        _(
            "最近の声%(count)d件のうち%(answered)d件に、最初の返事が付きました。返事までの日数は、中央値で%(days)d日です。"
        )
        % words
    )


def _told_back(since: dt.datetime) -> str:
    replies = VoiceThemeReply.objects.visible().filter(created_at__gte=since)
    sums = replies.aggregate(
        asked=Count("pk"), told=Count("pk", filter=Q(told_at__isnull=False) | Q(todo__state="done"))
    )
    if not sums["asked"]:
        return ""
    return _("結果をお客さまに知らせたのは、%(asked)d社のうち%(told)d社です。") % sums
