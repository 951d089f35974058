"""Pasted minutes: what is found in the styles that companies use, and that nothing breaks it."""

import datetime as dt
import time

import pytest

from kb.meetings.parsing import ReadMinutes, Role, read_minutes

TODAY = dt.date(2026, 11, 25)


def read(text: str) -> ReadMinutes:
    return read_minutes(text, today=TODAY)


def names(minutes: ReadMinutes, role: Role = Role.PRESENT) -> list[str]:
    return [person.name.words for person in minutes.people if person.role is role]


def tasks(minutes: ReadMinutes) -> list[tuple[str, list[str], str]]:
    return [
        (todo.text, [name.words for name in todo.names], str(todo.due.day) if todo.due else "")
        for todo in minutes.todos
    ]


def decided(minutes: ReadMinutes) -> list[str]:
    return [decision.text for decision in minutes.decisions]


PLAIN = """COFFEE TALK 第43回
日時: 2026/11/24 15:00-16:00
場所: 4階 ラウンジ
出席者: 山田、佐藤花子、鈴木（途中参加）
欠席: 田中

■ヘルプのリニューアル
7社が場所がわからないと言っている。
決定: ヘルプの入口を右上に置く（理由: 7社が迷ったため）
却下: フッターに置く：見つけにくい
ToDo: @山田 12/3 見積テンプレ更新
ToDo: @佐藤花子 来週水曜 画面案をつくる
保留: 動画のヘルプ

■請求書の再発行
継続
"""


def test_labelled_lines_become_everything_that_a_meeting_has() -> None:
    found = read(PLAIN)
    assert found.moment is not None
    assert (found.moment.day.day, found.moment.time) == (dt.date(2026, 11, 24), dt.time(15, 0))
    assert found.place == "4階 ラウンジ"
    assert names(found) == ["山田", "佐藤花子", "鈴木"]
    assert names(found, Role.ABSENT) == ["田中"]
    assert [(item.title, item.is_carried_over) for item in found.items] == [
        ("ヘルプのリニューアル", False),
        ("請求書の再発行", True),
        ("動画のヘルプ", True),
    ]
    (decision,) = found.decisions
    assert (decision.text, decision.reason) == ("ヘルプの入口を右上に置く", "7社が迷ったため")
    assert decision.rejected == (("フッターに置く", "見つけにくい"),)
    assert tasks(found) == [
        ("見積テンプレ更新", ["山田"], "2026-12-03"),
        ("画面案をつくる", ["佐藤花子"], "2026-12-02"),
    ]


def test_every_finding_knows_its_lines() -> None:
    found = read(PLAIN)
    lines = PLAIN.split("\n")
    assert all("ToDo" in lines[todo.span.first - 1] for todo in found.todos)
    assert "決定" in lines[found.decisions[0].span.first - 1]
    assert (found.items[0].span.first, found.items[0].span.last) == (7, 14)


def test_bracketed_sections_with_names_and_days_in_parentheses() -> None:
    found = read(
        "【議事録】営業定例\n開催日：11月24日（火）10時〜11時\n"
        "参加者：営業部 山田、CS部 佐藤、開発部 鈴木\n【決定事項】\n・新料金は1月1日から適用する\n"
        "・見積書の有効期限を30日とする\n【ToDo】\n・価格表の更新（山田、12/3まで）\n"
        "・案内文を作る 担当：佐藤 期限：12月10日\n・サーバー増強の見積 → 鈴木\n"
        "【持ち越し】\n・代理店の扱い\n【次回】12/8 10:00\n"
    )
    assert found.title == "営業定例"
    assert names(found) == ["山田", "佐藤", "鈴木"]
    assert decided(found) == ["新料金は1月1日から適用する", "見積書の有効期限を30日とする"]
    assert tasks(found) == [
        ("価格表の更新", ["山田"], "2026-12-03"),
        ("案内文を作る", ["佐藤"], "2026-12-10"),
        ("サーバー増強の見積", ["鈴木"], ""),
    ]
    assert [item.title for item in found.items if item.is_carried_over] == ["代理店の扱い"]
    assert found.next_time is not None
    assert (found.next_time.day.day, found.next_time.time) == (dt.date(2026, 12, 8), dt.time(10))


