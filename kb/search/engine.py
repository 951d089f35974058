"""The search itself: from a frozen query to hits, people and departments, in a handful of queries.

Pages, the API and everything else that looks for records calls the functions here. When the index
cannot answer truthfully, the database does, and the answer says so.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from kb.experts import ranking
from kb.experts.ranking import RankedRecord, WhoKnows
from kb.experts.roster import people_by_id
from kb.search import fallback, tasks
from kb.search.depth import Deep, DeepScores, deep_scores
from kb.search.filters import Resolved, resolve
from kb.search.indexing import backend
from kb.search.kinds import KINDS
from kb.search.passages import Needles, best_passages, mark, needles
from kb.search.query import (
    Fact,
    Found,
    Hit,
    ParsedText,
    Passage,
    ResultPage,
    Scored,
    SearchQuery,
    SearchUnavailable,
)
from kb.search.records import Record, in_order, read
from kb.search.synonyms import SynonymTable
from kb.search.texts import LoadedTexts
from kb.search.vocabulary import synonyms
from kb.topics.models import Topic, TopicItem
from people.models import Person, Responsibility

RANKED_HITS = 100
SHOWN_CHORES = 4
SHOWN_COMMUNITIES = 3
NO_SYNONYMS = SynonymTable(with_office_words=False)
_ASIDE_KINDS = frozenset({"responsibility", "community"})
_MOST_PASSAGE_CHARACTERS = 60_000


@dataclass(frozen=True)
class Line:
    """One result: the hit as data, and what its line on a page shows besides."""

    hit: Hit
    record: Record
    person: Person | None = None


@dataclass(frozen=True)
class Answer:
    """What a search found: the page of hits, its lines, who knows, and communities beside."""

    page: ResultPage
    lines: tuple[Line, ...] = ()
    who: WhoKnows = field(default_factory=WhoKnows)
    communities: tuple[Record, ...] = ()
    parsed: ParsedText = field(default_factory=ParsedText)


@dataclass(frozen=True)
class _Hits:
    """The engine's answer and the records behind it."""

    found: Found
    aside: Found
    deep: DeepScores
    records: dict[str, Record]
    is_fallback: bool = False


def search(query: SearchQuery, *, with_people: bool = True, is_as_typed: bool = False) -> Answer:
    """Answer a query. Never raises SearchUnavailable; an empty text without filters finds nothing.

    ``is_as_typed`` leaves other words of the same meaning out.
    """
    started = time.perf_counter()
    resolved = resolve(query)
    texts = LoadedTexts()
    words = NO_SYNONYMS if is_as_typed else synonyms()
    hits = _hits(resolved.query, texts, words=words, with_aside=with_people)
    shown = _page_records(resolved.query, hits)
    standings = ranking.rank(_ranked_records(hits)) if with_people else ranking.Standings()
    chores = [
        hits.records[s.key]
        for s in hits.aside.hits
        if s.kind == "responsibility" and s.key in hits.records
    ]
    people = people_by_id(_shown_people(shown, chores, standings)) if with_people else {}
    wanted = needles(resolved.parsed.plain, words)
    texts.prepare([record.key for record, _score in shown])
    lines = tuple(_line(record, score, wanted, texts, people) for record, score in shown)
    who = ranking.show(standings, people, resolved.parsed.plain, _chores(chores, people))
    page = _result_page(query, resolved, hits, lines)
    return Answer(
        page=replace(page, took_ms=(time.perf_counter() - started) * 1000),
        lines=lines,
        who=who if with_people else WhoKnows(),
        communities=_communities(hits),
        parsed=resolved.parsed,
    )


def _hits(
    query: SearchQuery, texts: LoadedTexts, *, words: SynonymTable, with_aside: bool
) -> _Hits:
    limit = max(RANKED_HITS, query.page * query.page_size)
    aside, deep, is_fallback = Found(), DeepScores(), False
    try:
        engine = backend()
        found = engine.find(query, limit=limit, synonyms=words, load_texts=texts.load)
        if with_aside:
            deep = _deep(engine, query, words)
            narrowed = SearchQuery(text=query.text, kinds=_ASIDE_KINDS)
            aside = engine.find(narrowed, limit=SHOWN_CHORES + SHOWN_COMMUNITIES, synonyms=words)
    except SearchUnavailable:
        tasks.ask_for_healing()
        found, is_fallback = fallback.find(query, limit=limit), True
        deep = DeepScores(
            tuple(Deep(hit.key, hit.kind, hit.score) for hit in found.hits[:RANKED_HITS])
        )
    keys = [*found.hits, *aside.hits, *deep.documents]
    records = read(hit.key for hit in keys)
    return _Hits(_without_gone(found, records), aside, deep, records, is_fallback)


