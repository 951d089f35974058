"""What a writer says of an article besides kind, title and body."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Final

from kb.articles.models import Article, Book
from people.models import Department, Person, Responsibility


class Keep(Enum):
    """The value that leaves a field as it is, or gives it its default in a new article."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, kw_only=True, slots=True)
class ManualFields:
    """The fields of a manual."""

    responsibility: Responsibility | None = None
    readers: str = ""
    review_months: int = 6
    is_official: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionFields:
    """The fields of a question; ``about`` is the text, and its section, on which it hangs."""

    situation: str = ""
    about: Article | None = None
    about_anchor: str = ""
    about_heading: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BookNoteFields:
    """The fields of a book note. ``learnt`` holds one thing per line."""

    book: Book
    one_line: str = ""
    for_whom: str = ""
    learnt: str = ""
    use_at_work: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFields:
    """The fields of a rule."""

    effective_on: dt.date
    needs_confirmation: bool = False


Details = ManualFields | QuestionFields | BookNoteFields | RuleFields


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleFields:
    """What stands beside title and body; ``KEEP`` leaves a field as it is.

    ``note`` says in words what was changed. ``at`` is the moment of writing, now by default;
    imports and examples set it. ``allows_empty`` says that an empty body is really meant.
    ``snapshot`` gives back all the fields of an older revision. ``taken_over_by`` put another
    person's words into the text, and need not be told of it.
    """

    summary: str | Keep = KEEP
    status: str | Keep = KEEP
    owner: Person | Keep | None = KEEP
    department: Department | Keep | None = KEEP
    topics: Sequence[str] | Keep = KEEP
    review_due_on: dt.date | Keep | None = KEEP
    folder: str | Keep = KEEP
    details: Details | None = None
    note: str = ""
    at: dt.datetime | None = None
    allows_empty: bool = False
    snapshot: dict[str, Any] = field(default_factory=dict)
    taken_over_by: Person | None = None

    def given(self) -> dict[str, Any]:
        """The columns of the article that are to be set, by name."""
        columns = ("summary", "status", "owner", "department", "review_due_on", "folder")
        values = {name: getattr(self, name) for name in columns}
        return {name: value for name, value in values.items() if value is not KEEP}


def columns_of(details: Details) -> dict[str, Any]:
    """The fields of a kind by name, as its table has them."""
    return {column.name: getattr(details, column.name) for column in fields(details)}
