"""Questions that ask the same: one leads to the other, its answers move; all of it can be undone."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article, QuestionDetail
from kb.articles.services.answers import render_answer
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, followers, notify, settle
from kb.foundation.bin import write_down
from people.models import Person

# A chain of merged questions longer than this is a circle.
CHAIN_MAX = 20


class NotMergeable(Exception):
    """A question cannot be merged into itself, into a text of another kind, or around a circle."""


def end_of(question: Article) -> Article:
    """The question that the merged one leads to at last; itself when it is not merged."""
    seen = {question.pk}
    for _step in range(CHAIN_MAX):
        detail = QuestionDetail.objects.filter(article=question).select_related("same_as").first()
        after = detail.same_as if detail is not None else None
        if after is None or after.is_deleted or after.pk in seen:
            return question
        seen.add(after.pk)
        question = after
    return question


@transaction.atomic
def merge_questions(question: Article, into: Article, *, by: Person) -> Article:
    """The question that remains; the answers move there and the other's address leads there.

    Both askers hear of it. Raises ``NotMergeable``.
    """
    into = end_of(into)
    kinds = {question.kind, into.kind}
    if into.pk == question.pk or kinds != {Article.Kind.QUESTION} or into.is_deleted:
        raise NotMergeable
    QuestionDetail.objects.update_or_create(article=question, defaults={"same_as": into})
    has_accepted = into.answers.filter(is_accepted=True).exists()
    for answer in list(question.answers.all()):
        answer.was_accepted = answer.is_accepted
        answer.is_accepted = answer.is_accepted and not has_accepted
        answer.question, answer.moved_from = into, question
        render_answer(answer)
    _touch(question, into)
    write_down(question, "merge", by=by)
    settle(Notification.Kind.QUESTION, url=question.get_absolute_url())
    _tell_merged(question, into, by=by)
    return into


@transaction.atomic
def unmerge_question(question: Article, *, by: Person) -> Article:
    """The question, a page of its own again, with its answers as they were."""
    detail = QuestionDetail.objects.get(article=question)
    into, detail.same_as = detail.same_as, None
    detail.save(update_fields=["same_as"])
    for answer in list(question.moved_answers.all()):
        answer.question, answer.moved_from = question, None
        answer.is_accepted, answer.was_accepted = answer.was_accepted, False
        render_answer(answer)
    _touch(question, *([into] if into is not None else []))
    write_down(question, "unmerge", by=by)
    return question


@transaction.atomic
def note_reflected(question: Article, *, by: Person) -> None:
    """The answer stands in the text on which the question hangs; asker and followers hear of it."""
    detail = question.question
    detail.reflected_at = timezone.now()
    detail.save(update_fields=["reflected_at"])
    about = detail.about
    if about is None:
        return
    notify(
        [question.author, *followers(question)],
        Notification.Kind.CHANGE,
        lambda: (
            _("あなたの質問の答えが「%(title)s」に反映されました。")
            % {"title": about.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=about.get_absolute_url() + (f"#{detail.about_anchor}" if detail.about_anchor else ""),
        by=by,
        about=question,
    )


def _touch(*questions: Article) -> None:
    """Search shows questions with their answers; both have changed."""
    for question in questions:
        question.updated_at = timezone.now()
        question.save(update_fields=["updated_at"])


def _tell_merged(question: Article, into: Article, *, by: Person) -> None:
    notify(
        [question.author, into.author, *followers(question)],
        Notification.Kind.CHANGE,
        lambda: (
            _("質問「%(title)s」は、同じ質問「%(into)s」にまとまりました。")
            % {"title": question.title[:100], "into": into.title[:100]}
        ),
        url=f"{reverse('article_detail', args=[into.pk])}?from={question.pk}",
        by=by,
        about=question,
    )
