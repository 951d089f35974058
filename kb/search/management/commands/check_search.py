"""``manage.py check_search``: compares database and index; exit code 1 when they differ."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kb.search import upkeep
from kb.search.query import SearchUnavailable

_SHOWN = 20


class Command(BaseCommand):
    """Compares ids and content revisions. Changes that still wait are no difference."""

    help = "データベースと検索の索引を比べ、違いを表示します。違いがあれば終了コード1で終わります。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the differences, and fail when there are any."""
        try:
            result = upkeep.compare_at_rest()
        except SearchUnavailable:
            raise CommandError(
                _("索引を読めません。manage.py rebuild_search で作り直してください。")
            ) from None
        self._show(_("索引にありません"), result.missing)
        self._show(_("索引が古いままです"), result.outdated)
        self._show(_("もうないのに索引に残っています"), result.left_over)
        if result.waiting_count:
            self.stdout.write(_("索引待ち: %(count)d件") % {"count": result.waiting_count})
        if result.differing:
            raise CommandError(
                _("データベースと索引が%(count)d件で違います。") % {"count": len(result.differing)},
                returncode=1,
            )
        self.stdout.write(
            _("データベースと索引は同じです(%(count)d件)。") % {"count": result.document_count}
        )

    def _show(self, heading: str, keys: list[str]) -> None:
        if not keys:
            return
        self.stdout.write(f"{heading}: {len(keys)}")
        for key in keys[:_SHOWN]:
            self.stdout.write(f"  {key}")
        if len(keys) > _SHOWN:
            self.stdout.write(f"  … {len(keys) - _SHOWN}")
