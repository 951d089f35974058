"""What the analysis makes equal, what it keeps apart."""

import pytest

from kb.search.analysis import (
    bigram_tokens,
    fold,
    normalize,
    word_tokens,
)
from kb.search.mapped import normalize_with_map
from kb.search.readings import name_tokens, romanized

SAME_NORMALIZED = [
    ("ｻｰﾊﾞｰ", "サーバー"),
    ("ＶＰＮ接続", "vpn接続"),
    ("㈱大日商事", "株式会社大日商事"),
    ("(株)大日商事", "株式会社大日商事"),
    ("㌔", "キロ"),
    ("渡邊", "渡辺"),
    ("渡邉", "渡辺"),
    ("髙橋", "高橋"),
    ("濵田", "浜田"),
    ("山﨑", "山崎"),
    ("斉藤", "斎藤"),
    ("齋藤", "斎藤"),
    ("國學院大學", "国学院大学"),
    ("𠮷野家", "吉野家"),
    ("葛\U000e0100飾", "葛飾"),
    ("第三四半期", "第3四半期"),
    ("二十周年", "20周年"),
    ("第二十三回", "第23回"),
    ("平成三十一年", "平成31年"),
    ("三ヶ月", "3か月"),
    ("１０ヵ月", "10か月"),
    ("1,000円", "1000円"),
    ("五—三", "五-三"),
    ("ヘルフ゜", "ヘルプ"),
    ("か゛いど", "がいど"),
    ("デ〜タの棚", "データの棚"),
    ("カナダ〜メキシコ", "カナダ〜メキシコ"),
    ("百％", "百%"),
    ("９０％", "90パーセント"),
    ("〒の欄", "郵便番号の欄"),
    ("聯合会", "連合会"),
    ("蒐集", "収集"),
]
KEPT = ["十分な時間", "五月雨", "四半期", "三菱", "千葉", "一般", "一緒"]

SAME_WORDS = [
    ("サーバ", "サーバー"),
    ("ユーザ", "ユーザー"),
    ("ヴァイオリン", "バイオリン"),
    ("ウィルス", "ウイルス"),
    ("インターフェイス", "インターフェース"),
    ("シュミレーション", "シミュレーション"),
    ("打合せ", "打ち合わせ"),
    ("申込み", "申し込み"),
    ("申し込む", "申し込み"),
    ("お問い合わせください", "問合せ"),
    ("立て替えた", "立替"),
    ("取扱い", "取り扱う"),
    ("引継ぎ", "引き継ぎ"),
    ("持ち込む", "持込"),
    ("あいさつ", "挨拶"),
    ("すべて", "全て"),
    ("ゴミ", "ごみ"),
    ("子ども", "子供"),
    ("届かなかった", "届かない"),
    ("Wi-Fi", "WiFi"),
    ("e-Learning", "eラーニング"),
    ("渡邊", "渡辺"),
    ("キヤビネツト", "キャビネット"),
    ("コンピュウタ", "コンピューター"),
]
DIFFERENT_WORDS = [
    ("組合", "組み合わせ"),
    ("生物", "生き物"),
    ("ビール", "ビル"),
    ("ディスク", "デスク"),
    ("国会", "会国"),
]


@pytest.mark.parametrize(("written", "expected"), SAME_NORMALIZED)
def test_spellings_of_the_same_text_become_one(written: str, expected: str) -> None:
    assert normalize(written) == expected


@pytest.mark.parametrize("text", KEPT)
def test_words_that_only_look_like_numerals_are_kept(text: str) -> None:
    assert normalize(text) == text


@pytest.mark.parametrize(("first", "second"), SAME_WORDS)
def test_spellings_share_a_word(first: str, second: str) -> None:
    assert set(word_tokens(first)) & set(word_tokens(second))


@pytest.mark.parametrize(("first", "second"), DIFFERENT_WORDS)
def test_different_words_stay_apart(first: str, second: str) -> None:
    assert not set(word_tokens(first)) & set(word_tokens(second))


def test_particles_and_marks_are_no_words() -> None:
    assert word_tokens("会議の、準備を。") == ["会議", "準備"]


def test_pairs_of_hiragana_alone_are_left_out() -> None:
    assert bigram_tokens("ありがとう会議の") == ["う会", "会議", "議の"]


def test_short_latin_words_keep_more_than_a_letter() -> None:
    assert bigram_tokens("AED") == ["aed"]
    assert bigram_tokens("Ads") == bigram_tokens("ad")


def test_latin_words_are_stemmed_and_joined() -> None:
    assert bigram_tokens("deploying services") == ["deploi", "servic"]
    assert bigram_tokens("Wi-Fi")[0] == bigram_tokens("WiFi")[0] == "wifi"


def test_final_long_marks_do_not_count() -> None:
    assert fold("サーバー") == fold("サーバ")
    assert fold("コピー") == "コピー"


def test_readings_are_kept_in_katakana_and_latin_letters() -> None:
    tokens = name_tokens("佐藤 花子\nさとう はなこ")
    assert {"サトウ", "ハナコ", "サトウハナコ", "satou", "sato", "hanako"} <= set(tokens)
    assert romanized("おおの")[:2] == ("oono", "ono")


@pytest.mark.parametrize(
    "text", ["㈱ｻｰﾊﾞｰの二十三年", "フ゜の90％〒", "ﾊﾟｿｺﾝ㌔", "か\u3099く", "渡\U000e0100邊", ""]
)
def test_positions_lead_back_to_the_original(text: str) -> None:
    mapped = normalize_with_map(text)
    assert mapped.text == normalize(text)
    assert len(mapped.starts) == len(mapped.ends) == len(mapped.text)
    for start, end in zip(mapped.starts, mapped.ends, strict=True):
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00" * 50, "😀👨‍👩‍👧", "\u202e右左", "あ" * 60_000, "a" * 200_000]
)
def test_any_text_is_analysed(text: str) -> None:
    assert isinstance(word_tokens(text), list)
    assert isinstance(bigram_tokens(text), list)
