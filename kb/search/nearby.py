"""Texts near a text: beside an article, and while somebody writes one.

Only what is really near is named. The engine says how much of the telling words of a text stand in
another one; below ``NEAR`` it is silent, and so it is when the index cannot answer.
"""

import logging
from typing import Any

from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.experts.evidence import key_of
from kb.experts.ranking import Knower
from kb.search.indexing import backend
from kb.search.kinds import KINDS
from kb.search.knowers import who_knows
from kb.search.query import Scored, SearchUnavailable, clean_text
from kb.search.records import Record, in_order, read
from kb.search.texts import LoadedTexts, words_of_part
from kb.text.plain import plain_text

logger = logging.getLogger(__name__)

# The share of the telling words, by their worth, that a near text has. A title or a short text has few
# words, and one of them stands somewhere by accident: more of them must agree.
NEAR = 0.14
NEAR_SHORT = 0.4
_SHORT_TEXT = 200
MOST_NEAR = 5
# While one writes, the form must stay in sight.
MOST_NEAR_WRITING = 3
_MOST_PEOPLE = 2
_SHORTEST_TITLE = 3
_LONGEST_TITLE = 200
# The beginning says what a text is about, and reading more of it would slow its page down.
_COMPARED_TEXT = 800
# Some of the nearest may be in the bin or out of use since they were indexed.
_SPARE = 5
_ARTICLE_KINDS = frozenset(kind.name for kind in KINDS.values() if kind.model == "articles.article")


class _Outage:
    """Remembers that the index is away, so that the log names an outage once and not per page."""

    is_known = False

    def begins(self) -> None:
        if not self.is_known:
            logger.warning("The index is away; no near articles are shown until it is back.")
        self.is_known = True

    def ends(self) -> None:
        self.is_known = False


_outage = _Outage()


def articles_near(article: Any) -> list[Record]:
    """Articles on the same subject as a saved one, nearest first; empty when none is near enough."""
    text = _beginning_of(article)
    least = NEAR_SHORT if len(text) < _SHORT_TEXT else NEAR
    return _near(article.title, text, least=least, own=key_of(article))


def questions_near(question: Article) -> list[Article]:
    """Questions that may ask the same, nearest first; none that has been merged into another."""
    near = _near(
        question.title,
        _beginning_of(question),
        least=NEAR,
        own=key_of(question),
        kinds=frozenset({Article.Kind.QUESTION.value}),
    )
    rows = Article.objects.visible().filter(question__same_as=None).select_related("author")
    found = rows.defer("body", "body_html", "contents").in_bulk([record.id for record in near])
    return [found[record.id] for record in near if record.id in found]


def near_writing(title: str, *, kind: str, writer: Any) -> dict[str, Any]:
    """What ``search/_near_writing.html`` shows while somebody writes a text with this title.

    Questions also get the people to ask, without the one who is asking.
    """
    words = clean_text(title[:_LONGEST_TITLE]).strip()
    if len(words) < _SHORTEST_TITLE:
        return {"near": [], "people": [], "said": ""}
    near = _near(words, "", least=NEAR_SHORT)[:MOST_NEAR_WRITING]
    people = _people_to_ask(words, but=writer) if kind == "question" else []
    said = _("近いものが%(count)d件あります。") % {"count": len(near)} if near else ""
    return {"near": near, "people": people, "said": said}


def _people_to_ask(question: str, *, but: Any) -> list[Knower]:
    if _outage.is_known:
        return []
    knowing = who_knows(text=question, limit=_MOST_PEOPLE + 1).people
    return [knower for knower in knowing if knower.person.pk != but.pk][:_MOST_PEOPLE]


def _beginning_of(article: Any) -> str:
    return plain_text(article.body[: _COMPARED_TEXT * 2])[:_COMPARED_TEXT]


def _known_words(own: str, text: str) -> list[str] | None:
    """The words of a text of some length, as they were found when its record was indexed; None when it was not so."""
    stored = LoadedTexts().get(own) if own and len(text) >= _SHORT_TEXT else None
    return words_of_part(stored, text) if stored is not None else None


def _near(
    title: str,
    text: str,
    *,
    least: float,
    own: str = "",
    kinds: frozenset[str] = _ARTICLE_KINDS,
) -> list[Record]:
    try:
        found: tuple[Scored, ...] = backend().similar(
            title,
            text,
            limit=MOST_NEAR + _SPARE,
            kinds=kinds,
            exclude=frozenset({own}),
            words=_known_words(own, text),
        )
    except SearchUnavailable:
        _outage.begins()
        return []
    _outage.ends()
    keys = [hit.key for hit in found if hit.score >= least]
    in_use = [record for record in in_order(keys, read(keys)) if record.state != "retired"]
    return in_use[:MOST_NEAR]