def test_markdown_with_checkboxes_and_a_table() -> None:
    found = read(
        "# 週次定例 2026-11-24\n\n## 参加者\n- 山田 太郎\n- 佐藤 花子\n- 田中さん\n\n## アジェンダ\n"
        "1. 採用状況\n2. 予算\n\n## 採用状況\n- [ ] 面接官の研修を組む @佐藤 12/15\n"
        "- [x] 求人票の更新 @山田\n\n## 予算\n来期の予算は据え置きとすることに決定した。\n\n"
        "## 次回アクション\n| 内容 | 担当 | 期限 |\n|---|---|---|\n"
        "| 予算表の提出 | 田中 | 月末 |\n| 監査法人へ連絡 | 山田 | 2/30 |\n"
    )
    assert names(found) == ["山田 太郎", "佐藤 花子", "田中"]
    assert [item.title for item in found.items] == ["採用状況", "予算"]
    assert tasks(found)[0] == ("面接官の研修を組む", ["佐藤"], "2026-12-15")
    assert [todo.is_done for todo in found.todos][:2] == [False, True]
    assert tasks(found)[2] == ("予算表の提出", ["田中"], "2026-11-30")
    assert [(d.text, d.is_sure) for d in found.decisions] == [
        ("来期の予算は据え置きとすることに決定した", False)
    ]


def test_numbered_formal_minutes_with_posts_and_era() -> None:
    found = read(
        "件名：品質会議（第5回）\n1. 日時　令和8年11月24日（火）13：00～14：30\n"
        "2. 場所　本社第2会議室\n3. 出席者　品質保証部　高橋部長、伊藤課長、製造部　渡辺主任（記）\n"
        "4. 議題\n(1) 不具合報告\n(2) 是正処置\n5. 議事\n(1) 不具合報告\n"
        "　製品Aの外観不良について報告があった。\n(2) 是正処置\n　手順書を見直す。\n"
        "6. 決定事項\n　手順書を改訂する\n7. 宿題\n　・原因調査（渡辺、12/8）\n以上\n"
    )
    assert found.title == "品質会議(第5回)"
    assert found.moment is not None
    assert found.moment.day.day == dt.date(2026, 11, 24)
    assert names(found) == ["高橋", "伊藤", "渡辺"]
    assert names(found, Role.SCRIBE) == ["渡辺"]
    assert [item.title for item in found.items] == ["不具合報告", "是正処置"]
    assert decided(found) == ["手順書を改訂する"]
    assert tasks(found) == [("原因調査", ["渡辺"], "2026-12-08")]


def test_minutes_in_english() -> None:
    found = read(
        "Product Sync\nDate: 2026-11-24\nAttendees: Yamada, Sato, John Smith\n"
        "Decisions:\n- Ship 2.0\nAction items:\n- Yamada: write release note by 12/3\n"
        "- John Smith: book the venue (12/10)\nParking lot:\n- Pricing page\n"
    )
    assert names(found) == ["Yamada", "Sato", "John Smith"]
    assert decided(found) == ["Ship 2.0"]
    assert tasks(found) == [
        ("write release note", ["Yamada"], "2026-12-03"),
        ("book the venue", ["John Smith"], "2026-12-10"),
    ]
    assert [item.title for item in found.items] == ["Pricing page"]


def test_stars_and_arrows_in_running_notes() -> None:
    found = read(
        "11/24 朝会メモ\n★小泉 資料を送る\n○お客さまA社から問い合わせ\n→山田さんが今週中に返信\n"
        "メンテナンスへの協力を（★全員）\n資料更新★伊藤（義）\n"
    )
    assert tasks(found) == [
        ("資料を送る", ["小泉"], ""),
        ("山田さんが今週中に返信", ["山田"], "2026-11-27"),
        ("メンテナンスへの協力を", ["全員"], ""),
        ("資料更新", ["伊藤(義)"], ""),
    ]
    assert [todo.is_sure for todo in found.todos] == [True, False, True, True]


def test_a_homework_list_is_not_doubled_by_the_lines_it_repeats() -> None:
    found = read(
        "・メーリングリストを作る方向で動く（★ 小泉）\n\n■宿題\n"
        "- Shaneさんと相談の上、メーリングリストを作る方向で動く（★ 小泉）\n"
    )
    assert [text for text, _who, _due in tasks(found)] == [
        "Shaneさんと相談の上、メーリングリストを作る方向で動く"
    ]


def test_sections_inside_an_item_and_people_by_columns() -> None:
    found = read(
        "議題：新サイトの公開日\n結論：12月1日に公開する\n理由：キャンペーンに合わせる\nアクション：\n"
        "　山田　原稿の最終確認　11/27\n　佐藤　サーバー切替の手配　11/30\n未決事項：\n　旧サイトの停止日\n"
    )
    assert [(d.text, d.reason) for d in found.decisions] == [
        ("12月1日に公開する", "キャンペーンに合わせる")
    ]
    assert tasks(found) == [
        ("原稿の最終確認", ["山田"], "2026-11-27"),
        ("サーバー切替の手配", ["佐藤"], "2026-11-30"),
    ]
    assert [item.title for item in found.items] == ["新サイトの公開日", "旧サイトの停止日"]


