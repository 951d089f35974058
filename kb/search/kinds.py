"""The kinds of things people search for: their words, icons and tabs."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """One kind of result. ``counter`` counts it in a line: %(count)d本."""

    name: str
    label: str | Promise
    icon: str
    tab: str
    model: str
    counter: str | Promise = _("%(count)d件")  # noqa: RUF009 (lazy words, made once on purpose)


_ARTICLE = "articles.article"

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("manual", _("マニュアル"), "manual", "articles", _ARTICLE, _("%(count)d本")),
        Kind("question", _("よくある質問"), "question", "articles", _ARTICLE),
        Kind("rule", _("会社のルール"), "rule", "articles", _ARTICLE),
        Kind("note", _("ノート"), "file", "articles", _ARTICLE),
        Kind("book_note", _("読書メモ"), "book", "articles", _ARTICLE),
        Kind("book", _("本"), "book", "articles", "articles.book", _("%(count)d冊")),
        Kind("topic", _("テーマ"), "topic", "articles", "topics.topic"),
        Kind("meeting", _("会議"), "meeting", "meetings", "meetings.meeting", _("%(count)d回")),
        Kind("minutes", _("議事録"), "meeting", "meetings", _ARTICLE),
        Kind("decision", _("決まったこと"), "decision", "meetings", "meetings.decision"),
        Kind(
            "customer",
            _("お客さま"),
            "customer",
            "customers",
            "customers.customer",
            _("%(count)d社"),
        ),
        Kind("touch", _("対応記録"), "touch", "customers", "customers.touch"),
        Kind("voice_theme", _("お客さまの声"), "voice", "customers", "customers.voicetheme"),
        Kind("person", _("ひと"), "people", "people", "people.person", _("%(count)d人")),
        Kind("department", _("部署"), "people", "people", "people.department"),
        Kind("responsibility", _("担当業務"), "pen", "people", "people.responsibility"),
        Kind("community", _("コミュニティ"), "community", "people", "communities.community"),
    )
}

TABS: dict[str, str | Promise] = {
    "articles": _("記事"),
    "meetings": _("会議・決定"),
    "customers": _("お客さま・対応"),
    "people": _("ひと・部署"),
}


def kinds_of_tab(tab: str) -> frozenset[str]:
    """The kinds behind a tab; empty, which means all, for an unknown one."""
    return frozenset(kind.name for kind in KINDS.values() if kind.tab == tab)


# Words that mean a kind of record wherever they stand among others: 「営業 読書メモ」.
KIND_WORDS: dict[str, frozenset[str]] = {
    "読書メモ": frozenset({"book_note"}),
    "議事録": frozenset({"minutes", "meeting"}),
    "対応記録": frozenset({"touch"}),
    "対応履歴": frozenset({"touch"}),
    "よくある質問": frozenset({"question"}),
    "faq": frozenset({"question"}),
    "q&a": frozenset({"question"}),
    "会社のルール": frozenset({"rule"}),
    "社内ルール": frozenset({"rule"}),
    "社内規程": frozenset({"rule"}),
    "マニュアル": frozenset({"manual"}),
    "決まったこと": frozenset({"decision"}),
    "決定事項": frozenset({"decision"}),
    "お客さまの声": frozenset({"voice_theme"}),
    "担当業務": frozenset({"responsibility"}),
}
# Words that do so only when nothing else is typed: 「会議 予約」 asks for no meeting.
LONE_KIND_WORDS: dict[str, frozenset[str]] = {
    **KIND_WORDS,
    "ルール": frozenset({"rule"}),
    "質問": frozenset({"question"}),
    "本": frozenset({"book"}),
    "会議": frozenset({"meeting"}),
    "お客さま": frozenset({"customer"}),
    "部署": frozenset({"department"}),
    "テーマ": frozenset({"topic"}),
    "コミュニティ": frozenset({"community"}),
}
