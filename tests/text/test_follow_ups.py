"""What comes next, read from a line of its own."""

import datetime as dt

import pytest

from kb.text.follow_ups import FollowUp, find_follow_up

TODAY = dt.date(2026, 11, 24)
DAY = dt.date(2026, 12, 3)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("次回 12/3 見積送付 @佐藤", FollowUp("見積送付", DAY, "佐藤")),
        ("納期の相談。\n次回　１２／３　見積送付", FollowUp("見積送付", DAY)),
        ("次回：12月3日（木）までに見積を送る。", FollowUp("見積を送る", DAY)),
        ("・ToDo: @山田 12/3 見積テンプレ更新", FollowUp("見積テンプレ更新", DAY, "山田")),
        ("→次にやること：見積を送る", FollowUp("見積を送る")),
        ("次回アクション 2026-12-03まで 見積 再送", FollowUp("見積 再送", DAY)),
        ("次回: 11/20 見積", FollowUp("11/20 見積")),
        ("次回: 来週水曜 見積", FollowUp("来週水曜 見積")),
        ("次回は、ゆっくり話したいとのこと。", None),
        ("次回 見積送付", None),
        ("次回 12/3", None),
        ("前の次回 12/3 見積", None),
        ("次回", None),
        ("", None),
        ("次回: @ 見積", FollowUp("@ 見積")),
    ],
)
def test_a_line_says_what_comes_next(text: str, found: FollowUp | None) -> None:
    assert find_follow_up(text, today=TODAY) == found
