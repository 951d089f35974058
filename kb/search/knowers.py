"""Who knows about a query: from the documents that are most about it to people and departments."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import get_language

from kb.experts import ranking
from kb.experts.ranking import Hit, Standings, WhoKnows
from kb.experts.reading import Parts, Present, departments_in, people_in, read_parts
from kb.experts.reasons import NamedRecord
from kb.experts.roster import people_by_id
from kb.experts.stances import Stances
from kb.foundation.addresses import address_of
from kb.search import tasks
from kb.search.depth import Deep, DeepScores, deep_scores
from kb.search.indexing import backend
from kb.search.kinds import KINDS
from kb.search.pieces import group_of, named, pairs_of, read_pieces
from kb.search.presence import present
from kb.search.query import SearchQuery, SearchUnavailable
from kb.search.synonyms import SynonymTable
from kb.search.texts import LoadedTexts
from kb.search.verbatim import DEPTH, VerbatimWords
from kb.search.vocabulary import synonyms, topic_words, topics_named
from kb.topics.models import Topic
from people.models import Person, Responsibility

RANKED_DOCUMENTS = 100
SHOWN_CHORES = 4
_PERSON = "people.person."
_LONGEST_TEXT = 300
_LONGEST_NAME = 40


def deep(query: SearchQuery, words: SynonymTable, context: str = "") -> DeepScores:
    """The documents that are most about the query. Raises SearchUnavailable."""
    return deep_scores(
        backend().directory.generation(),
        query,
        synonyms=words,
        limit=RANKED_DOCUMENTS,
        context=context,
        topics=topic_words(),
    )


@dataclass(frozen=True)
class Grounds:
    """What speaks for people: names and parts of the documents, and what of all that may be seen.

    ``seen`` are keys of the documents and of more that was asked for.
    """

    pieces: Mapping[str, bytes]
    parts: Parts
    seen: Collection[str]
    present: Present

    def name(self, key: str) -> NamedRecord:
        """The document as a reason names it."""
        if key.startswith(_PERSON):
            return _self_description(key)
        return named(key, self.pieces[key])


def read_grounds(scores: DeepScores, more: Iterable[str] = ()) -> Grounds:
    """What the documents say of people. One query tells what of everything, and of ``more`` keys, may be seen."""
    parts = read_parts({document.key: document.facts.said for document in scores.documents})
    seen = present({*parts, *more}, people=people_in(parts), departments=departments_in(parts))
    pieces = read_pieces(
        {
            document.key: document.facts.named
            for document in scores.documents
            if document.key in seen.keys
        }
    )
    return Grounds(pieces, parts, seen.keys, Present(seen.people, seen.departments))


def standings_of(
    scores: DeepScores,
    grounds: Grounds,
    *,
    said: Mapping[str, float],
    topics: Iterable[int],
    limit: int = 5,
) -> Standings:
    """Who stands where, by the documents. ``said`` tells how often the whole query stands in some of them."""
    basis = ranking.Basis(grounds.parts, grounds.present, grounds.name, topics)
    return ranking.rank(list(_hits(scores, grounds.pieces, said)), basis, limit=limit)


def _hits(
    scores: DeepScores, names: Mapping[str, bytes], said: Mapping[str, float]
) -> Iterator[Hit]:
    """The documents as the ranking of people takes them; those without a record are left out."""
    language = get_language()
    for key, _kind, score, topic_cover, _facts in scores.documents:
        name = names.get(key)
        if name is not None:
            cover = max(scores.cover_of(pairs_of(key, name, language)), topic_cover)
            yield Hit(key, score, cover, group_of(key, name), said.get(key, 0.0))
        elif key.startswith(_PERSON):
            yield Hit(key, score)


def _self_description(key: str) -> NamedRecord:
    """What people write of themselves; its person is loaded with all the others later."""
    kind = KINDS["person"]
    url = address_of("person_detail", int(key.removeprefix(_PERSON)))
    return NamedRecord("", url, kind.name, kind.label, kind.counter)


def said_verbatim(text: str, scores: DeepScores, texts: LoadedTexts) -> dict[str, float]:
    """How often the whole query stands in the best documents: of those whose text is loaded.

    Costs no query; ``texts.prepare`` the best keys first where all of them shall be looked at.
    """
    words = VerbatimWords(text)
    if not words:
        return {}
    best = [document.key for document in scores.documents[:DEPTH]]
    loaded = texts.loaded(best)
    return {key: words.in_stored(known) for key, known in loaded.items()}


def people_of_chores(chores: Iterable[Responsibility]) -> set[int]:
    """The people whose names stand beside the chores."""
    return {pk for chore in chores for pk in (chore.main_id, chore.sub_id) if pk is not None}


def with_people(
    chores: Sequence[Responsibility], people: Mapping[int, Person], stances: Stances
) -> list[Responsibility]:
    """The chores with their people, without leavers and those who set the subject aside."""
    for chore in chores:
        main_id, sub_id = stances.of_chore(chore)
        main, sub = people.get(main_id or 0), people.get(sub_id or 0)
        chore.main = main if main is not None and main.is_active else None
        chore.sub = sub if sub is not None and sub.is_active else None
    return list(chores)


def who_knows(
    *,
    text: str = "",
    topic: Topic | None = None,
    context: str = "",
    limit: int = 5,
    exclude: models.Model | None = None,
) -> WhoKnows:
    """Who knows about a text or a topic; empty when nobody does or the index is away.

    ``context`` are further words that count less, such as the body of a question. ``exclude`` is a
    record that shall not speak for itself, such as the article being read.
    """
    words = topic.name if topic is not None else " ".join(text.split())[:_LONGEST_TEXT]
    if not words:
        return WhoKnows()
    try:
        scores = deep(SearchQuery(text=words), synonyms(), context)
        if topic is not None:
            scores = _with_topic(scores, topic)
    except SearchUnavailable:
        tasks.ask_for_healing()
        return WhoKnows()
    if exclude is not None:
        own = f"{exclude._meta.label_lower}.{exclude.pk}"
        scores = replace(scores, documents=tuple(d for d in scores.documents if d.key != own))
    grounds = read_grounds(scores)
    chores = _chores(scores, grounds.pieces)
    standings = standings_of(
        scores,
        grounds,
        said=_said(words, scores) if topic is None else {},
        topics={topic.pk} if topic is not None else topics_named(words),
        limit=limit,
    )
    people = people_by_id({*standings.person_ids, *people_of_chores(chores)})
    shown = with_people(chores, people, standings.stances)
    return ranking.show(standings, people, words[:_LONGEST_NAME], shown)


def _chores(scores: DeepScores, records: Mapping[str, bytes]) -> list[Responsibility]:
    """The chores among the best documents; their people are loaded with all the others."""
    keys = [d.key for d in scores.documents if d.kind == "responsibility" and d.key in records]
    ids = [int(key.rpartition(".")[2]) for key in keys[:SHOWN_CHORES]]
    if not ids:
        return []
    found = Responsibility.objects.visible().select_related("department").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _said(words: str, scores: DeepScores) -> dict[str, float]:
    texts = LoadedTexts()
    if VerbatimWords(words):
        texts.prepare([document.key for document in scores.documents[:DEPTH]])
    return said_verbatim(words, scores, texts)


def _with_topic(scores: DeepScores, topic: Topic) -> DeepScores:
    """The scores with the topic's own records among them, even those that never say its name."""
    tagged = backend().find(SearchQuery(topics=frozenset({topic.slug})), limit=RANKED_DOCUMENTS)
    known = {document.key for document in scores.documents}
    lowest = min((document.score for document in scores.documents), default=1.0)
    more = (
        Deep(hit.key, hit.kind, lowest, topic_cover=1.0)
        for hit in tagged.hits
        if hit.key not in known
    )
    return replace(scores, documents=(*scores.documents, *more))
