"""Makes the stored HTML of all loaded texts, once every page they may name is there."""

from collections.abc import Iterable

from kb.articles.links import resolver_for
from kb.articles.models import Answer, Article
from kb.articles.services import render_article
from kb.meetings.models import AgendaItem, Meeting
from kb.portal.demo.cast import Cast
from kb.text.markdown import render_markdown

BELOW_A_TITLE = 4


def render_texts(cast: Cast) -> None:
    """Articles with their contents and links, answers, minutes."""
    for article in cast.articles.values():
        render_article(article)
    _render_answers(Answer.objects.select_related("question"))
    _render_meetings(cast.meetings.values())


def _render_answers(answers: Iterable[Answer]) -> None:
    rendered = list(answers)
    for answer in rendered:
        answer.body_html = _html(answer.body, f"a{answer.pk}", answer.question)
    Answer.objects.bulk_update(rendered, ["body_html"])


def _render_meetings(meetings: Iterable[Meeting]) -> None:
    rendered = list(meetings)
    for meeting in rendered:
        meeting.body_html = _html(meeting.body, f"m{meeting.pk}")
    Meeting.objects.bulk_update(rendered, ["body_html"])
    items = list(AgendaItem.objects.filter(meeting__in=rendered))
    for item in items:
        item.minutes_html = _html(item.minutes, f"i{item.pk}")
    AgendaItem.objects.bulk_update(items, ["minutes_html"])


def _html(text: str, prefix: str, page: Article | None = None) -> str:
    made = render_markdown(
        text, resolve=resolver_for(page), id_prefix=prefix, top_level=BELOW_A_TITLE
    )
    return str(made.html)