def _deep(engine: Any, query: SearchQuery, words: SynonymTable, context: str = "") -> DeepScores:
    return deep_scores(
        engine.directory.generation(), query, synonyms=words, limit=RANKED_HITS, context=context
    )


def _without_gone(found: Found, records: dict[str, Record]) -> Found:
    """The answer without hits that the database no longer has, counts corrected."""
    gone = [hit for hit in found.hits if hit.key not in records]
    if not gone:
        return found
    counts = Counter(dict(found.kind_counts))
    counts.subtract(hit.kind for hit in gone)
    return replace(
        found,
        hits=tuple(hit for hit in found.hits if hit.key in records),
        total=max(found.total - len(gone), 0),
        kind_counts=tuple(sorted((kind, count) for kind, count in counts.items() if count > 0)),
    )


def _page_records(query: SearchQuery, hits: _Hits) -> list[tuple[Record, float]]:
    start = (query.page - 1) * query.page_size
    return [
        (hits.records[hit.key], hit.score)
        for hit in hits.found.hits[start : start + query.page_size]
    ]


def _ranked_records(hits: _Hits) -> list[RankedRecord]:
    """The documents that are most about the query, as the ranking of people takes them."""
    return _with_names(hits.deep, hits.records)


def _with_names(deep: DeepScores, records: Mapping[str, Record]) -> list[RankedRecord]:
    named = {
        r.id: cover
        for r in records.values()
        if r.kind == "topic" and (cover := deep.name_cover(r.title))
    }
    on_topic = _records_on(named)
    ranked = []
    for document in deep.documents:
        record = records.get(document.key)
        if record is not None:
            department = record.department.name if record.department is not None else ""
            cover = deep.name_cover(f"{record.title}\n{department}")
            cover = max(cover, on_topic.get(record.key, 0.0))
            ranked.append(ranked_record(record, document.score, name_cover=cover))
    return ranked


def ranked_record(record: Record, score: float, *, name_cover: float = 0.0) -> RankedRecord:
    """A record as the ranking of people takes it."""
    kind = KINDS[record.kind]
    return RankedRecord(
        key=record.key,
        score=score,
        title=record.title,
        url=record.url,
        label=str(kind.label),
        counter=str(kind.counter),
        name_cover=name_cover,
        group=record.group,
    )


def _records_on(covers: Mapping[int, float]) -> dict[str, float]:
    """The records that carry these topics (by id), with the part of the query that the topic covers."""
    if not covers:
        return {}
    items = TopicItem.objects.filter(tag__in=list(covers)).values_list(
        "tag", "content_type__app_label", "content_type__model", "object_id"
    )
    found: dict[str, float] = {}
    for topic, app, model, pk in items:
        key = f"{app}.{model}.{pk}"
        found[key] = max(found.get(key, 0.0), covers[topic])
    return found


def _shown_people(
    shown: Iterable[tuple[Record, float]], chores: Iterable[Record], standings: ranking.Standings
) -> set[int]:
    ids = {record.person_id for record, _score in shown}
    ids |= {record.id for record, _score in shown if record.kind == "person"}
    for chore in chores:
        ids |= {chore.instance.main_id, chore.instance.sub_id}
    return {pk for pk in ids if pk is not None} | set(standings.person_ids)


def _chores(chores: Sequence[Record], people: dict[int, Person]) -> list[Responsibility]:
    """The chores with their people, leavers left out."""
    result = []
    for record in chores[:SHOWN_CHORES]:
        chore: Responsibility = record.instance
        main, sub = people.get(chore.main_id or 0), people.get(chore.sub_id or 0)
        chore.main = main if main is not None and main.is_active else None
        chore.sub = sub if sub is not None and sub.is_active else None
        result.append(chore)
    return result


def _communities(hits: _Hits) -> tuple[Record, ...]:
    keys = [hit.key for hit in hits.aside.hits if hit.kind == "community"]
    return tuple(in_order(keys, hits.records)[:SHOWN_COMMUNITIES])


def _line(
    record: Record, score: float, wanted: Needles, texts: LoadedTexts, people: dict[int, Person]
) -> Line:
    person = people.get(record.person_id) if record.person_id is not None else None
    hit = Hit(
        kind=record.kind,
        id=record.id,
        title=record.title,
        url=record.url,
        score=score,
        title_segments=mark(record.title, wanted),
        passages=_passages(record.key, wanted, texts),
        day=record.day,
        state=record.state,
        source_path=record.source_path,
        facts=tuple(_facts(record, person)),
    )
    return Line(hit, record, person if record.kind != "person" else None)


def _facts(record: Record, person: Person | None) -> Iterable[Fact]:
    if person is not None:
        yield Fact("person", person.name, person.get_absolute_url(), person.pk)
    if record.department is not None:
        yield Fact(
            "department",
            record.department.name,
            record.department.get_absolute_url(),
            record.department.pk,
        )
    if record.source is not None:
        yield record.source


