"""What an edit begins from besides the text itself: a suggestion, or an answer to be taken in."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article, Suggestion
from kb.articles.sections import with_addition
from kb.articles.services.merging import note_reflected
from kb.articles.services.suggesting import note_taken
from people.models import Person

_NUMBER_MAX_DIGITS = 18
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A suggestion that is taken over in other words, or a question whose answer moves in."""

    article: Article
    suggestion: Suggestion | None = None
    question: Article | None = None

    def initial(self) -> dict[str, Any]:
        """What the form holds instead of the present text."""
        if self.suggestion is not None and not self.suggestion.has_words:
            return {"note": _("%(name)sさんの指摘から") % {"name": self.suggestion.author.name}}
        if self.suggestion is not None:
            # Saving merges it with what others changed since, like any other edit.
            return {
                "body": self.suggestion.body,
                "base_revision": self.suggestion.base_revision,
                "note": _("%(name)sさんの提案から") % {"name": self.suggestion.author.name},
            }
        if self.question is not None:
            return {
                "body": with_addition(
                    self.article.body, self.question.question.about_anchor, _addition(self.question)
                ),
                "note": _("質問「%(title)s」の答えを反映") % {"title": self.question.title[:100]},
            }
        return {}

    def settle(self, *, by: Person) -> None:
        """Notes that the edit was saved."""
        if self.suggestion is not None:
            note_taken(self.suggestion, by=by)
        if self.question is not None:
            note_reflected(self.question, by=by)


def begun_from(request: HttpRequest, article: Article) -> Beginning:
    """What the address or the sent form names; nothing where it does not fit the article."""
    values = request.POST if request.method == "POST" else request.GET
    suggestions = article.suggestions.filter(state=Suggestion.State.OPEN).select_related("author")
    questions = Article.objects.visible().filter(question__about=article)
    return Beginning(
        article,
        suggestion=_named(suggestions, values.get("suggestion", "")),
        question=_named(questions.select_related("question"), values.get("reflect", "")),
    )


def answer_that_holds(question: Article) -> Answer | None:
    """The accepted answer of a question, if there is one."""
    found: Answer | None = question.answers.filter(is_accepted=True, deleted_at=None).first()
    return found


def _addition(question: Article) -> str:
    """The question and its accepted answer as a small section that links back."""
    answer = answer_that_holds(question)
    body = answer.body.strip() if answer is not None else ""
    link = f"[{_('もとの質問')}]({question.get_absolute_url()})"
    return f"**{question.title}**\n\n{body}\n\n{link}"


def _named(rows: QuerySet[Row], number: str) -> Row | None:
    # Most edits begin from the text alone: they name nothing, and nothing is asked.
    if not number.isdecimal() or len(number) >= _NUMBER_MAX_DIGITS:
        return None
    return rows.filter(pk=int(number)).first()
