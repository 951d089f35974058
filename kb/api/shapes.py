"""What the API takes and gives: one class per shape, the same names as in the documentation."""

import datetime as dt
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kb.articles.models import Article


def _whole(text: str) -> str:
    """The text, unless half a character is in it, which neither file nor database keeps."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "lone surrogate") from None
    return text


Text = Annotated[str, AfterValidator(_whole), Field(description="Up to 1 MiB in UTF-8.")]
Line = Annotated[str, StringConstraints(max_length=200)]
Topics = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=100)]], Field(max_length=5)
]
SourcePath = Annotated[str, StringConstraints(max_length=500)]


class Strict(Schema):
    """Input: a name we do not know is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


class ReasonOut(Schema):
    """One piece of evidence; ``share`` (0 to 1) is its exact part in the person's standing."""

    text: str
    url: str
    share: float


class PersonOut(Schema):
    """A colleague who knows: ``why`` is the strongest reason as a sentence."""

    id: int
    name: str
    url: str
    department: str
    why: str
    reasons: list[ReasonOut]


class DepartmentOut(Schema):
    """A department whose records are about the subject."""

    id: int
    name: str
    url: str
    why: str
    reasons: list[ReasonOut]


class ResponsibilityOut(Schema):
    """A chore on the subject, its department, and who has it; names are empty where nobody does."""

    id: int
    name: str
    url: str
    department: str
    main: str
    sub: str


class ResultOut(Schema):
    """One hit."""

    kind: str
    id: int
    title: str
    url: str
    score: float
    snippet: str
    source_path: str


class SearchOut(Schema):
    """The answer to a search; ``notices`` are sentences, such as that the index is being built."""

    query: str
    total: int
    took_ms: float
    results: list[ResultOut]
    people: list[PersonOut]
    departments: list[DepartmentOut]
    notices: list[str]


class ExpertsOut(Schema):
    """Whom to ask; ``note`` says on what it rests, and when little is written about the subject."""

    query: str
    people: list[PersonOut]
    departments: list[DepartmentOut]
    responsibilities: list[ResponsibilityOut]
    note: str


class ArticleIn(Strict):
    """A new article."""

    title: Line
    body: Text
    kind: Article.Kind = Article.Kind.NOTE
    topics: Topics = []
    source_path: SourcePath = ""


class ArticleChange(Strict):
    """A change of an article; what is left out stays. ``revision`` is the one it began with."""

    revision: int
    title: Line | None = None
    body: Text | None = None
    topics: Topics | None = None


class ArticleOut(Schema):
    """An article as it stands."""

    id: int
    kind: str
    title: str
    body: str
    url: str
    status: str
    revision: int
    author: str
    department: str
    topics: list[str]
    source_path: str
    created_at: dt.datetime
    updated_at: dt.datetime


class ArticleList(Schema):
    """A page of articles, newest first."""

    total: int
    articles: list[ArticleOut]


class TouchIn(Strict):
    """A new touch. Its customer by one of ``customer`` (id), ``corporate_number``, ``customer_name``
    or ``contact_email``; its author by ``author`` (login or mail address), else the token's person."""

    customer: int | None = None
    corporate_number: Line = ""
    customer_name: Line = ""
    create_customer: bool = False
    contact_email: Line = ""
    contact_name: Line = ""
    author: Line = ""
    channel: Text
    text: Text
    happened_at: dt.datetime | None = None
    mood: Text = ""
    topics: Topics = []
    source_path: SourcePath = ""


class TouchOut(Schema):
    """A touch as it stands."""

    id: int
    customer: int
    customer_name: str
    channel: str
    text: str
    mood: str
    url: str
    revision: int
    author: str
    topics: list[str]
    source_path: str
    happened_at: dt.datetime


class TouchList(Schema):
    """A page of touches, newest first; ``next`` is the address of the page after it, or empty."""

    total: int
    touches: list[TouchOut]
    next: str = ""


class Problem(Schema):
    """What went wrong, in words (RFC 9457); ``fields`` names the values that do not fit."""

    title: str = ""
    status: int = 0
    detail: str
    fields: dict[str, str] = {}
