"""Merging two changes of one text: nobody's line is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.articles.merge import Clash, compare, count_changes, hunks, merge_texts

BASE = "一\n二\n三\n四\n五"
WORDS = st.lists(st.sampled_from(["一", "二", "三", "四", "", "五六"]), max_size=8).map("\n".join)


def test_changes_of_different_lines_are_joined() -> None:
    merge = merge_texts(BASE, BASE.replace("二", "弐"), BASE.replace("四", "四\n四半"))
    assert merge.is_clean
    assert merge.text == "一\n弐\n三\n四\n四半\n五"


def test_the_same_change_twice_is_one_change() -> None:
    changed = BASE.replace("二", "弐")
    assert merge_texts(BASE, changed, changed).text == changed


def test_one_deletes_what_the_other_changes_is_a_clash() -> None:
    merge = merge_texts(BASE, BASE.replace("三\n", ""), BASE.replace("三", "参"))
    assert not merge.is_clean
    assert "参" in merge.text


def test_two_insertions_at_one_place_are_a_clash() -> None:
    merge = merge_texts("一\n二", "一\nあ\n二", "一\nい\n二")
    assert [piece for piece in merge.pieces if isinstance(piece, Clash)] == [
        Clash((), ("あ",), ("い",))
    ]


@given(base=WORDS, theirs=WORDS, mine=WORDS)
@settings(max_examples=300, deadline=None)
def test_every_line_of_both_sides_is_in_the_merge_or_was_deleted_by_somebody(
    base: str, theirs: str, mine: str
) -> None:
    merged = merge_texts(base, theirs, mine).text.split("\n")
    for side in (theirs, mine):
        added = [line for hunk in hunks(base, side) for line in hunk.lines]
        assert all(line in merged for line in added)


@given(base=WORDS, mine=WORDS)
@settings(max_examples=100, deadline=None)
def test_a_single_change_is_taken_as_it_is(base: str, mine: str) -> None:
    assert merge_texts(base, base, mine).text == mine
    assert merge_texts(base, mine, base).text == mine


@given(before=WORDS, after=WORDS)
@settings(max_examples=100, deadline=None)
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    lines = compare(before, after, context=None)
    text = ["".join(span.text for span in line.spans) for line in lines]
    assert [t for t, line in zip(text, lines, strict=True) if line.kind != "del"] == after.split(
        "\n"
    )
    kept = [t for t, line in zip(text, lines, strict=True) if line.kind != "add"]
    assert sorted(kept) == sorted(before.split("\n"))


def test_words_that_changed_inside_a_line_are_marked() -> None:
    removed, added = compare("これは古い文です", "これは新しい文です")
    assert [span.text for span in removed.spans if span.is_changed] == ["古"]
    assert "新し" in "".join(span.text for span in added.spans if span.is_changed)


def test_lines_far_from_a_change_are_left_out() -> None:
    text = "\n".join(str(number) for number in range(40))
    kinds = [line.kind for line in compare(text, text.replace("20", "x"))]
    assert kinds.count("gap") == 2
    assert len(kinds) == 10


def test_changes_are_counted_in_lines() -> None:
    assert count_changes("", "一\n二") == (2, 0)
    assert count_changes("一\n二", "一\n弐\n三") == (2, 1)


def test_a_form_sent_again_does_not_clash_with_the_line_below() -> None:
    merge = merge_texts("a\nb\nc", "A\nB\nc", "A\nb\nc")
    assert merge.is_clean
    assert merge.text == "A\nB\nc"
