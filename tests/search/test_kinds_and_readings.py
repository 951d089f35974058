"""Words that name a kind lead to it, kana finds what is read so, and answers stand above mentions."""

import pytest

from kb.search.days import other_spellings
from kb.search.documents import quality_of
from kb.search.kinds import KINDS, LONE_KIND_WORDS
from kb.search.readings import reading_tokens, spelling_of
from kb.search.spelling import as_written, correction
from tests.search.library import Library, Note


def notes_of_all_kinds(library: Library) -> None:
    library.save(
        Note(1, "分類する前に読む", "本から学んだこと", kind="book_note"),
        Note(2, "読書メモの書き方", "三つ書きます", kind="manual"),
        Note(3, "朝の会で", "読書メモを回覧した", kind="note"),
        Note(4, "営業で使う言葉", "値段の話", kind="book_note"),
    )


def test_word_that_names_a_kind_leads_to_it_after_what_has_it_in_the_title(
    library: Library,
) -> None:
    notes_of_all_kinds(library)
    assert library.ids("読書メモ")[:1] == [2]
    assert set(library.ids("読書メモ")[1:3]) == {1, 4}
    assert dict(library.find("読書メモ").kind_counts)["book_note"] == 2


def test_word_that_names_a_kind_narrows_other_words(library: Library) -> None:
    notes_of_all_kinds(library)
    assert library.ids("営業 読書メモ")[:1] == [4]


def test_chosen_kind_is_not_left_for_a_word_that_names_another(library: Library) -> None:
    notes_of_all_kinds(library)
    assert library.ids("読書メモ", kinds=frozenset({"note"})) == [3]


@pytest.mark.parametrize("kinds", LONE_KIND_WORDS.values())
def test_words_name_kinds_that_exist(kinds: frozenset[str]) -> None:
    assert kinds <= KINDS.keys()


@pytest.mark.parametrize(
    ("kana", "wanted"),
    [("けいひせいさん", 1), ("ケイヒセイサン", 1), ("もじばけ", 2), ("せいきゅうしょ", 3)],
)
def test_kana_alone_finds_what_is_read_so_wherever_it_stands(
    library: Library, kana: str, wanted: int
) -> None:
    library.save(
        Note(1, "経費精算のしかた"),
        Note(2, "文字化けを直す"),
        Note(3, "請求書の発行", kind="responsibility"),
        Note(4, "清算の話"),
        Note(5, "月末の話", "文字化けが続いた"),
    )
    found = library.find(kana)
    assert library.ids(kana)[:1] == [wanted]
    assert found.searched_also
    if wanted == 2:
        assert 5 in library.ids(kana)


def test_readings_carry_their_spelling() -> None:
    tokens = reading_tokens("経費精算のしかた")
    assert "~ケーヒセーサン~経費精算" in tokens
    assert {spelling_of(token) for token in tokens} == {"経費", "精算", "経費精算"}


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("令和8年度", {"2026年度", "r8年度"}),
        ("令和元年", {"令和1年", "2019年", "r1年"}),
        ("平成1年度", {"平成元年度", "1989年度", "h1年度"}),
        ("2019年", {"令和1年", "令和元年", "平成31年", "r1年", "h31年"}),
        ("r7年", {"令和7年", "2025年"}),
        ("h30.4.1", {"平成30年4月1日", "2018年4月1日", "h30年4月1日"}),
        ("r2d2", set()),
        ("12/3", {"12月3日"}),
        ("2026/4/1", {"2026年4月1日"}),
        ("15:30", {"15時30分"}),
        ("15時30分", {"15:30", "15時半"}),
        ("17時半", {"17:30", "17時30分", "午後5時半"}),
        ("9:00", {"9時"}),
        ("午後3時", {"15時", "15:00"}),
        ("2時間", set()),
        ("13/45", set()),
        ("1-2", set()),
        ("3.5", set()),
        ("192.168.0.1", set()),
        ("令和120年", set()),
    ],
)
def test_years_days_and_times_are_written_in_several_ways(text: str, others: set[str]) -> None:
    assert set(other_spellings(text)) == others


