"""``manage.py rebuild_search``: builds the index beside the old one and swaps."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kb.search import upkeep
from kb.search.query import IndexBusy


class Command(BaseCommand):
    """Searches go on in the old index until the new one is complete and counted."""

    help = "検索の索引を作り直します。作っているあいだも、前の索引で検索できます。"

    def handle(self, *_args: Any, **options: Any) -> None:
        """Build, showing progress where somebody watches."""
        started = time.monotonic()
        shows_progress = options["verbosity"] > 0

        def progress(done: int, total: int) -> None:
            if shows_progress and done:
                self.stdout.write(f"{done}/{total}")

        try:
            count = upkeep.rebuild(progress)
        except IndexBusy:
            raise CommandError(
                _(
                    "いま、別のプロセスが索引を書いています。終わってから、もう一度実行してください。"
                )
            ) from None
        except upkeep.CountsDiffer as error:
            raise CommandError(
                _(
                    "新しい索引の件数が合いません(%(counts)s)。前の索引のまま使えます。もう一度実行してください。"
                )
                % {"counts": error}
            ) from error
        if shows_progress:
            seconds = time.monotonic() - started
            self.stdout.write(
                _("%(count)d件の索引を%(seconds).1f秒で作りました。")
                % {"count": count, "seconds": seconds}
            )
