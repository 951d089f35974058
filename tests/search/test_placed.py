"""Where the words of a text stand is kept with it, and marks are the same as if it were analysed when it is shown."""

from typing import Any

import pytest

from kb.articles.models import Article
from kb.search import engine, outbox, placed, upkeep
from kb.search.analysis import morphemes_of, normalize, words_in, words_of
from kb.search.contents import Kept, contents_of
from kb.search.katakana import fold_runs
from kb.search.mapped import normalize_with_map
from kb.search.models import IndexedText
from kb.search.needles import needles
from kb.search.passages import best_passage_of, best_passages, mark, mark_part
from kb.search.placed import MOST_PLACED, PlacedText, places_of
from kb.search.query import SearchQuery, Segment
from kb.search.rerank import folded_beginning
from kb.search.synonyms import SynonymTable
from kb.search.texts import StoredText
from kb.search.verbatim import VerbatimWords
from people.models import Person

TEXTS = [
    "旧サーバーを更改し、申し込みは㈱大日の渡邊さんへ。",
    "第三四半期の売上は１,０００円、前年比１２％です…",
    "ヴァイオリンソナタとフォルダーとデータベースマシン",
    "改行は\r\n二つ。\r\n\r\nＷｉＦｉの設定😀は𠮷野さんと葛\U000e0100城さんに。",
    "\ufeff先頭に印のある打ち合わせ",
    "デ〜タの㌔数は一部３千５百",
    "",
    "\n",
]


def kept_of(text: str, *, title: str = "", names: str = "", files: str = "") -> Kept:
    prepared = {"key": "a.b.1", "kind": "note", "title": title, "names": names}
    return contents_of(prepared | {"text": f"{text}{files}", "own": len(text)}).kept


def placed_text(text: str) -> PlacedText:
    kept = kept_of(text)
    found = PlacedText.kept(text, kept.folded, kept.places)
    assert found is not None
    return found


def marks(segments: tuple[Segment, ...]) -> list[str]:
    return [segment.text for segment in segments if segment.hit]


@pytest.mark.parametrize("text", [*TEXTS, "書込む前に読み直し、切り替えて持ち帰る。"])
def test_all_words_are_those_of_the_analysis_in_its_order(text: str) -> None:
    assert placed_text(text).every_word(0, len(text)) == words_in(normalize(text))


@pytest.mark.parametrize("text", TEXTS)
def test_every_word_stands_where_the_analysis_finds_it(text: str) -> None:
    found = placed_text(text)
    mapped = normalize_with_map(text)
    for word in words_of(mapped.text):
        if word.token:
            places = found.words([word.token], 0, len(found.folded))
            start, end = mapped.original_range(word.start, word.end)
            written = [found.range_in_text(*place[:2]) for place in places]
            assert any(one[0] <= start and end <= one[1] for one in written), word


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("query", ["サーバ", "打合せ", "第3四半期", "株式会社", "フォルダ", "吉野"])
def test_a_kept_text_is_marked_like_one_that_is_analysed_now(text: str, query: str) -> None:
    wanted = needles(query)
    segments = mark_part(placed_text(text), (0, len(text)), wanted)
    assert segments == mark(text, wanted)
    assert "".join(segment.text for segment in segments) == text


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("サーバ室と東京都", "サーバー", ["サーバ"]),
        ("打ち合わせと組み合わせ", "打合せ", ["打ち合わせ"]),
        ("京都の支店と東京都の支店", "京都", ["京都"]),
        ("㈱大日商事", "株式会社", ["㈱"]),
        ("申込書に記入して申し込む", "申込み", ["申込", "申し込む"]),
        ("ＷｉＦｉとWi-Fi", "wifi", ["ＷｉＦｉ", "Wi-Fi"]),
        ("葛\U000e0100城と𠮷野", "葛城", ["葛\U000e0100城"]),
        ("一行目\r\n経費の\r\n精算", "精算", ["精算"]),
        ("ハノーファーの町", "ハノ", ["ハノ"]),
    ],
)
def test_marks_of_a_kept_text(text: str, query: str, expected: list[str]) -> None:
    assert marks(mark_part(placed_text(text), (0, len(text)), needles(query))) == expected


def test_a_word_across_the_border_of_a_line_is_marked_as_far_as_it_is_shown() -> None:
    text = "東京の精算システムです"
    assert marks(mark_part(placed_text(text), (0, 4), needles("精算"))) == ["精"]


def test_the_best_lines_of_a_kept_text_are_those_of_the_same_text_analysed_now() -> None:
    text = "会議の日です。\n" * 9 + "予算を決める会議は金曜です。\n" + "サーバーの日です。\n" * 9
    for query in ("会議 予算", "サーバ", "打合せ", "金曜"):
        wanted = needles(query)
        (passage,) = best_passages(text, wanted)
        assert best_passage_of(placed_text(text), wanted) == passage


