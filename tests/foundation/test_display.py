"""How dates, people, passages and addresses look."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
import time_machine
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.template.defaultfilters import truncatechars
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils import timezone
from django.utils.translation import override

from kb.foundation import queries
from kb.foundation.addresses import address_of
from kb.foundation.templatetags import display

NOW = dt.datetime(2026, 11, 20, 14, 5, tzinfo=dt.UTC).replace(hour=5)  # 14:05 in Tokyo
CS = SimpleNamespace(pk=1, name="カスタマーサクセス部", label="CS部", colour="cs")


def person(name: str = "桐山 美和", **values: object) -> SimpleNamespace:
    given: dict[str, object] = {
        "pk": 7,
        "name": name,
        "family_name": name.split(maxsplit=1)[0],
        "department": CS,
        "is_open_to_questions": False,
        "is_active": True,
        "is_imported": False,
        "left_on": None,
    }
    return SimpleNamespace(**(given | values))


def rendered(text: str, **context: object) -> str:
    return Template("{% load display %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("ja_date", "2026年11月20日"),
        ("ja_month", "2026年11月"),
        ("ja_day", "11/20"),
        ("ja_weekday", "11/20（金）"),
        ("ja_datetime", "11/20 14:05"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_dates_are_japanese_in_local_time_and_machine_readable(tag: str, words: str) -> None:
    shown = rendered("{{ at|" + tag + " }}", at=NOW)
    assert shown == f'<time datetime="2026-11-20T14:05+09:00">{words}</time>'


@time_machine.travel(NOW, tick=False)
def test_another_year_is_named() -> None:
    assert ">2025/11/20<" in display.ja_day(dt.date(2025, 11, 20))
    assert ">2025/11/20 14:05<" in display.ja_datetime(NOW.replace(year=2025))


def test_no_date_is_nothing() -> None:
    for tag in (display.ja_date, display.ja_day, display.ja_datetime, display.ja_month):
        assert tag(None) == ""
    assert display.ago(None) == ""


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (dt.timedelta(seconds=20), "たった今"),
        (dt.timedelta(minutes=59), "59分前"),
        (dt.timedelta(hours=23, minutes=59), "23時間前"),
        (dt.timedelta(hours=24), "11/19"),
        (dt.timedelta(minutes=-5), "11/20"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_time_is_relative_under_a_day_only(passed: dt.timedelta, words: str) -> None:
    assert f">{words}<" in display.ago(NOW - passed)


@time_machine.travel(NOW, tick=False)
def test_a_late_date_says_how_late() -> None:
    today = timezone.localdate()
    assert "1日遅れ" in display.due(today - dt.timedelta(days=1))
    assert "due--late" in display.due(today - dt.timedelta(days=1))
    assert "今日" in display.due(today)
    assert "済み" in display.due(today - dt.timedelta(days=9), done=True)
    assert "late" not in display.due(today - dt.timedelta(days=9), done=True)
    assert display.due(None) == ""


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, "0バイト"), (900, "900バイト"), (39_000, "38 KB"), (1_300_000, "1.2 MB")],
)
def test_file_sizes_are_short(size: int | None, words: str) -> None:
    assert display.filesize_ja(size) == words


def test_counts_have_commas_and_counters() -> None:
    assert display.count_ja(1234, "件") == "1,234件"
    assert display.count_ja(None) == "0"


def test_a_passage_marks_hits_and_escapes_everything() -> None:
    shown = display.marked(
        [("<b>", False), ("請求<i>", True), SimpleNamespace(text="&", hit=False)]
    )
    assert shown == "&lt;b&gt;<mark>請求&lt;i&gt;</mark>&amp;"
    assert display.marked(None) == ""


def test_query_keeps_what_is_not_changed_and_drops_the_page() -> None:
    params = QueryDict("q=請求&kind=manual&kind=rule&page=3")
    assert queries.qs(params, topic="help") == (
        "?q=%E8%AB%8B%E6%B1%82&kind=manual&kind=rule&topic=help"
    )
    assert queries.qs(params, kind=None) == "?q=%E8%AB%8B%E6%B1%82"
    assert queries.qs(params, q="", kind=["manual"]) == "?kind=manual"
    assert queries.qs(QueryDict("page=3"), page=4) == "?page=4"
    assert queries.qs({"q": "a&b", "kind": ""}) == "?q=a%26b"


def test_one_of_several_values_can_be_switched() -> None:
    params = QueryDict("kind=manual&kind=rule")
    assert queries.qs_toggle(params, "kind", "rule") == "?kind=manual"
    assert queries.qs_toggle(params, "kind", "note") == "?kind=manual&kind=rule&kind=note"


@pytest.mark.parametrize(
    ("name", "size", "text"),
    [
        ("桐山 美和", "", "桐山"),
        ("桐山 美和", "s", "桐"),
        ("小野寺 亮", "", "小"),
        ("小野寺 亮", "xl", "小野寺"),
        ("Alexandra Smith", "", "A"),
        ("Alexandra Smith", "xl", "A"),
    ],
)
def test_an_avatar_shows_what_of_the_surname_fits(name: str, size: str, text: str) -> None:
    assert f">{text}</i>" in display.avatar(person(name), size)


def test_the_ring_of_an_avatar_means_ask_me() -> None:
    assert "avatar--open" in display.avatar(person(is_open_to_questions=True))
    assert "avatar--open" not in display.avatar(person())
    assert "avatar--open" not in display.avatar(person(is_open_to_questions=True), "xs")


@pytest.mark.urls("tests.browser.gallery.urls")
def test_nobody_is_asked_to_ask_themselves() -> None:
    card = Template("{% load cards %}{% person_card one ask_url='/people/7/' %}")

    def shown(one: SimpleNamespace) -> str:
        context = Context({"one": one})
        context.request = SimpleNamespace(user=person())  # type: ignore[attr-defined]
        return str(card.render(context))

    own = shown(person())
    assert "に聞く" not in own
    assert "あなたです。" in own
    assert "桐山さんに聞く" in shown(person(pk=8))


def test_an_unknown_avatar_size_is_a_mistake_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError):
        display.avatar(person(), "huge")


@pytest.mark.urls("tests.browser.gallery.urls")
def test_a_person_is_linked_and_a_leaver_is_named_as_such() -> None:
    assert 'href="/people/7/"' in display.who(person())
    assert "退職" not in display.who(person())
    assert "桐山 美和（退職）" in display.who(person(left_on=dt.date(2020, 3, 31)))
    assert "桐山 美和（退職）" in display.who(person(is_active=False))
    assert "退職" not in display.who(person(is_active=False, is_imported=True))
    assert "href" not in display.who(person(), link=False)
    assert "書いた人は不明です" in display.who(None)


def test_names_are_escaped() -> None:
    evil = person("<script> x", department=None)
    assert "<script>" not in display.avatar(evil) + display.who(evil, link=False)


def test_a_department_has_its_colour_and_a_short_name() -> None:
    assert display.dept(CS, short=True) == '<span class="dept d-cs">CS部</span>'
    assert display.dept(None) == ""


@time_machine.travel(NOW, tick=False)
def test_icons_are_silent_unless_named() -> None:
    assert 'aria-hidden="true"' in display.icon("bell")
    assert 'aria-label="お知らせ"' in display.icon("bell", "s", "お知らせ")
    assert re.search(r"icons\.svg(\?v=\w+)?#bell\"", display.icon("bell"))


@time_machine.travel(NOW, tick=False)
def test_english_falls_back_to_japanese_without_breaking() -> None:
    with override("en"):
        assert "2026" in display.ja_date(NOW)


def test_an_address_is_what_django_would_say() -> None:
    wanted: tuple[tuple[str, tuple[str | int, ...]], ...] = (
        ("article_detail", (12,)),
        ("article_detail", (0,)),
        ("topic_detail", ("help",)),
        ("home", ()),
    )
    for name, parts in wanted:
        assert address_of(name, *parts) == reverse(name, args=parts)
    for name in ("nowhere", "home"):
        with pytest.raises(NoReverseMatch):
            address_of(name, 12)


def test_an_address_follows_the_prefix_of_the_site() -> None:
    try:
        set_script_prefix("/kb/")
        assert address_of("article_detail", 12) == reverse("article_detail", args=[12])
        assert address_of("article_detail", 12).startswith("/kb/")
    finally:
        set_script_prefix("/")
    assert address_of("article_detail", 12) == "/articles/12/"


@pytest.mark.parametrize(
    "query", ["", "q=a", "q=a&kind=b&kind=c&page=3", "period=1y&q=%E7%B4%99&x="]
)
def test_links_of_a_page_are_those_made_one_by_one(query: str) -> None:
    params = QueryDict(query)
    links = queries.Links(params)
    for names in ((), ("kind",), ("period", "kind"), ("nothing",)):
        assert links.without(*names) == queries.qs(params, **dict.fromkeys(names))
        assert links.start("new", *names) == queries.qs_start(params, "new", **dict.fromkeys(names))
    assert links.start("kind") == queries.qs_start(params, "kind")
    assert links.toggled("kind", "b") == queries.qs_toggle(params, "kind", "b")
    assert links.chosen("kind") == params.getlist("kind")


@pytest.mark.parametrize(
    "text", ["", "短い", "が" * 9, "か\u3099" * 5, "長い言葉" * 5, "e\u0301e\u0301"]
)
@pytest.mark.parametrize("most", [1, 5, 9, 10, 20])
def test_shortened_is_what_django_cuts(text: str, most: int) -> None:
    assert display.shortened(text, most) == truncatechars(text, most)
