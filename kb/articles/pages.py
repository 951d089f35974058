"""What an article's page shows beside the text, gathered in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kb.articles.asking_steps import next_step
from kb.articles.models import (
    Answer,
    Article,
    ArticleLink,
    Contributor,
    QuestionAsk,
    Suggestion,
)
from kb.articles.reactions import Reactions, reactions_of, reactions_to_answers
from kb.articles.section_questions import (
    SectionQuestion,
    questions_about,
    with_question_marks,
)
from kb.engagement.models import Comment
from kb.files.models import Attachment
from kb.foundation.prepared import Given, PreparedFor, PreparedRecords
from kb.foundation.today import today
from kb.topics.of_records import attach_topics
from people.models import Person
from people.querysets import attach_departments

KIND_ICONS = {
    Article.Kind.MANUAL: "manual",
    Article.Kind.QUESTION: "question",
    Article.Kind.MINUTES: "meeting",
    Article.Kind.BOOK_NOTE: "book",
    Article.Kind.RULE: "rule",
    Article.Kind.NOTE: "file",
}
DETAILS = (
    "manual__responsibility__department", "question__same_as", "question__about",
    "book_note__book", "rule",
)  # fmt: skip
CONTRIBUTORS_MAX = 4
LINKS_MAX = 30


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A line of the contents, for ``components/_toc.html``."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class KnowingPerson:
    """A colleague who worked on the article, with the reason in words."""

    person: Person
    why: str


@dataclass(frozen=True, slots=True)
class Connections:
    """What the article is tied to."""

    links: Sequence[Article]
    backlinks: Sequence[Article]
    missing: Sequence[str]
    decisions: Sequence[Any]
    rule_revisions: Sequence[Any]
    files: Sequence[Attachment]

    @property
    def is_empty(self) -> bool:
        """Whether the article stands alone."""
        return not (self.links or self.backlinks or self.missing or self.decisions)

    @property
    def is_on_paper(self) -> bool:
        """Whether anything is worth printing: a page that is still to be written is not."""
        return bool(self.links or self.backlinks or self.decisions or self.rule_revisions)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Everything that ``articles/article_detail.html`` shows."""

    article: Article
    icon: str
    contents: Sequence[TocEntry]
    answers: Sequence[Answer]
    connections: Connections
    comments: Sequence[Comment]
    people: Sequence[KnowingPerson]
    reactions: Reactions
    answer_reactions: Mapping[int, Reactions]
    is_overdue: bool
    questions: Sequence[SectionQuestion]
    suggestions: Sequence[Suggestion]
    asks: Sequence[QuestionAsk]
    next_step: str

    @property
    def html(self) -> str:
        """The stored HTML; under each heading with questions a line that leads to them."""
        return with_question_marks(self.article.body_html, self.questions)

    @property
    def has_accepted_answer(self) -> bool:
        """Whether a question is settled."""
        return any(answer.is_accepted for answer in self.answers)

    @property
    def wished_for(self) -> Person | None:
        """Whom the asker wanted to ask, and who could not be asked: they have enough this week."""
        owner = self.article.owner
        if owner is None or owner.pk == self.article.author_id or not self.asks:
            return None
        return None if any(ask.person_id == owner.pk for ask in self.asks) else owner


_fetched = PreparedRecords(
    lambda ids: (
        Article.objects.visible()
        .filter(pk__in=ids)
        .select_related("department", "confirmed_by", "author", "owner", *DETAILS)
        .order_by()
    )
)


def fetch_article(pk: int) -> Article | None:
    """The visible article with everything its page needs of single-valued kind."""
    found: Article | None = next(iter(_fetched([pk])), None)
    if found is not None:
        attach_topics([found])
    return found