def test_manual_that_answers_stands_above_minutes_that_mention(library: Library) -> None:
    talk = "経費の精算について話した。" + "ほかの議題に移った。" * 30
    library.save(
        Note(1, "第8回の会議", talk, kind="minutes", more={"quality": quality_of("minutes")}),
        Note(
            2, "経費精算", "月末までに精算", kind="manual", more={"quality": quality_of("manual")}
        ),
    )
    assert library.ids("経費 精算") == [2, 1]


def test_guess_is_shown_as_documents_write_it() -> None:
    assert as_written("データセンタ 移転", ["新しいデータセンター"]) == "データセンター 移転"
    assert as_written("データセンタ", []) == "データセンタ"


def test_compound_with_an_unknown_word_is_not_found_by_its_common_part(library: Library) -> None:
    library.save(*(Note(i, f"二度目の会議 {i}") for i in range(1, 9)), Note(9, "カモメ荘"))
    assert library.ids("二度押しカモメ") == [9]


def test_compound_is_not_found_by_one_of_its_characters_alone(library: Library) -> None:
    library.save(*(Note(i, f"その場で答える {i}") for i in range(1, 4)), Note(4, "駐輪場の申込"))
    library.save(*(Note(i, f"会議の記録 {i}") for i in range(5, 20)))
    assert library.ids("駐輪場") == [4]
    assert library.ids("射撃場") == []


def test_words_of_the_same_meaning_as_a_guess_are_told(library: Library) -> None:
    library.save(Note(1, "貸出の台帳"), Note(2, "レンタル品"), Note(3, "受付の当番"))
    found = library.find("レンタカル")
    assert found.suggestion == "レンタル"
    assert found.searched_also == ("貸し出し",)
    assert next(hit.key for hit in found.hits) == Note(2, "").key


def test_a_compound_of_the_same_meaning_must_stand_as_one(library: Library) -> None:
    library.save(Note(1, "自転車で来た人。素材の置き場。"), Note(2, "裏口の自転車置場の鍵"))
    assert library.ids("駐輪場") == [2]


def test_word_nearly_alike_is_asked_for_when_no_document_has_all_words(library: Library) -> None:
    library.save(Note(1, "インスールの手順"), Note(2, "インストールの費用"), Note(3, "棚卸の手順"))
    assert library.ids("インストール 手順")[0] == 1


def test_word_nearly_alike_is_not_asked_for_when_a_document_has_all_words(library: Library) -> None:
    library.save(Note(1, "コンテキストの一覧"), Note(2, "コンテストの一覧"))
    assert library.ids("コンテスト 一覧")[0] == 2


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("問い合わせ先", "問合せ先の変更", "連絡先の変更"),
        ("乗換案内", "乗り換え案内の係", "乗用車の案内"),
        ("スマホ 紛失", "スマートフォンの紛失", "携帯する紛失届"),
    ],
)
def test_other_spelling_counts_like_the_typed_one(
    library: Library, typed: str, better: str, worse: str
) -> None:
    library.save(Note(1, worse), Note(2, better), *(Note(i, f"会議 {i}") for i in range(3, 20)))
    assert library.ids(typed)[0] == 2


def test_a_letter_more_is_meant_rather_than_another_letter() -> None:
    known = {"リニユーアル": 1, "マニユアル": 9}
    meant = correction(
        "リニユアル", lambda tokens: [known.get(token, 0) for token in tokens], lambda prefix: ()
    )
    assert meant == "リニユーアル"


def test_misspelt_word_finds_what_means_the_same(library: Library) -> None:
    library.save(Note(1, "在宅勤務のルール"), Note(2, "出張のルール"))
    found = library.find("テレワク")
    assert [hit.key for hit in found.hits] == ["articles.article.1"]
    assert found.suggestion == "テレワーク"
