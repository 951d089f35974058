"""The models of the app: articles with their people and links, and the fields of each kind."""

from kb.articles.models.article import (
    Article,
    ArticleLink,
    ArticleTemplate,
    Contributor,
    Draft,
    Revision,
)
from kb.articles.models.kinds import (
    Answer,
    Book,
    BookNoteDetail,
    ManualDetail,
    QuestionDetail,
    RuleDetail,
)

__all__ = [
    "Answer",
    "Article",
    "ArticleLink",
    "ArticleTemplate",
    "Book",
    "BookNoteDetail",
    "Contributor",
    "Draft",
    "ManualDetail",
    "QuestionDetail",
    "Revision",
    "RuleDetail",
]