def test_a_line_with_what_was_typed_comes_before_one_with_the_same_meaning() -> None:
    text = "出張の宿泊は前もって聞きます。読み違いは経費のルールへ。\n経費の精算は月末に締めます。"
    wanted = needles("経費精算", SynonymTable([["経費精算", "出張"]]))
    best = best_passage_of(placed_text(text), wanted)
    assert best is not None
    assert marks(best.segments) == ["経費", "精算"]
    [analysed_now] = best_passages(text, wanted)
    assert analysed_now == best


def test_places_of_another_text_are_not_used() -> None:
    kept = kept_of("経費の精算")
    assert PlacedText.kept("経費の精算です", kept.folded, kept.places) is None
    assert PlacedText.kept("経費の精算", "", kept.places) is None
    assert PlacedText.kept("経費の精算", kept.folded, "") is None


def test_files_and_names_do_not_move_the_places_of_the_text() -> None:
    text = "経費の精算"
    kept = kept_of(text, title="サーバー", names="渡邊 あおい\n佐藤", files="\n\na.pdf\n別の文")
    found = PlacedText.kept(text, kept.folded, kept.places)
    assert found is not None and found.folded == text
    written = "サーバー\n渡邊 あおい\n佐藤"
    named = PlacedText.kept(written, kept.named, kept.named_places)
    assert named is not None
    assert marks(mark_part(named, (0, len(written)), needles("渡辺"))) == ["渡邊"]


def test_a_long_text_keeps_no_places() -> None:
    assert len(folded_beginning("a" * 2 * MOST_PLACED)) == MOST_PLACED
    assert kept_of("会議の日です。" * (MOST_PLACED // 7)).places
    assert not kept_of("会議の日です。" * (MOST_PLACED // 7 + 1)).places


@pytest.mark.parametrize("letter", ["\ufdfa", "㍿", "ア", "é", "𠮷", "葛\U000e0100"])
def test_what_is_kept_of_endless_letters_can_be_written_down(letter: str) -> None:
    # The first is eighteen letters once it is normalised.
    kept = kept_of(letter * (MOST_PLACED // len(letter)))
    assert "".join(kept).encode()
    assert "\0" not in "".join(kept)


def test_normalising_a_text_line_by_line_changes_nothing() -> None:
    whole = "\n".join(TEXTS)
    assert normalize(whole) == "\n".join(map(normalize, TEXTS))


def test_what_cannot_be_followed_keeps_no_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "text_places", lambda _text, _normalized: None)
    text = "経費の精算"
    assert places_of(text, text, fold_runs(text), morphemes_of(text)) == ""
    assert mark(text, needles("精算")) == (Segment(text),)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "query", ["旧 サーバ", "渡邊 さん", "ヴァイオリン ソナタ", "打ち 合わせ", "3 千", "経費 精算"]
)
def test_words_one_after_another_are_told_by_the_folded_text(text: str, query: str) -> None:
    kept = kept_of(text, title="経費-精算")
    stored = StoredText("a.b.1", "経費-精算", "", text, [], *kept)
    words = VerbatimWords(query)
    assert words.in_stored(stored) == words.in_text(f"経費-精算\n{text}")


def found_title_and_line(query: str) -> tuple[list[str], list[str]]:
    [hit] = engine.search(SearchQuery(text=query)).page.hits
    return marks(hit.title_segments), marks(hit.passages[0].segments)


def test_indexing_keeps_the_places_and_old_rows_are_shown_without_them(
    search_index: Any, alice: Person
) -> None:
    Article.objects.create(author=alice, title="サーバーの更改", body="旧サーバを打ち合わせで。")
    outbox.drain()
    row = IndexedText.objects.get(record__startswith="articles.article.")
    assert row.places and row.named_places and row.named.startswith("サーバの更改\n")
    shown = found_title_and_line("サーバー")
    IndexedText.objects.update(places="", named_places="", named="")
    assert found_title_and_line("サーバー") == shown == (["サーバー"], ["サーバ"])
    upkeep.rebuild()
    assert IndexedText.objects.get(record=row.record).places == row.places


def test_a_title_changed_since_is_marked_as_it_is_now(search_index: Any, alice: Person) -> None:
    article = Article.objects.create(author=alice, title="経費の精算", body="月末まで。")
    outbox.drain()
    Article.objects.filter(pk=article.pk).update(title="旅費と経費")
    assert found_title_and_line("経費")[0] == ["経費"]
