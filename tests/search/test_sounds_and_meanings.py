"""Words left as they sound, slips of the keyboard, and words of the same meaning lead to what was meant."""

import pytest

from kb.search.near_words import with_near_words
from kb.search.plan import make_plan
from kb.search.query import parse_text
from kb.search.romaji import kana_begun, kana_of_romaji, latin_of_kana
from kb.search.synonyms import OFFICE_WORDS
from tests.search.library import Library, Note


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("keihiseisan", 1),
        ("sisutemu", 2),
        ("けいひ精算", 1),
        ("人事移動", 3),
        ("ninsyou kiban", 4),
        ("かたがみ", 5),
        ("anzeneisei", 6),
        ("てあms", 7),
        ("ざんぎょう代", 8),
        ("保障書", 9),
        ("カレダー", 10),
        ("Acorbat", 11),
        ("ワクフロー", 12),
        ("けいひせいs", 1),
        ("紐", 13),
        ("きしみ", 14),
    ],
)
def test_what_the_input_method_left_as_it_sounds_is_found(
    library: Library, typed: str, wanted: int
) -> None:
    library.save(
        Note(1, "経費精算のしかた"),
        Note(2, "システムの入れ替え"),
        Note(3, "春の人事異動"),
        Note(4, "認証基盤の更新"),
        Note(5, "縫製の話", "# 型紙の保管\n棚に置きます"),
        Note(6, "安全衛生の委員"),
        Note(7, "Teams の背景"),
        Note(8, "残業代の計算"),
        Note(9, "保証書の記入欄"),
        Note(10, "休業日カレンダー"),
        Note(11, "Acrobat の本数"),
        Note(12, "ワークフローの差し戻し"),
        Note(13, "梱包に使うひも"),
        Note(14, "台車の軋み音"),
    )
    found = library.find(typed)
    assert library.ids(typed)[:1] == [wanted]
    assert found.searched_also or found.suggestion


def test_latin_word_that_a_document_has_is_not_taken_for_a_sound(library: Library) -> None:
    library.save(Note(1, "note の使い方"), Note(2, "のての話"), Note(3, "ノテ"))
    assert library.ids("note") == [1]


def test_short_words_that_sound_alike_stay_apart(library: Library) -> None:
    library.save(Note(1, "保障の範囲"), Note(2, "提携病院の一覧"))
    assert library.ids("保証") == []
    assert library.ids("美容院") == []


@pytest.mark.parametrize("word", ["excel", "server", "mail", "vpn", "kyou!", "ka", "x" * 5000])
def test_what_is_no_syllables_is_no_kana(word: str) -> None:
    assert kana_of_romaji(word) == ()


@pytest.mark.parametrize(
    ("word", "kana"),
    [
        ("shinsei", "しんせい"),
        ("sinsei", "しんせい"),
        ("kin'yuu", "きんゆう"),
        ("gakkou", "がっこう"),
    ],
)
def test_syllables_of_either_spelling_are_kana(word: str, kana: str) -> None:
    assert kana_of_romaji(word) == (kana,)


def test_many_syllables_with_n_are_read_in_a_few_ways() -> None:
    assert len(kana_of_romaji("ana" * 300)) <= 8
    assert kana_of_romaji("anzeneisei") == ("あんぜねいせい", "あんぜんえいせい")


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("てあms", "teams"),
        ("おうtぉおk", "outlook"),
        ("いぱd", "ipad"),
        ("てすと", ""),
        ("pdf", ""),
        ("会議a", ""),
    ],
)
def test_letters_behind_kana_are_found(word: str, latin: str) -> None:
    assert latin_of_kana(word) == latin


def test_words_of_the_same_meaning_are_asked_for_when_no_document_has_the_typed_one(
    library: Library,
) -> None:
    library.save(Note(1, "貸借対照表の見方"), Note(2, "シートの貼り替え"), Note(3, "寮の間取り"))
    assert library.ids("バランスシート")[:1] == [1]
    assert "貸借対照表" in library.find("バランスシート").searched_also
    library.save(Note(4, "バランスシートの話"))
    assert library.ids("バランスシート")[:1] == [4]


