"""The one renderer: what Japanese writers type, and what nobody may smuggle in."""

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from kb.text.markdown import References, Target, Targets, render_markdown


class Elements(HTMLParser):
    """The tags of a text with their attributes, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def known(**pages: str) -> Callable[[References], Targets]:
    return lambda _references: Targets(
        pages={name: Target(url) for name, url in pages.items()},
        topics={"ヘルプ": Target("/topics/help/")},
        people={"桐山美和": Target("/people/1/", "桐山 美和")},
    )


def html(text: str, **pages: str) -> str:
    return str(render_markdown(text, resolve=known(**pages)).html)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](vbscript:msgbox)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        '[x](/a "\\" onmouseover=\\"alert(1)")',
        '![" onerror="alert(1)](/files/x)',
        '``` "><script>alert(1)</script>\nx\n```',
        "[[<img src=x onerror=alert(1)>]]",
        "[[a|<script>alert(1)</script>]]",
        "#<script>alert(1)</script> @<script>",
        "| <b onclick=alert(1)>a</b> |\n| --- |\n| x |",
        "## <a href=javascript:alert(1)>x</a>",
        "[^1]\n\n[^1]: <iframe src=//evil></iframe>",
        "- [x] <input autofocus onfocus=alert(1)>",
        "<style>*{display:none}</style><base href=//evil>",
        "<a style='position:fixed' class='btn'>x</a>",
        "[x](//evil.example/a)",
        "[x]( <//evil.example> )",
        "[x][y]\n\n[y]: //evil.example",
        "![x](//evil.example/a.png)",
    ],
)
def test_nothing_a_writer_types_becomes_markup_of_its_own(attack: str) -> None:
    reader = Elements()
    reader.feed(html(attack))
    for tag, attributes in reader.found:
        assert tag not in {"script", "iframe", "svg", "style", "base", "object", "form", "meta"}
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        for name in ("href", "src"):
            address = attributes.get(name, "/")
            assert re.match(r"(/(?!/)|#|https?://|mailto:)", address), address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**「重要」**です。", "<strong>「重要」</strong>です。"),
        ("これは**太字**です", "これは<strong>太字</strong>です"),
        ("**注意：**読む", "<strong>注意：</strong>読む"),
        ("~~古い~~新しい", "<s>古い</s>新しい"),
        ("snake_case_name", "snake_case_name"),
        ("1行目\n2行目", "1行目<br>\n2行目"),
    ],
)
def test_emphasis_and_line_ends_work_in_japanese(text: str, expected: str) -> None:
    assert expected in html(text)


def test_an_address_ends_where_japanese_begins() -> None:
    shown = html("詳しくはhttps://example.com/a_b?x=1を見る。(https://example.jp/c)。")
    assert '<a href="https://example.com/a_b?x=1" class="external"' in shown
    assert ">https://example.jp/c</a>)" in shown


def test_a_file_name_is_not_an_address() -> None:
    assert "<a" not in html("README.md と example.com")


def test_names_are_linked_even_with_a_particle_behind_them() -> None:
    shown = html("@桐山美和さんに #ヘルプを聞く、＃ヘルプ と[[手引き]]", 手引き="/articles/1/")
    assert '<a class="mention" href="/people/1/">@桐山 美和</a>さんに' in shown
    assert '<a class="topic" href="/topics/help/">#ヘルプ</a>を' in shown
    assert '<a class="wiki" href="/articles/1/">手引き</a>' in shown


@pytest.mark.parametrize(
    "text", ["#ヘルプデスク", "a@桐山美和", "`@桐山美和`", "\\@桐山美和", "#1"]
)
def test_what_only_looks_like_a_name_stays_text(text: str) -> None:
    assert "<a" not in html(text)


def test_a_page_that_is_not_written_yet_leads_to_the_form() -> None:
    resolve = lambda _r: Targets(pages={"未来": Target("/write/?title=x", is_missing=True)})  # noqa: E731
    shown = str(render_markdown("[[未来|これから]]", resolve=resolve).html)
    assert '<a class="wiki wiki--missing" href="/write/?title=x">これから</a>' in shown


def test_headings_never_skip_a_level_and_have_readable_ids() -> None:
    rendered = render_markdown("# 大\n\n#### 小\n\n# 大\n\ntext")
    levels = re.findall(r'<h(\d) id="([^"]+)"', str(rendered.html))
    assert levels == [("2", "s-大"), ("3", "s-小"), ("2", "s-大-2")]
    assert [(heading.level, heading.text) for heading in rendered.contents] == [
        (2, "大"),
        (3, "小"),
        (2, "大"),
    ]


def test_table_alignment_is_a_class_not_a_style() -> None:
    shown = html("| a | b |\n| :- | -: |\n| 1 | 2 |")
    assert '<td class="align-right">2</td>' in shown
    assert "style" not in shown


def test_task_lists_show_boxes_that_cannot_be_changed() -> None:
    shown = html("- [ ] まだ\n- [x] 済み")
    assert shown.count('type="checkbox"') == 2
    assert shown.count("checked") == 1
    assert shown.count("disabled") == 2


def test_footnotes_of_two_texts_do_not_collide() -> None:
    one = str(render_markdown("a[^1]\n\n[^1]: b", id_prefix="a1").html)
    two = str(render_markdown("a[^1]\n\n[^1]: b", id_prefix="a2").html)
    assert set(re.findall(r'id="([^"]+)"', one)).isdisjoint(re.findall(r'id="([^"]+)"', two))


def test_code_is_coloured_by_classes_alone() -> None:
    shown = html("```python\ndef f(): return '<b>'\n```")
    assert '<span class="hl-k">def</span>' in shown
    assert "&lt;b&gt;" in shown


def test_pictures_of_other_servers_become_links() -> None:
    shown = html("![図](https://example.com/x.png) ![図](/files/1/) ![図](//example.com/x.png)")
    assert shown.count("<img") == 1
    assert 'src="/files/1/"' in shown
    assert 'loading="lazy"' in shown


def test_control_characters_and_broken_letters_do_no_harm() -> None:
    assert "a?b" in html("a\ud800\0b")


@pytest.mark.parametrize("piece", ["[", "![", "[[", "[a](", "![[]()", "[^", "*a ", "`a``b", "> "])
def test_a_wall_of_marks_is_rendered_in_seconds(piece: str) -> None:
    begin = time.monotonic()
    render_markdown((piece * 200_000)[:200_000])
    assert time.monotonic() - begin < 10


def test_references_and_addresses_are_told_once_each() -> None:
    rendered = render_markdown("[[あ]] [[あ]] #い @う [x](/articles/3/) [y](/articles/3/)")
    assert rendered.references == References(
        pages=frozenset({"あ"}), topics=frozenset({"い"}), people=frozenset({"う"})
    )
    assert rendered.addresses == ("/articles/3/",)


def test_walls_of_combining_marks_are_cut_before_they_take_minutes() -> None:
    begin = time.monotonic()
    shown = html("a" + "\u0301\u0316" * 100_000)
    assert time.monotonic() - begin < 10
    assert len(shown) < 100
    assert "が" in html("か\u3099")


def test_a_text_of_too_many_lines_is_shown_as_it_was_typed() -> None:
    rendered = render_markdown("# <b>\n" * 70_000)
    assert str(rendered.html).startswith("<pre># &lt;b&gt;\n")
    assert rendered.contents == ()
