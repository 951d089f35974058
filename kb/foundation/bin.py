"""The bin: what goes in and comes out stands in the log, and its people hear of it.

Everybody may clear away everything, so nobody's record may vanish behind their back.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kb.foundation.models import AuditEntry

_FIELDS = ("deleted_at", "deleted_by")
# So much of a title fits into a line of the log and of a notice.
_TITLE_MAX_CHARACTERS = 200


@transaction.atomic
def put_into_bin(record: Any, *, by: Any, tell: Iterable[Any] = (), way_back: str = "") -> None:
    """Put the record into the bin and write it down.

    ``tell`` are the people it belongs to (None is skipped): all but ``by`` and leavers get a
    notice that leads to ``way_back``, where the record can be taken out again.
    """
    record.deleted_at, record.deleted_by = timezone.now(), by
    record.save(update_fields=_FIELDS)
    write_down(record, "delete", by=by)
    for person in {one for one in tell if one is not None and one != by and one.is_active}:
        # The table of notices belongs to an app above this one; its rows hang on the person.
        person.notifications.create(kind="deleted", text=_words(record, by), url=way_back, actor=by)


@transaction.atomic
def take_out_of_bin(record: Any, *, by: Any) -> None:
    """Take the record out of the bin, as it was, and write it down."""
    record.deleted_at = record.deleted_by = None
    record.save(update_fields=_FIELDS)
    write_down(record, "restore", by=by)


def write_down(record: Any, verb: str, *, by: Any, **more: Any) -> AuditEntry:
    """The new line of the log: who did what to which record, and its title at that moment.

    ``more`` is kept with it as JSON, such as the ledger by which it can be taken back.
    """
    meta = record._meta
    return AuditEntry.objects.create(
        person=by,
        action=f"{meta.model_name}.{verb}",
        target=f"{meta.label_lower}.{record.pk}",
        detail={"title": str(record)[:_TITLE_MAX_CHARACTERS], **more},
    )


def _words(record: Any, by: Any) -> str:
    # Stored text is read by others: in the company's language, not in that of who deleted.
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": by.name[:60], "title": str(record)[:_TITLE_MAX_CHARACTERS]}
        return _("%(name)sさんが「%(title)s」をごみ箱に入れました。30日のあいだ戻せます。") % words
