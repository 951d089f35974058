"""The words by which minutes say what follows: 日時, 出席者, 決定事項, 宿題 and their variants."""

import re
from enum import StrEnum


class Label(StrEnum):
    """What a labelled line or section holds."""

    MOMENT = "moment"
    PLACE = "place"
    TITLE = "title"
    PRESENT = "present"
    ABSENT = "absent"
    OBSERVER = "observer"
    CHAIR = "chair"
    SCRIBE = "scribe"
    AGENDA = "agenda"
    DECISION = "decision"
    TODO = "todo"
    HOLD = "hold"
    NEXT = "next"
    REASON = "reason"
    REJECTED = "rejected"
    ASSIGNEE = "assignee"
    DUE = "due"
    PROPOSER = "proposer"


_WORDS: dict[Label, str] = {
    Label.MOMENT: """
        日時 日程 開催日 開催日時 実施日 実施日時 日付 会議日 会議日時 開催日程 時間 とき
        date when datetime date&time date/time
    """,
    Label.PLACE: "場所 会場 開催場所 ところ 会議室 開催方法 開催形式 形式 place location where venue",
    Label.TITLE: "会議名 件名 会議体 名称 会議名称 題名 subject title",
    Label.PRESENT: """
        出席者 出席 参加者 参加 参加メンバー 出席メンバー メンバー 参加者一覧 出席者一覧
        出席者名 参加者名 列席者 出席予定者 同席者 attendees attendee participants present 出
        members
    """,
    Label.ABSENT: "欠席者 欠席 欠席者名 不参加 不参加者 欠 absent absentees apologies regrets",
    Label.OBSERVER: "陪席 陪席者 オブザーバー オブザーバ observer observers",
    Label.CHAIR: """
        司会 司会者 進行 進行役 議長 座長 ファシリテーター ファシリテータ ファシリ 司会進行
        進行係 chair facilitator host
    """,
    Label.SCRIBE: """
        書記 記録 記録者 記録係 議事録 議事録担当 議事録作成 議事録作成者 議事 記載者 作成者
        記入者 文責 議事担当 記 scribe notes minutes notetaker recorder
    """,
    Label.AGENDA: """
        議題 アジェンダ 議事次第 次第 本日の議題 今日の議題 議題一覧 会議次第 agenda agendas
        topics トピック トピックス 目次 本日のアジェンダ
    """,
    Label.DECISION: """
        決定 決定事項 決まったこと 決まった事 決定したこと 決まりごと 合意事項 合意 結論
        決議 決議事項 承認 承認事項 可決 議決 議決事項 確定事項 確定 決 結果 decision
        decisions decided agreed agreement resolution resolutions conclusion
    """,
    Label.TODO: """
        todo todos to-do to-dos todoリスト todolist タスク タスク一覧 アクション
        アクションアイテム アクションプラン アクションリスト アクション項目 次回アクション
        次のアクション 今後のアクション ネクストアクション ネクストステップ nextaction
        nextactions nextstep nextsteps actionitem actionitems action actions ai 宿題
        宿題事項 宿題一覧 やること これからやること やることリスト 次にやること 対応事項
        要対応 要対応事項 今後の対応 今後の対応事項 実施事項 依頼事項 お願い事項 お願い
        次回までの宿題 次回までにやること 次回までのアクション 次回までの対応 次回までのtodo
        次回までのタスク 残タスク 対応
    """,
    Label.HOLD: """
        保留 保留事項 保留中 持ち越し 持越し 持越 持ち越し事項 持越事項 次回持ち越し
        次回へ持ち越し 次回へ 継続 継続審議 継続検討 継続検討事項 継続審議事項 継続事項
        継続議論 ペンディング ペンディング事項 pending 未決 未決事項 未定事項 積み残し
        積残し 検討中 parkinglot openissues onhold deferred
    """,
    Label.NEXT: """
        次回 次回日程 次回予定 次回会合 次回会合日程 次回開催 次回開催日 次回開催予定
        次回会議 次回ミーティング 次回mtg 次回定例 次回の予定 次回の日程 次回日時
        nextmeeting next
    """,
    Label.REASON: "理由 背景 根拠 なぜ 決定理由 reason why",
    Label.REJECTED: """
        却下 不採用 ボツ 没 見送り 選ばなかった案 採らなかった案 不採用案 却下案 却下した案
        他の案 代案 rejected
    """,
    Label.ASSIGNEE: "担当 担当者 主担当 実施者 対応者 who owner assignee 責任者 誰が だれが 担当部署",
    Label.DUE: """
        期限 期日 締切 締め切り 締切日 〆切 〆 納期 due duedate deadline いつまで いつまでに
        完了予定 完了予定日 予定日
    """,
    Label.PROPOSER: "提案 提案者 起案 起案者 発議 発表者 説明者 発案 報告者",
}
BY_WORD: dict[str, Label] = {
    word: label for label, words in _WORDS.items() for word in words.split()
}
HEADER = frozenset(
    {
        Label.MOMENT, Label.PLACE, Label.TITLE, Label.PRESENT, Label.ABSENT, Label.OBSERVER,
        Label.CHAIR, Label.SCRIBE,
    }
)  # fmt: skip
PEOPLE = frozenset({Label.PRESENT, Label.ABSENT, Label.OBSERVER, Label.CHAIR, Label.SCRIBE})
_LATER = (
    ("宿題", Label.TODO),
    ("アクションアイテム", Label.TODO),
    ("のアクション", Label.TODO),
    ("todo", Label.TODO),
    ("決定事項", Label.DECISION),
    ("決まったこと", Label.DECISION),
    ("合意事項", Label.DECISION),
    ("持ち越し事項", Label.HOLD),
    ("保留事項", Label.HOLD),
)
_LABEL_MAX_CHARACTERS = 24
_NOT_IN_LABEL = re.compile(
    r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\s_*`「」『』【】\[\]<>《》≪≫〈〉〔〕■◆●★:・、。]+"
)
_ASIDE = re.compile(r"\([^()]*\)|\d+名|\d+人|[0-9]+件")
_PARTICLE_BEFORE = re.compile(r"[がはをに]$")


def label_of(words: str) -> Label | None:
    """The label that these words are, or None. Takes NFKC text in any case and spacing."""
    if len(words) > 2 * _LABEL_MAX_CHARACTERS:
        return None
    key = _NOT_IN_LABEL.sub("", _ASIDE.sub("", words)).lower()
    if not key or len(key) > _LABEL_MAX_CHARACTERS:
        return None
    found = BY_WORD.get(key)
    if found is None and key.startswith(("今回の", "本日の", "前回の")) and key[3:] in BY_WORD:
        # What was decided or set last time was noted last time.
        found = None if key.startswith("前回") else BY_WORD[key[3:]]
    return found or _by_ending(key)


def _by_ending(key: str) -> Label | None:
    if key.startswith("前回"):
        return None
    for ending, label in _LATER:
        if key.endswith(ending) and not _PARTICLE_BEFORE.search(key[: -len(ending)]):
            return label
    return None