# What hangs on an article. A page asks for all of it, and most of it is seldom there.
_comments = PreparedFor(
    lambda given: _on(given, Comment.objects.visible()).select_related("author")
)
_files = PreparedFor(lambda given: _on(given, Attachment.objects.visible().listed()))
_suggestions = PreparedFor(
    lambda given: Suggestion.objects.filter(
        article=given.one("article"), state=Suggestion.State.OPEN
    ).select_related("author")
)


def _on(given: Given, rows: Any) -> Any:
    return rows.filter(content_type=given.one("kind"), object_id=given.one("article"))


def article_page(article: Article, reader: Person) -> ArticlePage:
    """The page of an article for one reader."""
    due = article.review_due_on
    answers = _answers(article)
    asks = _asks(article)
    here = {"kind": ContentType.objects.get_for_model(article).pk, "article": article.pk}
    comments = _comments(**here)
    contributors = _contributors_of(article)
    waits = article.author_id == reader.pk and article.kind == Article.Kind.QUESTION and not answers
    attach_departments(
        [
            reader,
            article.author,
            article.owner,
            *(row.author for row in [*answers, *comments]),
            *(ask.person for ask in asks),
            *(row.person for row in contributors),
        ]
    )
    return ArticlePage(
        article=article,
        icon=KIND_ICONS[Article.Kind(article.kind)],
        contents=[TocEntry(row["id"], row["text"], row["level"]) for row in article.contents],
        answers=answers,
        connections=_connections(article, files=_files(**here)),
        comments=comments,
        people=_people(article, answers, contributors),
        reactions=reactions_of(article, reader),
        answer_reactions=reactions_to_answers(answers, reader),
        is_overdue=due is not None and due < today(),
        questions=questions_about(article),
        suggestions=_suggestions(article=article.pk),
        asks=asks,
        next_step=next_step(article, asks) if waits else "",
    )


def people_of(name: str) -> "Prefetch[str, Any, str]":
    """Prefetches a person with their departments, for avatars."""
    return Prefetch(name, Person.objects.with_departments())


_contributions = PreparedFor(
    lambda given: (
        Contributor.objects.filter(article=given.one("article"), person__is_active=True)
        .select_related("person")
        .order_by("-changed_lines", "-edits", "pk")
    )
)
_STRENGTH = {
    Contributor.Role.AUTHOR: 0,
    Contributor.Role.APPROVER: 1,
    Contributor.Role.REVIEWER: 2,
}


def _contributors_of(article: Article) -> list[Contributor]:
    """What colleagues of today did for the article, those closest to it first."""
    rows: list[Contributor] = _contributions(article=article.pk)
    return sorted(rows, key=lambda row: _STRENGTH.get(Contributor.Role(row.role), 3))


def _knowing_people(rows: Sequence[Contributor], article: Article) -> list[KnowingPerson]:
    """Those who wrote, changed or checked the article, each once, by the strongest of their rows."""
    strongest = {row.person_id: row for row in reversed(rows)}
    closest_first = [strongest[pk] for pk in dict.fromkeys(row.person_id for row in rows)]
    return [
        KnowingPerson(row.person, reason_of(row, article))
        for row in closest_first[:CONTRIBUTORS_MAX]
    ]


def knowing_answerers(answers: Iterable[Answer]) -> list[KnowingPerson]:
    """Colleagues of today who answered, the accepted answer first."""
    found: dict[int, KnowingPerson] = {}
    for answer in answers:
        why = _("答えが採用された人です。") if answer.is_accepted else _("この質問に答えた人です。")
        if answer.author.is_active:
            found.setdefault(answer.author_id, KnowingPerson(answer.author, why))
    return list(found.values())


def _people(
    article: Article, answers: Sequence[Answer], contributors: Sequence[Contributor]
) -> list[KnowingPerson]:
    """A question's asker is the last to know: those who answered stand before the writers."""
    answerers = knowing_answerers(answers)
    known = {knower.person.pk for knower in answerers}
    if article.kind == Article.Kind.QUESTION and not any(answer.is_accepted for answer in answers):
        # Whoever still waits for an answer knows least of all.
        known.add(article.author_id)
    writers = _knowing_people(contributors, article)
    others = [knower for knower in writers if knower.person.pk not in known]
    return [*answerers, *others][:CONTRIBUTORS_MAX]


