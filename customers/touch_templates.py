"""Beginnings of a touch: the questions that such a talk answers, to be filled in or left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class TouchTemplate:
    """One chip over the text."""

    name: str
    label: str | Promise
    body: str | Promise


TEMPLATES: Sequence[TouchTemplate] = (
    TouchTemplate(
        "first", _("初回訪問"), _("困っていること：\nいまのやり方：\n決める人と時期：\n次回 ")
    ),
    TouchTemplate("proposal", _("提案"), _("提案したこと：\n反応：\n気にしている点：\n次回 ")),
    TouchTemplate("onboarding", _("導入支援"), _("今日できたこと：\nつまずいたところ：\n次回 ")),
    TouchTemplate(
        "use", _("活用支援"), _("使えていること：\n使われていないこと：\nお願いされたこと：\n次回 ")
    ),
    TouchTemplate(
        "inquiry", _("問い合わせ"), _("お問い合わせ：\n答えたこと：\nまだ答えていないこと：\n")
    ),
    TouchTemplate(
        "complaint", _("クレーム"), _("起きたこと：\nお客さまの言葉：「」\nすぐにしたこと：\n次回 ")
    ),
    TouchTemplate(
        "renewal",
        pgettext_lazy("of a contract", "更新"),
        _("更新の時期：\n続けたい理由：\n迷っている点：\n次回 "),
    ),
    TouchTemplate(
        "loss",
        _("失注/解約"),
        _("決まったこと：\nお客さまの理由：「」\nわたしたちに足りなかったこと：\n"),
    ),
)


def body_of(name: str) -> str:
    """The text of a template; empty for a name that is none."""
    return next((str(template.body) for template in TEMPLATES if template.name == name), "")
