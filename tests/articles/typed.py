"""What a person types into the forms of an article."""

import uuid
from typing import Any

from kb.articles.models import Article

BODY = "はじめに\n\n手順1\n手順2\n手順3"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "title": "題名",
        "body": "本文",
        "form_key": str(uuid.uuid4()),
        "draft_key": str(uuid.uuid4()),
        **changes,
    }


def edited(article: Article, **changes: Any) -> dict[str, Any]:
    values = {"title": article.title, "body": article.body, "base_revision": article.revision}
    return form(**values | changes)
