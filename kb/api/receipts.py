"""Idempotency-Key: a request sent twice does its work once and gets the same answer twice."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema, Status

from kb.api.models import ApiReceipt
from kb.api.problems import Refused

HEADER = "Idempotency-Key"
KEY_MAX_CHARACTERS = 200
KEPT = timedelta(days=30)


def once(request: HttpRequest, do: Callable[[], Schema]) -> Status[Any]:
    """201 with what ``do`` gives, and its copy when the same key came before.

    The same key with another body is refused (422): one of the two would be lost. Without a key
    the work is done each time.
    """
    key = request.headers.get(HEADER, "").strip()
    if not key:
        return Status(201, do())
    if len(key) > KEY_MAX_CHARACTERS or not key.isprintable():
        words = _("Idempotency-Keyは200字までの文字です。")
        raise Refused(422, words, {HEADER: words})
    digest = hashlib.sha256(request.body).hexdigest()
    token: Any = request.auth  # type: ignore[attr-defined]
    # A refusal inside leaves no receipt behind, so that the corrected request may follow.
    with transaction.atomic():
        ApiReceipt.objects.filter(token=token, created_at__lt=timezone.now() - KEPT).delete()
        receipt, is_new = ApiReceipt.objects.get_or_create(
            token=token, key=key, defaults={"digest": digest}
        )
        if not is_new:
            return _again(receipt, digest)
        answer = do()
        receipt.status, receipt.answer = 201, answer.model_dump(mode="json")
        receipt.save(update_fields=["status", "answer"])
    return Status(201, answer)


def _again(receipt: ApiReceipt, digest: str) -> Status[Any]:
    if receipt.digest != digest:
        words = _("このIdempotency-Keyは、ちがう内容で使われています。新しい鍵にしてください。")
        raise Refused(422, words, {HEADER: words})
    return Status(receipt.status, receipt.answer)