def reason_of(row: Contributor, article: Article) -> str:
    """Why a contributor knows the article, as a sentence."""
    kind = this_text(article)
    if row.role == Contributor.Role.AUTHOR and row.edits > 1:
        times = row.edits - 1
        return ngettext(
            "%(kind)sを書き、%(times)d回直しています。",
            "%(kind)sを書き、%(times)d回直しています。",
            times,
        ) % {"kind": kind, "times": times}
    if row.role == Contributor.Role.AUTHOR:
        return _("%(kind)sを書いた人です。") % {"kind": kind}
    if row.role == Contributor.Role.REVIEWER:
        return _("%(kind)sを見直した人です。") % {"kind": kind}
    if row.role == Contributor.Role.APPROVER:
        return _("%(kind)sを確認した人です。") % {"kind": kind}
    return _("%(kind)sを%(times)d回直しています。") % {"kind": kind, "times": row.edits}


def this_text(article: Article) -> str:
    """「このマニュアル」 and its like."""
    words = {
        Article.Kind.MANUAL: _("この手引き"),
        Article.Kind.QUESTION: _("この質問"),
        Article.Kind.MINUTES: _("この議事録"),
        Article.Kind.BOOK_NOTE: _("この読書メモ"),
        Article.Kind.RULE: _("このルール"),
    }
    return words.get(Article.Kind(article.kind), _("この記事"))


_answered = PreparedFor(
    lambda given: Answer.objects.filter(
        question=given.one("article"), deleted_at__isnull=True
    ).select_related("confirmed_by", "author")
)
_asked = PreparedFor(
    lambda given: QuestionAsk.objects.filter(
        question=given.one("article"), person__is_active=True
    ).select_related("named_by", "person")
)


def _answers(article: Article) -> list[Answer]:
    return _answered(article=article.pk) if article.kind == Article.Kind.QUESTION else []


def _asks(article: Article) -> list[QuestionAsk]:
    return _asked(article=article.pk) if article.kind == Article.Kind.QUESTION else []


_outgoing = PreparedFor(
    lambda given: (
        ArticleLink.objects.filter(source=given.one("article"))
        .exclude(target__deleted_at__isnull=False)
        .select_related("target__department")
        .defer("target__body", "target__body_html", "target__contents")
        .order_by("pk")[:LINKS_MAX]
    )
)
_incoming = PreparedFor(
    lambda given: (
        Article.objects.visible()
        .filter(links__target=given.one("article"))
        .exclude(pk=given.one("article"))
        .select_related("department")
        .defer("body", "body_html", "contents")
        .distinct()[:LINKS_MAX]
    )
)
# Meetings stand above this app; their rows are reached by the names they give us.
_decisions = PreparedFor(
    lambda given: (
        apps.get_model("meetings.Decision")
        .objects.visible()
        .filter(articles=given.one("article"))
        .select_related("meeting__series")
    )
)
_rule_revisions = PreparedFor(
    lambda given: (
        apps.get_model("meetings.RuleRevision")
        .objects.filter(rule=given.one("article"))
        .select_related("decision")
    )
)


def _connections(article: Article, *, files: Sequence[Attachment]) -> Connections:
    here = {"article": article.pk}
    outgoing = _outgoing(**here)
    return Connections(
        links=_once(link.target for link in outgoing if link.target),
        backlinks=_incoming(**here),
        missing=[link.words for link in outgoing if link.target is None],
        decisions=_decisions(**here),
        rule_revisions=_rule_revisions(**here) if article.kind == Article.Kind.RULE else [],
        files=files,
    )


def _once(articles: Iterable[Article]) -> list[Article]:
    return list({article.pk: article for article in articles}.values())
