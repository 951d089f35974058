"""Reasons in words: what somebody did, as sentences and short lines a colleague understands."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kb.experts.evidence import Role
from kb.foundation.today import today

_SHOWN_KINDS = 3
# These hold today; the day in their row is only that of the indexing.
UNDATED_ROLES = frozenset({Role.MAIN_CHORE, Role.SUB_CHORE, Role.SELF_DECLARED})


# Longer words would fill the narrow column beside results, and stand above them anyway.
SHOWN_QUERY_MAX = 8
_QUOTED = "「%(title)s」"
_INNER_QUOTES = str.maketrans("「」", "『』")
# So much of a title stands in a sentence about somebody.
SHORT_TITLE = 60


class Hit(NamedTuple):
    """A search hit as the ranking of people needs it.

    ``name_cover`` is the part of the query that its title and topics name (0 to 1), ``verbatim`` says
    how often its text holds the whole query (0 to 1). ``group`` joins records of which only a few count,
    such as the touches of one customer.
    """

    key: str
    score: float
    name_cover: float = 0.0
    group: str = ""
    verbatim: float = 0.0


class NamedRecord(NamedTuple):
    """A record as a reason names it. ``label`` and ``counter`` count its kind in words (マニュアル, %(count)d本)."""

    title: str
    url: str
    kind: str
    label: str | Promise
    counter: str | Promise


class Piece(NamedTuple):
    """One piece of evidence: a record, the part somebody had in it, and its exact share (0 to 1).

    ``last_on`` is None where nobody who is still here had a part in it that happened on a day.
    ``role`` is empty for a department, whose record it is.
    """

    record: NamedRecord
    role: str
    last_on: date | None
    share: float

    @property
    def text(self) -> str:
        """「題名（書いた・11/10）」; a self-description says what it is."""
        if self.role == Role.SELF_DECLARED:
            return _("自己紹介・聞いてください（本人が書いたもの）")
        if self.role in UNDATED_ROLES:
            return _("%(title)s（%(part)s）") % {
                "title": self.record.title,
                "part": Role(self.role).label,
            }
        if self.last_on is None:
            return self.record.title
        if not self.role:
            return _("%(title)s（%(day)s）") % {
                "title": self.record.title,
                "day": short_day(self.last_on),
            }
        return _("%(title)s（%(part)s・%(day)s）") % {
            "title": self.record.title,
            "part": Role(self.role).label,
            "day": short_day(self.last_on),
        }

    @property
    def url(self) -> str:
        """Where the record is."""
        return self.record.url


def short_day(day: date) -> str:
    """11/10, with the year when it is another one."""
    return _short_day(day, day.year == today().year, get_language())


@lru_cache(maxsize=5000)
def _short_day(day: date, is_this_year: bool, _language: str | None) -> str:
    return formats.date_format(day, _("n/j") if is_this_year else _("Y/n/j"))


# Lazy: a reason is one of them, in the reader's language.
_SENTENCES: dict[str, Promise] = {
    Role.AUTHOR: gettext_lazy("「%(title)s」を書いた人です。"),
    Role.APPROVER: gettext_lazy("「%(title)s」を確認した人です。"),
    Role.REVIEWER: gettext_lazy("「%(title)s」を見直した人です。"),
    Role.EDITOR: gettext_lazy("「%(title)s」を直しています。"),
    Role.ACCEPTED: gettext_lazy("「%(title)s」に答え、解決につながりました。"),
    Role.ANSWERED: gettext_lazy("「%(title)s」に答えました。"),
    Role.ASKED: gettext_lazy("「%(title)s」を質問した人です。"),
    Role.PROPOSED: gettext_lazy("決まったこと「%(title)s」を提案しました。"),
    Role.PRESENTED: gettext_lazy("%(title)sで議題を出しました。"),
    Role.CHAIRED: gettext_lazy("%(title)sを進めました。"),
    Role.ATTENDED: gettext_lazy("%(title)sに出ています。"),
    Role.RECORDED: gettext_lazy("「%(title)s」の対応を記録しました。"),
    Role.JOINED_TOUCH: gettext_lazy("「%(title)s」の対応に同席しました。"),
    Role.BOOK_NOTE: gettext_lazy("読書メモ「%(title)s」を書きました。"),
    Role.MAIN_CHORE: gettext_lazy("担当業務「%(title)s」の主担当です。"),
    Role.SUB_CHORE: gettext_lazy("担当業務「%(title)s」の副担当です。"),
    Role.SELF_DECLARED: gettext_lazy("自己紹介や「聞いてください」に、本人が書いています。"),
    Role.ENDORSED: gettext_lazy("「%(title)s」にくわしいと、ほかの部署の人が書いています。"),
}


def first_reason(pieces: Sequence[Piece]) -> str:
    """The strongest piece as a sentence; empty without any."""
    if not pieces:
        return ""
    return sentence_of(pieces[0].role, pieces[0].record.title)


def sentence_of(role: str, title: str) -> str:
    """What somebody did for a record of that title, as a sentence."""
    sentence = str(_SENTENCES[role])
    return sentence % {"title": _inner(title) if _QUOTED in sentence else title}


def _inner(title: str) -> str:
    """A title between 「 and 」: quotes inside are 『 and 』."""
    return title.translate(_INNER_QUOTES) if "「" in title else title


def summary_of(pieces: Sequence[Piece], query_text: str) -> str:
    """「「SBOM」：マニュアル2本・議事録3件（最近 11/10）」, the kinds with most pieces first."""
    written = [piece for piece in pieces if piece.role != Role.SELF_DECLARED]
    if not written:
        return _("本人が書いたもの")
    language = get_language()
    words = _summary_words(language)
    named = {piece.record.kind: piece.record for piece in written}
    counts = Counter([piece.record.kind for piece in written])
    kinds = "・".join(
        [_counted(named[kind], count, language) for kind, count in counts.most_common(_SHOWN_KINDS)]
    )
    days = [p.last_on for p in written if p.last_on and p.role not in UNDATED_ROLES]
    # What is longer is a text being read, not words somebody typed: no need to repeat it.
    is_short = 0 < len(query_text) <= SHOWN_QUERY_MAX
    about = words.about % {"words": query_text} if is_short else ""
    if not days:
        return f"{about}{kinds}"
    return words.with_day % {"about": about, "kinds": kinds, "day": short_day(max(days))}


class _SummaryWords(NamedTuple):
    """What a summary is made of, in one language."""

    about: str
    with_day: str


@lru_cache(maxsize=20)
def _summary_words(_language: str | None) -> _SummaryWords:
    """Asked of the catalogue once, not for each person."""
    return _SummaryWords(_("「%(words)s」："), _("%(about)s%(kinds)s（最近 %(day)s）"))


_counts: dict[tuple[str, int, str | None], str] = {}


def _counted(record: NamedRecord, count: int, language: str | None) -> str:
    """「議事録3件」, remembered: there are a dozen kinds, and a hundred records of them at most."""
    name = (record.kind, count, language)
    found = _counts.get(name)
    if found is None:
        found = _counts[name] = _("%(label)s%(count)s") % {
            "label": record.label,
            "count": str(record.counter) % {"count": count},
        }
    return found


def department_reason(title: str, count: int) -> str:
    """What a department has on the subject, as a sentence: the title of the first of so many pieces."""
    title = _inner(title)
    if count == 1:
        return _("「%(title)s」がこの部署の記録です。") % {"title": title}
    return _("「%(title)s」など%(count)d件がこの部署の記録です。") % {
        "title": title,
        "count": count,
    }
