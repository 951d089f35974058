"""The directory's filters: read from the address, and shown as chips that lead to addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from kb.experts.evidence import TELLING_ROLES
from kb.experts.models import Evidence
from kb.foundation.queries import qs
from kb.portal.directory import JOINED_SINCE, DirectoryQuery, people_matching
from kb.portal.knowhow import record_keys_of
from kb.search.query import clean_text
from kb.text.kana import OTHER_ROW, ROWS, row_of
from kb.topics.models import Topic
from kb.topics.services import find
from people.models import Department, Person, Responsibility


@dataclass(frozen=True)
class Option:
    """One choice of a menu, with the address that makes it."""

    label: str
    url: str
    is_on: bool
    count: int | None = None


@dataclass(frozen=True)
class Menu:
    """One filter."""

    label: str
    options: Sequence[Option]


@dataclass(frozen=True)
class Chosen:
    """A filter that is on, with the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Row:
    """A row of the syllabary; without people it leads nowhere."""

    label: str
    url: str
    is_on: bool
    is_empty: bool


@dataclass(frozen=True)
class Filters:
    """What stands above the directory."""

    chosen: Sequence[Chosen]
    menus: Sequence[Menu]
    rows: Sequence[Row]


def query_of(params: QueryDict) -> DirectoryQuery:
    """What the address asks for; values that mean nothing are left out."""
    asked = clean_text(params.get("topic", ""))[:100]
    topic = find(asked) if asked else None
    row = params.get("kana", "")
    joined = params.get("joined", "")
    return DirectoryQuery(
        words=" ".join(clean_text(params.get("q", "")).split())[:100],
        row=row if row in ROWS or row == OTHER_ROW else "",
        department=Department.objects.filter(pk=_number(params.get("department"))).first(),
        topic=topic,
        chore=Responsibility.objects.visible().filter(pk=_number(params.get("chore"))).first(),
        language=clean_text(params.get("language", ""))[:50],
        joined=joined if joined in JOINED_SINCE else "",
        topic_people=_people_with_evidence(topic) if topic else frozenset(),
    )


def _number(text: str | None) -> int:
    """The number in the text, 0 where there is none that a database knows."""
    if text and text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    return 0


def _people_with_evidence(topic: Topic) -> frozenset[int]:
    rows = Evidence.objects.filter(record__in=record_keys_of([topic.pk]), role__in=TELLING_ROLES)
    return frozenset(rows.exclude(person__stances__topic=topic).values_list("person_id", flat=True))


def filters_of(query: DirectoryQuery, params: QueryDict) -> Filters:
    """Chips, menus and the rows of the syllabary for a query."""
    return Filters(_chosen(query, params), _menus(query, params), _rows(query, params))


def _chosen(query: DirectoryQuery, params: QueryDict) -> list[Chosen]:
    on = (
        ("q", _("名前：%(value)s"), query.words),
        ("department", _("部署：%(value)s"), query.department),
        ("topic", _("テーマ：%(value)s"), query.topic),
        ("chore", _("担当業務：%(value)s"), query.chore),
        ("language", _("言葉：%(value)s"), query.language),
        ("joined", "%(value)s", _joined_words().get(query.joined, "")),
    )
    return [
        Chosen(label % {"value": value}, qs(params, **{name: None}))
        for name, label, value in on
        if value
    ]


def _joined_words() -> dict[str, str]:
    return {"60": _("この60日に入社"), "365": _("この1年に入社")}


def _menus(query: DirectoryQuery, params: QueryDict) -> list[Menu]:
    topics = Topic.objects.visible().filter(ask_me__person__is_active=True).distinct()
    menus = [
        _menu(
            params,
            "department",
            label=_("部署"),
            values=[(d.pk, d.name) for d in Department.objects.visible()],
            chosen=query.department and query.department.pk,
        ),
        _menu(
            params,
            "topic",
            label=_("聞けるテーマ"),
            values=[(t.slug, t.name) for t in topics.order_by("yomi", "name")],
            chosen=query.topic and query.topic.slug,
        ),
        _menu(
            params,
            "chore",
            label=_("担当業務"),
            values=[(c.pk, c.name) for c in Responsibility.objects.visible()],
            chosen=query.chore and query.chore.pk,
        ),
        _menu(
            params,
            "joined",
            label=_("入社"),
            values=_joined_words().items(),
            chosen=query.joined,
        ),
        _menu(
            params,
            "language",
            label=_("話せる言葉"),
            values=[(word, word) for word in _languages()],
            chosen=query.language,
        ),
    ]
    return [menu for menu in menus if menu.options]


def _menu(
    params: QueryDict,
    name: str,
    *,
    label: str,
    values: Iterable[tuple[object, str]],
    chosen: object,
) -> Menu:
    """A filter; choosing again what is chosen takes it off."""
    options = [
        Option(words, qs(params, **{name: None if value == chosen else value}), value == chosen)
        for value, words in values
    ]
    return Menu(label, options)


def _languages() -> list[str]:
    spoken = Person.objects.visible().exclude(languages="").values_list("languages", flat=True)
    return sorted({word for words in spoken for word in _split(words)})


def _split(words: str) -> Iterable[str]:
    for separator in ("、", ",", "/", "・"):
        words = words.replace(separator, " ")
    return words.split()


def _rows(query: DirectoryQuery, params: QueryDict) -> list[Row]:
    everybody = people_matching(replace(query, row="")).values_list("yomi", flat=True)
    filled = {row_of(yomi) for yomi in everybody}
    return [
        Row(
            label=row,
            url=qs(params, kana=None if query.row == row else row),
            is_on=query.row == row,
            is_empty=row not in filled,
        )
        for row in (*ROWS, OTHER_ROW)
        if row != OTHER_ROW or row in filled
    ]
