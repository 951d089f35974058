"""Names in minutes: lists of those present, and the words that may be somebody's name."""

import re
import unicodedata

from kb.meetings.parsing.found import FoundName
from kb.meetings.parsing.labels import label_of

_TITLES = (
    "さん|サン|氏|様|さま|殿|くん|君|ちゃん|先生|部長|副部長|課長|係長|主任|室長|次長|本部長|社長|副社長|会長|専務|常務"
    "|取締役|執行役員|リーダー|リーダ|マネージャー|マネージャ|マネジャー|GM|PM|PL|CEO|CTO|CFO|COO"
)
_DESKS = "総務|営業|人事|経理|財務|開発|企画|技術|製造|品質|広報|法務|購買|生産|情報システム"
HONORIFIC = re.compile(rf"(?:\s*(?:(?:{_DESKS})(?:部長|課長|係長|室長|本部長)|{_TITLES}))+$")
# 「委員長　高橋」「委　員　佐々木」: the post stands before the name.
_POST_BEFORE = re.compile(
    r"(?:^|(?<=[\n、,;/]))[ \t]*(?:副?委\s*員\s*長|委\s*員|産業医|議\s*長|座\s*長|監\s*事|理\s*事|幹\s*事)[ \t]+(?=\S)"
)
_ASIDE = re.compile(r"\(([^()]*)\)")
_NO_TITLES = re.compile(
    r"\(?(?:以下|※)?、?(?:敬称略|順不同|五十音順|あいうえお順|省略|略)[^()、,]{0,8}\)?"
)
_URL = re.compile(r"https?://\S+|<[^<>]*>|\(\([^()]*\)\)|\S+@\S+\.\S+")
_REST = re.compile(r"(?:ほか|他|計|合計|全|約)?\s*\d+\s*[名人]|以上|等$|など$|ほか$|他$|各位")
_ORG = re.compile(
    r"(?:部|課|室|係|社|局|店|科|班|本部|会社|G|チーム|グループ|センター|事業部|支社|支店|大学|Team|Inc\.?|\(株\)|株式会社)$"
)
_KANA_OR_LATIN = re.compile(r"^[ァ-ヶーA-Za-z0-9&.\-]+$")
_LATIN_NAME = re.compile(r"^[A-Za-z][A-Za-z.'\-]*(?: [A-Za-z][A-Za-z.'\-]*){0,2}$")
_JAPANESE_NAME = re.compile(
    r"^[一-龠々〆ヶ髙﨑ぁ-んァ-ヶー]{1,8}(?:[ 　]?[一-龠々ヶ髙﨑ぁ-んァ-ヶー]{1,8})?$"
)
_PARTICLES = re.compile(
    r"[がをはにでへとも](?:$|.{2,})|する|した|ます|です|こと|もの|から|まで|より|ない"
)
_NOT_NAMES_WORDS = """
    未定 なし 無し 特になし 不明 調整中 済み 済 完了 対応中 確認中 予定 随時 必須 任意
    継続 保留 備考 敬称略 参加 出席 欠席 人数 場所 日時 担当 担当者 内容 期限 期日
    オンライン リモート 会議室 決定 検討 共有 相談 確認 報告 資料 議題 次回 今回 前回
    午前 午後 終日 以上 以下 注 例 案 仮 新規 変更 追加 削除 修正 重要 至急 緊急 同上
    上記 下記 参考 詳細 概要 全般 月曜 火曜 水曜 木曜 金曜 ヘルプ メール 更新 作成 準備
    連絡 本日 本線 英語 日本語 編集済み 本題 記入 アンケート メンバー なお ただし
"""
_NOT_NAMES = frozenset(_NOT_NAMES_WORDS.split())
_GROUP_WORDS = """
    全員 各自 各位 皆さん 皆様 みんな 参加者 参加者全員 出席者 登壇者 事務局 幹事 各社
    各部 各チーム 各リーダー all everyone
"""
GROUPS = frozenset(_GROUP_WORDS.split())
_SEPARATORS = "、,，､;；/／\n\t"
_ROLE_NOTES = {
    **dict.fromkeys(("記", "書記", "議事録", "記録", "議事"), "scribe"),
    **dict.fromkeys(("司会", "進行", "議長", "座長"), "chair"),
    **dict.fromkeys(("欠", "欠席"), "absent"),
    **dict.fromkeys(("陪席", "オブザーバー"), "observer"),
}


_GUESSED = re.compile(
    r"^(?:[一-龠々髙﨑ヶ]{1,4}(?: ?[一-龠々髙﨑]{1,4})?|[ァ-ヶー]{2,8}|[A-Z][a-z]{1,12}(?: [A-Z][a-z]{1,12})?)$"
)


