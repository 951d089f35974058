"""Which lines are shown, and what is marked in them."""

import time
from collections.abc import Iterable

import pytest

from kb.search.needles import needles
from kb.search.passages import best_passages, mark
from kb.search.query import Segment

TEXT = (
    "この文書は社内向けです。\n旧サーバを更改します。打ち合わせの日程はＷｉＦｉの設定のあとで決めます。"
    "㈱大日商事の渡邊さんに連絡してください。\n問い合わせ窓口は総務部です。"
)
MARKED = [
    ("サーバー", "サーバ"),
    ("打合せ", "打ち合わせ"),
    ("wi-fi", "ＷｉＦｉ"),
    ("株式会社", "㈱"),
    ("渡辺", "渡邊"),
    ("問合せ 総務部", "総務部"),
]


def marks(segments: Iterable[Segment]) -> list[str]:
    return [segment.text for segment in segments if segment.hit]


@pytest.mark.parametrize(("query", "expected"), MARKED)
def test_marks_respect_the_normalisation(query: str, expected: str) -> None:
    (passage,) = best_passages(TEXT, needles(query))
    assert expected in marks(passage.segments)


def test_what_was_typed_is_marked_whole_where_a_part_of_it_is_the_word() -> None:
    assert marks(mark("客の声、お客さまの声", needles("お客さま"))) == ["客", "お客さま"]


def test_segments_are_the_whole_text() -> None:
    title = "㈱大日商事の<b>サーバ</b>更改 & 移行"
    assert "".join(segment.text for segment in mark(title, needles("サーバー"))) == title


def test_a_word_inside_another_is_not_marked_when_the_word_stands_alone_too() -> None:
    assert marks(mark("京都の支店と東京都の支店", needles("京都"))) == ["京都"]


def test_a_part_of_a_word_is_marked_when_it_never_stands_alone() -> None:
    assert marks(mark("東京都の支店", needles("京都"))) == ["京都"]


def test_without_a_match_the_beginning_is_shown_unmarked() -> None:
    (passage,) = best_passages(TEXT, needles("東京"))
    assert not marks(passage.segments)
    assert passage.segments[0].text.startswith("この文書は")


def test_of_sentences_alike_the_first_is_shown() -> None:
    text = "予算のはじめに。" + "".join(f"会議の予算は第{i}案です。" for i in range(9))
    (passage,) = best_passages(text * 3, needles("会議 予算"), length=10)
    assert "".join(segment.text for segment in passage.segments).startswith("…会議の予算は第0案")


def test_the_sentence_with_everything_is_shown_after_many_with_a_part() -> None:
    text = "会議の日です。" * 9 + "予算を決める会議は金曜です。" + "予算の日です。" * 9
    (passage,) = best_passages(text, needles("会議 予算"), length=10)
    assert marks(passage.segments) == ["予算", "会議"]


def test_signs_of_several_letters_move_no_mark() -> None:
    assert marks(mark("㌔数…サーバーは５％", needles("サーバ"))) == ["サーバー"]


def test_synonyms_are_marked() -> None:
    assert marks(mark("スマートフォンの紛失", needles("スマホ"))) == ["スマートフォン"]


@pytest.mark.parametrize("text", ["", " \n", "あ" * 300_000, "a" * 1_000_000, "。" * 100_000])
def test_any_text_gives_passages_quickly(text: str) -> None:
    started = time.perf_counter()
    best_passages(text, needles("会議 サーバー"))
    assert time.perf_counter() - started < 3
