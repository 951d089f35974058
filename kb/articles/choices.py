"""What one may write: the choices behind ＋書く."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to write: what it is called, what it is for, where it begins."""

    label: str
    hint: str
    icon: str
    url: str


def choices(title: str = "") -> list[Choice]:
    """The nine choices in order; those whose page does not exist are left out."""
    rows = (
        (_("対応を記録"), _("お客さまと話したことを、60秒で残す"), "touch", "touch_create"),
        (_("質問する"), _("くわしい人に届き、答えがあとの人にも残る"), "question", "question"),
        (_("マニュアル"), _("手順を書いて、次の人が迷わないように"), "manual", "manual"),
        (_("議事録"), _("会議で話したこと、決まったこと"), "meeting", "meeting_create"),
        (_("決まったこと"), _("決定とその理由を、一文で"), "decision", "decision_create"),
        (_("読書メモ"), _("読んだ本を、仕事の言葉で"), "book", "book_note"),
        (
            _("困りごとを呼びかける"),
            _("部署をまたいで、仲間を集める"),
            "community",
            "community_create",
        ),
        (_("書いてほしい"), _("探したけれど無かったことを頼む"), "flag", "wanted_create"),
        (_("ノート"), _("どれでもない、残しておきたいこと"), "file", "note"),
    )
    return [choice for row in rows for choice in _choice(*row, title=title)]


def other_choices(title: str = "") -> list[Choice]:
    """Kinds that are written rarely."""
    return list(_choice(_("会社のルール"), "", "rule", "rule", title=title))


def _choice(label: str, hint: str, icon: str, name: str, *, title: str) -> Iterator[Choice]:
    url = _address(name)
    if url:
        query = f"?{urlencode({'title': title})}" if title else ""
        yield Choice(label, hint, icon, url + query)


def _address(name: str) -> str:
    """The address of a screen of another app, or of our form for that kind of article."""
    try:
        if name.endswith("_create"):
            return reverse(name)
        return reverse("article_create", args=[name])
    except NoReverseMatch:
        return ""
