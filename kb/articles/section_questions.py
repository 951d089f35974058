"""Questions that hang on a text and its sections."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article
from kb.foundation.prepared import Given, PreparedFor

SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class SectionQuestion:
    """A question with the section it hangs on; ``anchor`` is empty for the whole text."""

    question: Article
    anchor: str
    heading: str
    has_answer: bool
    reflected_at: dt.datetime | None
    is_first_of_section: bool


def _rows_about(given: Given) -> Any:
    accepted = Answer.objects.filter(
        question=OuterRef("pk"), is_accepted=True, deleted_at__isnull=True
    )
    return (
        Article.objects.visible()
        .filter(question__about=given.one("article"), question__same_as=None)
        .select_related("question", "author")
        .annotate(has_answer=Exists(accepted))
        .defer("body", "body_html", "contents")
        .order_by("created_at", "pk")[:SHOWN_MAX]
    )


_about = PreparedFor(_rows_about)


def questions_about(article: Article) -> list[SectionQuestion]:
    """The questions on a text in the order of its sections, those on the whole first."""
    rows = _about(article=article.pk)
    places = {row["id"]: place for place, row in enumerate(article.contents, start=1)}
    ordered = sorted(rows, key=lambda row: places.get(row.question.about_anchor, 0))
    found: list[SectionQuestion] = []
    seen: set[str] = set()
    for row in ordered:
        anchor = row.question.about_anchor if row.question.about_anchor in places else ""
        found.append(
            SectionQuestion(
                row,
                anchor,
                row.question.about_heading,
                row.has_answer,
                row.question.reflected_at,
                is_first_of_section=bool(anchor) and anchor not in seen,
            )
        )
        seen.add(anchor)
    return found


def with_question_marks(html: str, questions: Sequence[SectionQuestion]) -> str:
    """The HTML with, under each heading that has questions, how many there are and where."""
    counts = Counter(asked.anchor for asked in questions if asked.anchor)
    for anchor, count in counts.items():
        mark = format_html(
            '<p class="sectionask"><a href="#questions-{}">{}</a></p>',
            anchor,
            _("この節への質問 %(count)d件") % {"count": count},
        )
        heading = re.compile(
            rf'(<h([1-6])[^>]* id="{re.escape(anchor)}"[^>]*>.*?</h\2>)', re.DOTALL
        )
        found = heading.search(html)
        if found is not None:
            html = html[: found.end()] + mark + html[found.end() :]
    return html