def looks_like_name(words: str) -> bool:
    """Whether words that nothing marks as a name look like one all the same: 山田, 佐藤 花子, ジョン."""
    name = _ASIDE.sub("", bare_name(words)).strip()
    return may_be_name(name) and bool(_GUESSED.match(name))


def role_in(note: str) -> str:
    """The role that a note behind a name gives ("記" → "scribe"); "" for other notes."""
    return _ROLE_NOTES.get(note.strip(), "")


def bare_name(words: str) -> str:
    """A name without さん, 部長 and the like."""
    return HONORIFIC.sub("", words.strip(" .。:・-*★@")).strip()


def has_honorific(words: str) -> bool:
    """Whether the words end in さん, 氏 or a post."""
    return bool(HONORIFIC.search(words.strip()))


def may_be_name(words: str) -> bool:
    """Whether words could be somebody's name: short, without particles, no word of minutes."""
    name = bare_name(words)
    if (
        not name
        or name in _NOT_NAMES
        or label_of(name) is not None
        or len(name) > 20
        or _PARTICLES.search(name)
    ):
        return False
    return bool(_JAPANESE_NAME.match(name) or _LATIN_NAME.match(name))


def is_group(words: str) -> bool:
    """Whether words name a group (全員, 各自, 営業部) instead of a person."""
    name = bare_name(words)
    return name.lower() in GROUPS or bool(_ORG.search(name))


def split_people(text: str) -> list[FoundName]:
    """The people of a list, in order; what cannot be a name is left out."""
    plain = _NO_TITLES.sub("", _URL.sub("", unicodedata.normalize("NFKC", text)))
    plain = _POST_BEFORE.sub("", plain)
    # 「調整中」 stands for no one, and a company before a colon is not a person.
    tokens = [t for t in (_without_org(t) for t in _tokens(plain)) if t]
    if len(tokens) == 1:
        tokens = _by_spaces(tokens[0])
    people: list[FoundName] = []
    rows = [_words_and_note(token) for token in tokens]
    with_org = _lists_companies([words.split() for words, _note in rows])
    for words, note in rows:
        for name in _names_of(words.split(), with_org=with_org):
            if may_be_name(name) and not is_group(name):
                people.append(FoundName(bare_name(name), note))
    return people


def _tokens(text: str) -> list[str]:
    """Parts between separators that stand outside parentheses."""
    parts: list[str] = []
    current: list[str] = []
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character in _SEPARATORS and depth <= 0:
            parts.append("".join(current))
            current, depth = [], 0
        else:
            current.append(character)
    parts.append("".join(current))
    split = [
        piece
        for part in parts
        for piece in re.split(
            r"(?<=[一-龠々])・(?=[一-龠々])|\s{2,}|(?<=さん)\s+|(?<=さん)(?=[一-龠])", part
        )
    ]
    return [_REST.sub("", piece).strip(" 。.・*-") for piece in split]


def _without_org(token: str) -> str:
    head, colon, tail = token.partition(":")
    return tail.strip() if colon and tail.strip() else head.strip()


def _by_spaces(token: str) -> list[str]:
    """One part with several words: three and more short words are so many people."""
    if "(" in token:
        return re.findall(r"[^\s(]+(?:\s*\([^()]*\))?", token)
    words = token.split()
    short = all(re.fullmatch(r"[一-龠々ヶァ-ヶー]{1,4}(?:さん|氏|様)?", word) for word in words)
    return words if len(words) >= 3 and short else [token]


def _words_and_note(token: str) -> tuple[str, str]:
    notes = _ASIDE.findall(token)
    words = _ASIDE.sub("", _ASIDE.sub("", token))
    words = re.sub(r"\(.*$", "", words).replace(")", " ").strip()
    return words, notes[0].strip() if notes else ""


def _lists_companies(rows: list[list[str]]) -> bool:
    """Whether names stand behind a company or department: 「ソニー 福地、富士通 大内」."""
    firsts = [words[0] for words in rows if len(words) >= 2]
    if not firsts:
        return False
    if any(_ORG.search(first) for first in firsts) or len(set(firsts)) < len(firsts):
        return True
    return any(
        _KANA_OR_LATIN.match(words[0]) and not _KANA_OR_LATIN.match(words[1])
        for words in rows
        if len(words) >= 2
    )


def _names_of(words: list[str], *, with_org: bool) -> list[str]:
    if len(words) < 2:
        return words
    if not with_org:
        return [" ".join(words)]
    if len(words) == 2:
        return [words[1]] if not _ORG.search(words[1]) else [words[0]]
    rest = words[1:]
    short = all(len(bare_name(word)) <= 3 for word in rest)
    return rest if short and not _ORG.search(words[0]) else [" ".join(rest)]
