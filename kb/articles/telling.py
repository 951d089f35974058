"""Who hears of what happens to an article: followers, its people, those it names."""

import re

from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article
from kb.engagement.mentions import CALLED_MAX, people_named
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, followers, notify
from kb.text.markdown import render_markdown
from people.models import Person

Kind = Notification.Kind
_NAMES = re.compile("[@＠]")


def tell_published(article: Article, *, by: Person) -> None:
    """Followers of the writer, the department and the topics hear of a new text; so do the named."""
    named = _tell_named(article, "", by=by)
    hearers = [*followers(article), *followers(by)]
    if article.department is not None:
        hearers += followers(article.department)
    for topic in article.topics.all():
        hearers += followers(topic)
    notify(
        [person for person in hearers if person not in named],
        Kind.CHANGE,
        lambda: (
            _("%(name)sさんが「%(title)s」を公開しました。")
            % {"name": by.name, "title": article.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=article.get_absolute_url(),
        by=by,
        about=article,
    )


def tell_changed(
    article: Article, body_before: str, *, by: Person, but: Person | None = None
) -> None:
    """Followers and the owner hear that the text is another one; so do people newly named in it.

    ``but`` knows already: who took the words of ``by`` over.
    """
    named = _tell_named(article, body_before, by=by)
    notify(
        [one for one in [article.owner, *followers(article)] if one not in [*named, but]],
        Kind.CHANGE,
        lambda: (
            _("%(name)sさんが「%(title)s」を直しました。")
            % {"name": by.name, "title": article.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=article.get_absolute_url(),
        by=by,
        about=article,
    )


def tell_answered(answer: Answer) -> None:
    """The asker and the followers of the question hear of an answer."""
    question = answer.question
    notify(
        [question.author, *followers(question)],
        Kind.ANSWER,
        lambda: (
            _("%(name)sさんが「%(title)s」に答えました。")
            % {"name": answer.author.name, "title": question.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=f"{question.get_absolute_url()}#answer-{answer.pk}",
        by=answer.author,
        about=question,
    )


def tell_accepted(answer: Answer, *, by: Person) -> None:
    """Whoever answered hears that the answer solved the problem; the asker, that others think so."""
    question = answer.question
    notify(
        [question.author] if question.author_id != answer.author_id else [],
        Kind.ANSWER,
        lambda: (
            _("%(name)sさんが、あなたの質問「%(title)s」への%(helper)sさんの答えを採用しました。")
            % {
                "name": by.name,
                "title": question.title[:TITLE_MAX_CHARACTERS],
                "helper": answer.author.name,
            }
        ),
        url=f"{question.get_absolute_url()}#answer-{answer.pk}",
        by=by,
        about=question,
    )
    notify(
        [answer.author],
        Kind.THANKS,
        lambda: (
            _("「%(title)s」への答えが採用されました。")
            % {"title": answer.question.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=f"{answer.question.get_absolute_url()}#answer-{answer.pk}",
        by=by,
    )


def _tell_named(article: Article, body_before: str, *, by: Person) -> list[Person]:
    """Tells the people whose @name is new in the text; returns them."""
    # Only lines that are new and name somebody are read: a body may be a megabyte.
    old_lines = set(body_before.split("\n"))
    lines = [line for line in article.body.split("\n") if _NAMES.search(line)]
    new_lines = [line for line in lines if line not in old_lines]
    if not new_lines:
        return []
    words = people_named(render_markdown("\n\n".join(new_lines)).references.people)
    named = [
        person
        for word, person in words.items()
        if f"@{word}" not in body_before and f"＠{word}" not in body_before
    ]
    if len(named) > CALLED_MAX:
        # A register, not a call: followers of the text hear of it all the same.
        return []
    notify(
        named,
        Kind.MENTION,
        lambda: (
            _("%(name)sさんが「%(title)s」であなたの名前をあげました。")
            % {"name": by.name, "title": article.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=article.get_absolute_url(),
        by=by,
        about=article,
    )
    return named
