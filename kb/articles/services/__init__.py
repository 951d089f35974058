"""Writes of articles. Every function takes the acting person as ``by`` and is one transaction."""

from kb.articles.fields import (
    KEEP,
    ArticleFields,
    BookNoteFields,
    ManualFields,
    QuestionFields,
    RuleFields,
)
from kb.articles.services.answers import (
    NotYourAnswer,
    accept_answer,
    add_answer,
    change_answer,
    delete_answer,
    restore_answer,
    unaccept_answer,
)
from kb.articles.services.rendering import render_article
from kb.articles.services.reviewing import (
    NothingToUndo,
    confirm_article,
    pass_review_on,
    retire,
    undo_review,
)
from kb.articles.services.states import delete_article, publish, restore_article
from kb.articles.services.writing import (
    EditConflict,
    EmptyBody,
    Saved,
    create_article,
    restore_revision,
    save_article,
)
from kb.topics.services import TooManyTopics, set_topics

__all__ = [
    "KEEP",
    "ArticleFields",
    "BookNoteFields",
    "EditConflict",
    "EmptyBody",
    "ManualFields",
    "NotYourAnswer",
    "NothingToUndo",
    "QuestionFields",
    "RuleFields",
    "Saved",
    "TooManyTopics",
    "accept_answer",
    "add_answer",
    "change_answer",
    "confirm_article",
    "create_article",
    "delete_answer",
    "delete_article",
    "pass_review_on",
    "publish",
    "render_article",
    "restore_answer",
    "restore_article",
    "restore_revision",
    "retire",
    "save_article",
    "set_topics",
    "unaccept_answer",
    "undo_review",
]