def test_full_width_minutes_of_a_committee() -> None:
    found = read(
        "第12回 安全衛生委員会 議事録\n１．開催日時：２０２６年１１月２４日（火）１５：００～１６：００\n"
        "２．開催場所：Ａ会議室\n３．出席者：（委員長）山田、（委員）佐藤、鈴木、（産業医）田中\n"
        "４．議事内容\n（１）職場巡視の報告\n　・通路に荷物があった。\n（２）ストレスチェック\n"
        "　・受検率は８５％\n５．次回開催予定：１２月２２日（火）１５：００\n"
    )
    assert found.title == "第12回 安全衛生委員会 議事録"
    assert found.place == "A会議室"
    assert names(found) == ["山田", "佐藤", "鈴木", "田中"]
    assert [item.title for item in found.items] == ["職場巡視の報告", "ストレスチェック"]
    assert found.next_time is not None
    assert found.next_time.day.day == dt.date(2026, 12, 22)


def test_companies_before_names_are_not_people() -> None:
    found = read(
        "日時: 9/4(金)\n参加者: （敬称略）ソニー 福地、富士通 大内、日立 岩田、オリンパス 出口 小泉\n"
    )
    assert names(found) == ["福地", "大内", "岩田", "出口", "小泉"]


def test_two_of_one_name_stay_apart_by_their_notes() -> None:
    found = read("参加者：伊藤(義)、當麻、伊藤(有)\n")
    assert [(p.name.words, p.name.note) for p in found.people] == [
        ("伊藤", "義"),
        ("當麻", ""),
        ("伊藤", "有"),
    ]


def test_the_next_meetings_date_and_scribe_are_not_this_ones() -> None:
    found = read("日時 :11/24 16:00-17:00\n記載者：當麻\n■次回\n日時 :12/8 14:00\n議事録 :加藤\n")
    assert found.moment is not None
    assert found.moment.day.day == dt.date(2026, 11, 24)
    assert names(found, Role.SCRIBE) == ["當麻"]
    assert found.next_time is not None
    assert found.next_time.day.day == dt.date(2026, 12, 8)


def test_nothing_is_made_up_where_nothing_is_said() -> None:
    found = read("とりとめのないメモです。ヘルプの話をした。入口がわかりにくいと言う人が多い。\n")
    assert found.is_empty
    none = read("決定事項：なし\nToDo：特になし\n【宿題】\n・なし\n")
    assert (none.decisions, none.todos) == ((), ())


@pytest.mark.parametrize(
    ("words", "day", "is_sure"),
    [
        ("12/3", "2026-12-03", True),
        ("１２／３", "2026-12-03", True),
        ("12月3日（木）", "2026-12-03", True),
        ("12/3(水)", "2026-12-03", False),
        ("令和8年12月3日", "2026-12-03", True),
        ("来週水曜", "2026-12-02", True),
        ("来週の水曜日", "2026-12-02", True),
        ("月末", "2026-11-30", True),
        ("来月末", "2026-12-31", True),
        ("年内", "2026-12-31", True),
        ("1/15", "2027-01-15", True),
        ("10/1", "2026-10-01", False),
        ("15日", "2026-12-15", False),
        ("2/30", "None", False),
        ("次回まで", "None", False),
    ],
)
def test_days_of_todos(words: str, day: str, is_sure: bool) -> None:
    until = words if words.endswith("まで") else f"{words}まで"
    (todo,) = read(f"日時: 2026/11/24\nToDo: @山田 {until} 見積を送る\n").todos
    assert todo.due is not None
    assert (str(todo.due.day), todo.due.is_sure) == (day, is_sure)
    assert todo.text == "見積を送る"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN * 400,
        "あ、い" * 70_000,
        "12/3 山田 @佐藤 ★ (担当:x) 来週水曜 " * 6_000,
        "(" * 200_000,
        "★" * 200_000,
        "\n" * 200_000,
        "a\t|b\t|c\n" * 20_000,
        "| 内容 | 担当 | 期限 |\n" * 9_000,
        "出席者:\n" + "山田、" * 60_000,
        "決定: " * 40_000,
        "\0\ufeff\u200b■\ud800決定:\0",
        "担当:" * 50_000,
        "- " * 100_000,
        "【" * 200_000,
    ],
)
def test_no_text_breaks_the_reader_or_holds_a_worker(text: str) -> None:
    begun = time.process_time()
    read(text[:200_000])
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2026/12/3 10:00 @会議室A\n\n決定: 進める\n", "会議室A"),
        ("■ 入口\n決定: 右上に置く\n\nToDo: @山田 12/3 試作を出す\n", ""),
    ],
)
def test_a_sign_before_the_day_points_at_a_person_not_at_a_place(text: str, place: str) -> None:
    assert read_minutes(text, today=dt.date(2026, 12, 1)).place == place


