"""Reasons in words: quotes within quotes, and no more of the query than a column holds."""

import datetime as dt

from kb.experts.evidence import Role
from kb.experts.reasons import NamedRecord, Piece, department_reason, sentence_of, summary_of

MANUAL = NamedRecord("経費精算のしかた", "/articles/1/", "manual", "マニュアル", "%(count)d本")
PIECE = Piece(MANUAL, Role.AUTHOR, dt.date(2020, 11, 10), 1.0)


def test_quotes_in_a_title_become_inner_quotes() -> None:
    title = "「動画で見たい」と言われたとき"
    assert sentence_of(Role.ASKED, title) == "「『動画で見たい』と言われたとき」を質問した人です。"
    assert department_reason(title, 1) == "「『動画で見たい』と言われたとき」がこの部署の記録です。"
    # Nothing stands around this one.
    assert sentence_of(Role.CHAIRED, "「朝の会」第3回") == "「朝の会」第3回を進めました。"


def test_a_summary_repeats_words_that_were_asked_but_no_sentence() -> None:
    kinds = "マニュアル1本（最近 2020/11/10）"
    assert summary_of([PIECE], "経費精算") == f"「経費精算」：{kinds}"
    assert summary_of([PIECE], "経費の精算はどうやればよいですか") == kinds
