"""The comments under a record, as ``engagement/_comments.html`` shows them."""

from typing import Any

from django.db import models

from kb.engagement.forms import CommentForm
from kb.engagement.models import Comment
from kb.foundation.idempotency import new_form_key
from people.querysets import attach_departments


def comments_on(record: models.Model) -> dict[str, Any]:
    """The context of the component: ``comments``, ``comment_form`` and ``comment_key``."""
    comments = list(Comment.objects.visible().on(record).select_related("author"))
    attach_departments(comment.author for comment in comments)
    return {
        "comments": comments,
        "comment_form": CommentForm(),
        "comment_key": new_form_key(),
    }
