"""Makes what is stored beside the words anew: HTML, contents, links, and the marks for the index."""

from collections.abc import Callable
from typing import Any

from kb.articles.models import Answer, Article
from kb.articles.services import render_article
from kb.articles.services.answers import render_answer
from kb.engagement.mentions import render_remark
from kb.engagement.models import Comment
from kb.meetings.models import Meeting
from kb.meetings.services import render_meeting
from kb.portal.everything.sheets import BY_LABEL
from kb.search import outbox
from kb.search.parents import INDEXED


def render_all(tell: Callable[[str, int], None]) -> None:
    """Once all rows are there: texts name pages, topics and people that follow them."""
    steps: tuple[tuple[Any, Callable[[Any], object]], ...] = (
        (Article, render_article),
        (Meeting, render_meeting),
        (Answer, render_answer),
        (Comment, _render_comment),
    )
    for model, render in steps:
        rows = model._default_manager.filter(deleted_at__isnull=True).order_by("pk")
        for row in rows.iterator(chunk_size=200):
            render(row)
        tell(f"{model._meta.model_name}.html", rows.count())
    for label in sorted(INDEXED & BY_LABEL.keys()):
        outbox.mark_changed(BY_LABEL[label].model._default_manager.all())


def _render_comment(comment: Comment) -> None:
    rendered = render_remark(comment.body, id_prefix=f"c{comment.pk}")
    comment.body_html = str(rendered.html)
    comment.save(update_fields=["body_html"])
