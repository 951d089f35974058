"""Makes the stored HTML of all loaded texts, once every page they may name is there."""

from kb.articles.links import resolver_for
from kb.articles.models import Answer
from kb.articles.services import render_article
from kb.meetings.services import render_meeting
from kb.portal.demo.cast import Cast
from kb.text.markdown import render_markdown

BELOW_A_TITLE = 4


def render_texts(cast: Cast) -> None:
    """Articles with their contents and links, answers, minutes."""
    for article in cast.articles.values():
        render_article(article)
    for meeting in cast.meetings.values():
        render_meeting(meeting)
    answers = list(Answer.objects.select_related("question"))
    for answer in answers:
        answer.body_html = _html(answer)
    Answer.objects.bulk_update(answers, ["body_html"])


def _html(answer: Answer) -> str:
    made = render_markdown(
        answer.body,
        resolve=resolver_for(answer.question),
        id_prefix=f"a{answer.pk}",
        top_level=BELOW_A_TITLE,
    )
    return str(made.html)
