"""``manage.py drain_outbox``: works off what waits to be indexed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kb.search import outbox
from kb.search.models import OutboxEntry
from kb.search.query import IndexBusy, SearchUnavailable


class Command(BaseCommand):
    """Does what the worker does, in this process."""

    help = "索引待ちの変更を、このプロセスで索引に入れます。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Work off the outbox and say how much."""
        try:
            count = outbox.drain()
        except IndexBusy:
            raise CommandError(_("いま、別のプロセスが索引を書いています。")) from None
        except SearchUnavailable:
            raise CommandError(
                _("索引を読めません。manage.py rebuild_search で作り直してください。")
            ) from None
        self.stdout.write(_("%(count)d件を索引に入れました。") % {"count": count})
        left = OutboxEntry.objects.count()
        if left:
            self.stdout.write(_("残り: %(count)d件") % {"count": left})
