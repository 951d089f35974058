"""The models of the app: articles with their people and links, and the fields of each kind."""

from kb.articles.models.article import (
    Article,
    ArticleLink,
    ArticleTemplate,
    Contributor,
    Draft,
    Revision,
)
from kb.articles.models.asking import QuestionAsk, ReviewAsk, Suggestion
from kb.articles.models.batches import ImportBatch, ImportedArticle
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
    "ImportBatch",
    "ImportedArticle",
    "ManualDetail",
    "QuestionAsk",
    "QuestionDetail",
    "ReviewAsk",
    "Revision",
    "RuleDetail",
    "Suggestion",
]