def test_a_line_says_who_was_there_and_who_was_not() -> None:
    read = read_minutes("■ 支店長会議\n出：中村、大野／欠：三宅\n", today=TODAY)
    roles = {person.name.words: person.role for person in read.people}
    assert roles == {"中村": Role.PRESENT, "大野": Role.PRESENT, "三宅": Role.ABSENT}


def test_posts_before_names_and_departments_before_posts_fall_away() -> None:
    text = "3．出席者　　　委員長　高橋総務部長\n　　　　　　　委　員　佐々木、石川\n"
    read = read_minutes(text, today=TODAY)
    assert [person.name.words for person in read.people] == ["高橋", "佐々木", "石川"]


@pytest.mark.parametrize(
    "line",
    [
        "冬の換気は、各フロアに濃度計を置くこととした。",
        "目標は据え置きとする",
        "声のかけ方は、部長から再度とすることで了承された。",
        "・老朽車2台を年内に入れ替える（決）",
        "- We agreed to support SAML only",
    ],
)
def test_decisions_said_in_passing_are_shown_as_unsure(line: str) -> None:
    read = read_minutes(f"会議メモ\n{line}\n", today=TODAY)
    assert [one.is_sure for one in read.decisions] == [False]


@pytest.mark.parametrize(
    "line",
    [
        "窓口の一本化は、改めて議論することになりました。",
        "研修は来月を目的とする",
        "予算を必要とする",
    ],
)
def test_what_was_put_off_or_described_is_no_decision(line: str) -> None:
    assert not read_minutes(f"会議メモ\n{line}\n", today=TODAY).decisions


def test_days_that_were_talked_about_are_not_the_day_of_the_meeting() -> None:
    text = "打ち合わせ\n・印刷を手配する\n・次いつ？ → 12/1 14時\n"
    assert read_minutes(text, today=TODAY).moment is None
    asked = read_minutes("はじめます\n忘年会は12/11でいいですか\n", today=dt.date(2026, 11, 20))
    assert asked.moment is not None and not asked.moment.day.is_sure


def test_tasks_for_whoever_is_named_inside_the_sentence() -> None:
    text = "定例\n→ 青木課長がお客さまへ連絡（11/20まで）\n"
    text += "→ 告知文は篠田さんに作ってもらう。今週中\n田中さん→写真を送る\n"
    todos = read_minutes(text, today=dt.date(2026, 11, 18)).todos
    assert [[name.words for name in todo.names] for todo in todos] == [["青木"], ["篠田"], ["田中"]]
    assert not any(todo.is_sure for todo in todos)


def test_signs_before_labels_and_the_state_column_are_understood() -> None:
    text = "## ✅ Action items\n| 内容 | 担当 | 期限 | 状態 |\n|--|--|--|--|\n| 印刷 | 森 | 11/27 | 済 |\n"
    (todo,) = read_minutes(text, today=TODAY).todos
    assert todo.is_done and [name.words for name in todo.names] == ["森"]


def test_the_next_meeting_behind_a_wide_space_is_no_item() -> None:
    read = read_minutes(
        "1．議事\n（1）換気について\n2．次回開催　12月10日（木）16時\n", today=TODAY
    )
    assert read.next_time is not None and str(read.next_time.day.day).endswith("12-10")
    assert all("次回" not in item.title for item in read.items)


IN_ONE_LINE = """COFFEE TALK 第13回
司会 藤堂 記録 中谷
出席 水野、桐山

1. 年末年始の当番（相談・桐山）
決定：当番は2人組にする（祝日も）。理由：ひとりだと迷うため。
TODO：桐山さんが12月5日までに当番表を出す
"""


def test_two_roles_in_one_line_are_two_roles() -> None:
    found = read(IN_ONE_LINE)
    assert names(found, Role.CHAIR) == ["藤堂"]
    assert names(found, Role.SCRIBE) == ["中谷"]
    assert names(found) == ["水野", "桐山"]


def test_an_item_names_its_kind_and_proposer_in_parentheses() -> None:
    [item] = read(IN_ONE_LINE).items
    assert item.title == "年末年始の当番（相談）"
    assert item.proposer is not None
    assert item.proposer.words == "桐山"


def test_parentheses_stay_as_wide_as_they_were_typed() -> None:
    assert decided(read(IN_ONE_LINE)) == ["当番は2人組にする（祝日も）"]


def test_a_task_does_not_begin_with_the_name_beside_it() -> None:
    assert tasks(read(IN_ONE_LINE)) == [("当番表を出す", ["桐山"], "2026-12-05")]