def _passages(key: str, wanted: Needles, texts: LoadedTexts) -> tuple[Passage, ...]:
    """The best lines of the record's own text, or of an attached file when only that one matches."""
    text = texts.get(key)
    if text is None:
        return ()
    own = best_passages(text.text[:_MOST_PASSAGE_CHARACTERS], wanted) if text.text else ()
    if any(segment.hit for passage in own for segment in passage.segments):
        return own
    for name, content in text.files:
        found = best_passages(content[:_MOST_PASSAGE_CHARACTERS], wanted)
        if any(segment.hit for passage in found for segment in passage.segments):
            return tuple(replace(passage, source=name) for passage in found)
    return own


def _result_page(
    query: SearchQuery, resolved: Resolved, hits: _Hits, lines: Sequence[Line]
) -> ResultPage:
    notices = []
    if hits.is_fallback:
        notices.append(
            _(
                "いま検索の索引を作り直しています。データベースを直接さがした結果なので、言い回しの違いは見つからないことがあります。"
            )
        )
    if resolved.parsed.is_truncated:
        notices.append(_("検索の言葉が長いため、はじめの部分でさがしました。"))
    if resolved.unknown:
        names = "、".join(f"「{value}」" for value in resolved.unknown)
        notices.append(
            _("%(names)sは絞り込みに使えないので、言葉としてさがしました。") % {"names": names}
        )
    return ResultPage(
        query=query,
        hits=tuple(line.hit for line in lines),
        total=hits.found.total,
        kind_counts=_all_kind_counts(resolved.query, hits),
        searched_also=hits.found.searched_also,
        suggestion=hits.found.suggestion,
        is_fallback=hits.is_fallback,
        notices=tuple(notices),
    )


def _all_kind_counts(query: SearchQuery, hits: _Hits) -> tuple[tuple[str, int], ...]:
    """Counts for every tab: as if no kind had been chosen."""
    if not query.kinds:
        return hits.found.kind_counts
    everything = replace(query, kinds=frozenset(), page=1)
    if hits.is_fallback:
        return fallback.find(everything, limit=1).kind_counts
    try:
        found: Found = backend().find(everything, limit=1, synonyms=synonyms())
    except SearchUnavailable:
        return hits.found.kind_counts
    return found.kind_counts


def who_knows(
    *,
    text: str = "",
    topic: Topic | None = None,
    context: str = "",
    limit: int = 5,
    exclude: Any = None,
) -> WhoKnows:
    """Who knows about a text or a topic; empty when nobody does or the index is away.

    ``context`` are further words that count less, such as the body of a question. ``exclude`` is a
    record that shall not speak for itself, such as the article being read.
    """
    words = topic.name if topic is not None else " ".join(text.split())[:300]
    if not words:
        return WhoKnows()
    try:
        deep = _deep(backend(), SearchQuery(text=words), synonyms(), context)
    except SearchUnavailable:
        tasks.ask_for_healing()
        return WhoKnows()
    if topic is not None:
        deep = _with_topic(deep, topic)
    if exclude is not None:
        own = f"{exclude._meta.label_lower}.{exclude.pk}"
        deep = replace(deep, documents=tuple(d for d in deep.documents if d.key != own))
    records = read(document.key for document in deep.documents)
    chores = [record for record in records.values() if record.kind == "responsibility"][
        :SHOWN_CHORES
    ]
    standings = ranking.rank(_with_names(deep, records), limit=limit)
    people = people_by_id(_shown_people((), chores, standings))
    return ranking.show(standings, people, words[:40], _chores(chores, people))


def _with_topic(deep: DeepScores, topic: Topic) -> DeepScores:
    """The scores with the topic's own records among them, even those that never say its name."""
    known = {document.key for document in deep.documents}
    lowest = min((document.score for document in deep.documents), default=1.0)
    tagged = [key for key in _records_on({topic.pk: 1.0}) if key not in known][:RANKED_HITS]
    more = (Deep(key, "", lowest) for key in tagged)
    return replace(deep, documents=(*deep.documents, *more))


def similar(title: str, text: str, *, limit: int = 6, exclude: Any = None) -> list[Record]:
    """Articles on the same subject, best first; empty when the index is away."""
    keys = frozenset({f"{exclude._meta.label_lower}.{exclude.pk}"} if exclude is not None else ())
    kinds = frozenset(kind.name for kind in KINDS.values() if kind.model == "articles.article")
    try:
        found: tuple[Scored, ...] = backend().similar(
            title, text, limit=limit, kinds=kinds, exclude=keys
        )
    except SearchUnavailable:
        tasks.ask_for_healing()
        return []
    return in_order([hit.key for hit in found], read(hit.key for hit in found))
