"""What the page of an import says: every document by what becomes of it, with its title."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from kb.articles.importing.writing import Outcome
from kb.articles.models import Article, ImportBatch
from kb.foundation.addresses import address_of

SHOWN_MAX = 500


@dataclass(frozen=True)
class Line:
    """One document: its title, its path in the upload, and the article it became, if any."""

    title: str
    path: str
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Documents with one outcome, at most ``SHOWN_MAX`` of them as lines."""

    outcome: str
    heading: str
    count: int
    lines: tuple[Line, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


def groups_of(batch: ImportBatch) -> list[Group]:
    """The documents of an import by outcome; the new ones always, others where there are any."""
    if "paths" not in batch.report:
        return []
    headings = {
        Outcome.CREATED: _("新しい記事"),
        Outcome.UPDATED: _("新しくする記事"),
        Outcome.KEPT: _("手で直されているため残す記事"),
        Outcome.BINNED: _("ごみ箱にあるため取り込まない記事"),
        Outcome.UNCHANGED: _("変わらない記事"),
    }
    titles, numbers = batch.report.get("titles", {}), batch.report.get("numbers", {})
    groups = []
    for outcome, heading in headings.items():
        paths = batch.report.get("paths", {}).get(outcome.value, [])
        if not paths and outcome is not Outcome.CREATED:
            continue
        lines = tuple(
            Line(titles.get(path, path), path, _address(batch, numbers.get(path), outcome))
            for path in paths[:SHOWN_MAX]
        )
        groups.append(Group(outcome.value, heading, len(paths), lines))
    return groups


def edited_since(batch: ImportBatch) -> list[Article]:
    """Articles of the import that somebody changed afterwards: they stay when it is taken back."""
    rows = batch.articles.exclude(revision_after=F("article__revision"))
    return [row.article for row in rows.filter(article__deleted_at=None).select_related("article")]


def _address(batch: ImportBatch, number: int | None, outcome: Outcome) -> str:
    if not number or batch.state == ImportBatch.State.UNDONE:
        return ""
    if outcome is Outcome.BINNED:
        return address_of("binned_record", "article", number)
    return address_of("article_detail", number)