def test_compound_verbs_have_words_of_the_same_meaning(library: Library) -> None:
    library.save(Note(1, "切り戻しの手順"), Note(2, "振り返りの会"))
    assert library.ids("ロールバック") == [1]
    library.save(Note(3, "ロールバックの承認"))
    assert set(library.ids("切り戻し")) == {1, 3}


def test_word_of_the_dictionary_is_no_slip_for_another(library: Library) -> None:
    library.save(Note(1, "製造ロットの追跡"), Note(2, "パート社員の雇用"))
    assert library.ids("ロボット") == []
    assert library.ids("デパート") == []


def test_half_of_a_compound_may_be_misspelt(library: Library) -> None:
    library.save(Note(1, "サプライチェーンの調査"))
    assert library.ids("サプライチーェン") == [1]
    assert library.ids("サプラチェーン") == [1]


def test_misspelt_word_is_corrected_though_its_pairs_stand_here_and_there(library: Library) -> None:
    library.save(
        Note(1, "キーボードの交換"), Note(2, "キボの話", "チボーとカード"), Note(3, "ボードの搬入")
    )
    found = library.find("キボード")
    assert library.ids("キボード")[:1] == [1]
    assert found.suggestion == "キーボード"
    library.save(Note(4, "新製品キボードの紹介"))
    assert library.ids("キボード")[:1] == [4]
    assert library.find("キボード").suggestion == ""


def test_word_that_nobody_wrote_is_found_by_the_beginning_of_its_sound(library: Library) -> None:
    library.save(Note(1, "相見積もりの取り方"), Note(2, "相談の窓口"))
    assert library.ids("アイミツ") == [1]


@pytest.mark.parametrize(
    ("typed", "begun"),
    [
        ("けい", ("けい",)),
        ("keih", ("けいは", "けいひ", "けいふ", "けいへ", "けいほ")),
        ("けいs", ("けいさ", "けいし", "けいす", "けいせ", "けいそ")),
        ("けいひ", ("けいひ",)),
        ("keihi", ("けいひ",)),
        ("経h", ()),
        ("k", ()),
        ("xl", ()),
        ("", ()),
    ],
)
def test_a_word_half_typed_goes_on_in_kana(typed: str, begun: tuple[str, ...]) -> None:
    assert kana_begun(typed) == begun


def test_only_words_that_stand_somewhere_are_said_to_be_asked_for(library: Library) -> None:
    library.save(Note(1, "作業服係と忘れ物"), Note(2, "作業着の洗濯"))
    assert library.ids("作業服係 遺失物")[:1] == [1]
    also = library.find("作業服係 遺失物").searched_also
    assert "忘れ物" in also
    assert "作業着係" not in also


def test_a_huge_title_is_indexed_for_its_meaning(library: Library) -> None:
    library.save(Note(1, "貸借対照表" * 5000))
    assert library.ids("貸借対照表") == [1]


def test_a_slip_is_not_looked_for_while_a_document_has_the_word(library: Library) -> None:
    def has_near_words() -> bool:
        generation = library.backend.directory.generation()
        plan = make_plan(parse_text("インストール"), OFFICE_WORDS, generation.frequency)
        return with_near_words(generation, plan) is not plan

    library.save(Note(1, "インストールの手順"), Note(2, "インスールの窓口"))
    assert not has_near_words()
    library.backend.remove_keys([Note(1, "").key])
    assert has_near_words()


def test_half_a_word_in_kana_is_read_where_its_pieces_stand_apart(library: Library) -> None:
    library.save(
        Note(1, "経費精算のしかた", "領収書を貼ります"),
        Note(2, "けいの太さ", "ひの字を入れる。月末に精算する。"),
    )
    found = library.find("けいひ精算")
    assert library.ids("けいひ精算")[:1] == [1]
    assert "経費精算" in found.searched_also


@pytest.mark.parametrize(
    ("typed", "read"),
    [("keihiseisan", "経費精算"), ("けいひせいさん 上限", "経費精算 上限"), ("精算 上限", "")],
)
def test_what_was_typed_by_its_sound_is_named_as_it_was_read(
    library: Library, typed: str, read: str
) -> None:
    library.save(Note(1, "経費精算のしかた", "上限は二万円です"))
    assert library.find(typed).read_as == read
