"""Answers to questions."""

from django.db import transaction
from django.utils import timezone

from kb.articles.links import resolver_for
from kb.articles.models import Answer, Article, QuestionAsk
from kb.articles.telling import tell_accepted, tell_answered
from kb.engagement.models import Notification
from kb.engagement.notifying import settle
from kb.foundation.bin import put_into_bin, take_out_of_bin
from kb.text.markdown import clean_source, render_markdown
from people.models import Person


class NotYourAnswer(Exception):
    """Only the author changes an answer; colleagues add their own."""


@transaction.atomic
def add_answer(question: Article, body: str, *, by: Person) -> Answer:
    """The new answer under the question."""
    answer = Answer(question=question, author=by, body=clean_source(body).strip())
    answer.save()
    render_answer(answer)
    _touch(question)
    asked = QuestionAsk.objects.filter(question=question, person=by, answered_at=None)
    asked.update(answered_at=timezone.now())
    settle(Notification.Kind.QUESTION, url=question.get_absolute_url(), people=[by])
    tell_answered(answer)
    return answer


@transaction.atomic
def change_answer(answer: Answer, body: str, *, by: Person) -> Answer:
    """The answer with another text. Raises ``NotYourAnswer``."""
    if answer.author_id != by.pk:
        raise NotYourAnswer
    answer.body = clean_source(body).strip()
    answer.revision += 1
    answer.updated_at = timezone.now()
    render_answer(answer)
    _touch(answer.question)
    return answer


@transaction.atomic
def accept_answer(answer: Answer, *, by: Person) -> Answer:
    """The answer, marked as the one that holds; another one that was marked no longer is."""
    before: Person | None = None
    for other in answer.question.answers.filter(is_accepted=True).exclude(pk=answer.pk):
        before = other.author
        other.is_accepted, other.confirmed_by = False, None
        other.save(update_fields=["is_accepted", "confirmed_by"])
    answer.is_accepted, answer.confirmed_by = True, by
    answer.save(update_fields=["is_accepted", "confirmed_by"])
    _touch(answer.question, keeper=answer.author, instead_of=before)
    settle(Notification.Kind.QUESTION, url=answer.question.get_absolute_url())
    tell_accepted(answer, by=by)
    return answer


@transaction.atomic
def unaccept_answer(answer: Answer) -> Answer:
    """The answer, no longer marked."""
    answer.is_accepted, answer.confirmed_by = False, None
    answer.save(update_fields=["is_accepted", "confirmed_by"])
    _touch(answer.question, keeper=answer.question.author, instead_of=answer.author)
    return answer


@transaction.atomic
def delete_answer(answer: Answer, *, by: Person) -> Answer:
    """Puts the answer into the bin; it is no longer the accepted one."""
    if answer.is_accepted:
        unaccept_answer(answer)
    put_into_bin(answer, by=by)
    _touch(answer.question)
    return answer


@transaction.atomic
def restore_answer(answer: Answer, *, by: Person) -> Answer:
    """Takes the answer out of the bin."""
    take_out_of_bin(answer, by=by)
    _touch(answer.question)
    return answer


def render_answer(answer: Answer) -> None:
    """Saves the answer with its HTML made anew."""
    rendered = render_markdown(
        answer.body,
        resolve=resolver_for(answer.question),
        id_prefix=f"a{answer.pk}",
        top_level=4,
    )
    answer.body_html = str(rendered.html)
    answer.save()


def _touch(
    question: Article, *, keeper: Person | None = None, instead_of: Person | None = None
) -> None:
    """The question changes with its answers: search shows and finds them together.

    Whoever gave the answer that holds keeps it right from now on, unless somebody was chosen.
    """
    before = (instead_of or question.author).pk
    if keeper is not None and keeper.is_active and question.owner_id in (None, before):
        question.owner = keeper
    question.updated_at = timezone.now()
    question.save(update_fields=["updated_at", "owner"])
