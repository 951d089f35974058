"""The search itself: from a frozen query to hits, people and departments, in a handful of queries.

Pages, the API and everything else that looks for records calls the functions here. When the index
cannot answer truthfully, the database does, and the answer says so.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from kb.experts import ranking
from kb.experts.ranking import Knower, Standings, WhoKnows
from kb.experts.roster import people_by_id
from kb.search import fallback, tasks
from kb.search.depth import Deep, DeepScores
from kb.search.filters import Resolved, resolve
from kb.search.indexing import backend
from kb.search.knowers import (
    RANKED_DOCUMENTS,
    SHOWN_CHORES,
    deep,
    people_of_chores,
    read_grounds,
    said_verbatim,
    standings_of,
    who_knows,
    with_people,
)
from kb.search.lines import Line, line_of
from kb.search.naming import bare_name, named_first
from kb.search.needles import needles
from kb.search.query import (
    Found,
    ParsedText,
    ResultPage,
    Scored,
    SearchQuery,
    SearchUnavailable,
    parse_text,
)
from kb.search.records import Record, in_order, people_records, read
from kb.search.synonyms import SynonymTable
from kb.search.texts import LoadedTexts
from kb.search.vocabulary import synonyms, topics_named
from people.models import Person

__all__ = ["Answer", "Line", "search", "who_knows"]

SHOWN_COMMUNITIES = 3
NO_SYNONYMS = SynonymTable(with_office_words=False)
SHOWN_NAMESAKES = 5
SHOWN_IN_CHARGE = 3
_PERSON_KEY = "people.person."
_ASIDE_KINDS = frozenset({"responsibility", "community"})


@dataclass(frozen=True)
class Answer:
    """What a search found: the page of hits, its lines, who knows, and communities beside."""

    page: ResultPage
    lines: tuple[Line, ...] = ()
    who: WhoKnows = field(default_factory=WhoKnows)
    communities: tuple[Record, ...] = ()
    parsed: ParsedText = field(default_factory=ParsedText)


@dataclass(frozen=True)
class _Engine:
    """What the engine says, before anything is read from the database."""

    found: Found
    aside: Found
    deep: DeepScores
    is_fallback: bool = False
    namesakes: tuple[Scored, ...] = ()
    asked: str = ""

    @property
    def keys(self) -> list[str]:
        """Every document that may be shown or counted as a hit."""
        hits = (*self.found.hits, *self.aside.hits, *self.namesakes)
        return list(dict.fromkeys(hit.key for hit in hits))


def search(query: SearchQuery, *, is_as_typed: bool = False) -> Answer:
    """Answer a query. Never raises SearchUnavailable; an empty text without filters finds nothing.

    ``is_as_typed`` leaves other words of the same meaning out.
    """
    started = time.perf_counter()
    resolved = resolve(query)
    plain = resolved.parsed.plain
    texts = LoadedTexts()
    words = NO_SYNONYMS if is_as_typed else synonyms()
    engine = _ask(resolved.query, words, texts)
    standings, seen = _standings(engine, plain, texts)
    shown = _shown(engine, seen, query)
    records = read(shown, but="people.person")
    asides = _aside(engine, records, "responsibility")[:SHOWN_CHORES]
    chores: list[Any] = [record.instance for record in asides]
    people = people_by_id(
        _person_ids(shown, records) | set(standings.person_ids) | people_of_chores(chores)
    )
    records |= people_records(people.values())
    found = _without_gone(engine.found, seen)
    if engine.namesakes:
        found = named_first(found, engine.namesakes, people, bare_name(plain))
    wanted = needles(engine.asked, words, also=(*found.searched_also, *found.suggestion.split()))
    lines = _lines(resolved.query, found, records, wanted, texts=texts, people=people)
    engine = replace(engine, found=found)
    page = _result_page(query, resolved, engine, lines, words=words, texts=texts)
    # Nobody wrote of a slip of the keyboard.
    asked = found.suggestion or found.read_as or plain
    who = ranking.show(standings, people, asked, with_people(chores, people, standings.stances))
    return Answer(
        page=replace(page, took_ms=(time.perf_counter() - started) * 1000),
        lines=lines,
        who=who if who.people or found.is_relaxed else _in_charge(who, lines, people),
        communities=tuple(_aside(engine, records, "community")[:SHOWN_COMMUNITIES]),
        parsed=resolved.parsed,
    )


def _in_charge(who: WhoKnows, lines: Iterable[Line], people: Mapping[int, Person]) -> WhoKnows:
    """With whoever is in charge of the customers found, where nobody wrote of what was asked.

    A customer is often found by the reading of its name, which no other record spells out.
    """
    knowers: dict[int, Knower] = {}
    for record in (line.record for line in lines):
        why = _("「%(title)s」の担当です。") % {"title": record.title}
        for person in map(people.get, _owners(record)):
            if person is not None and person.is_active:
                knowers.setdefault(person.pk, ranking.in_charge(person, why))
    if not knowers:
        return who
    note = _("この言葉について書いた人は、まだいません。担当の人に聞いてみてください。")
    return replace(who, people=tuple(knowers.values())[:SHOWN_IN_CHARGE], note=note)


def _standings(
    engine: _Engine, plain: str, texts: LoadedTexts
) -> tuple[Standings, Collection[str]]:
    """Who stands where, and which of all keys may be seen."""
    # Beside nothing found, a guess at people would be worse than none.
    scores = engine.deep if engine.found.hits else DeepScores()
    grounds = read_grounds(scores, engine.keys)
    said = said_verbatim(plain, scores, texts)
    standings = standings_of(scores, grounds, said=said, topics=topics_named(plain))
    if engine.found.is_relaxed and standings.people:
        # Hardly anything has all the words: whoever wrote of some of them is a guess, and is called so.
        standings = replace(standings, is_thin=True)
    return standings, grounds.seen


def _ask(query: SearchQuery, words: SynonymTable, texts: LoadedTexts) -> _Engine:
    limit = max(RANKED_DOCUMENTS, query.page * query.page_size)
    try:
        engine = backend()
        namesakes = _namesakes(query)
        if namesakes:
            # 「さん」 is no word to search for once it stands behind a name.
            query = replace(query, text=bare_name(query.text))
        found = engine.find(query, limit=limit, synonyms=words, load_texts=texts.load)
        beside = SearchQuery(text=query.text, kinds=_ASIDE_KINDS)
        aside = engine.find(beside, limit=SHOWN_CHORES + SHOWN_COMMUNITIES, synonyms=words)
        asked = parse_text(query.text).plain
        return _Engine(found, aside, deep(query, words), namesakes=namesakes, asked=asked)
    except SearchUnavailable:
        tasks.ask_for_healing()
        found = fallback.find(query, limit=limit)
        best = found.hits[:RANKED_DOCUMENTS]
        scores = DeepScores(tuple(Deep(hit.key, hit.kind, hit.score) for hit in best))
        asked = parse_text(query.text).plain
        return _Engine(found, Found(), scores, is_fallback=True, asked=asked)


def _namesakes(query: SearchQuery) -> tuple[Scored, ...]:
    """People who may bear the name that was typed; none where filters ask for something else."""
    name = bare_name(query.text)
    plain = SearchQuery(
        text=query.text, kinds=query.kinds, page=query.page, page_size=query.page_size
    )
    if not name or query != plain or (query.kinds and "person" not in query.kinds):
        return ()
    # Names are kept as people write them, with the space that somebody may or may not type.
    typed = " ".join(query.text.split())
    found: tuple[Scored, ...] = ()
    for start in dict.fromkeys((name, typed)):
        found = found or backend().people_beginning(start, limit=SHOWN_NAMESAKES)
    return found


def _aside(engine: _Engine, records: dict[str, Record], kind: str) -> list[Record]:
    return in_order([hit.key for hit in engine.aside.hits if hit.kind == kind], records)


def _shown(engine: _Engine, seen: Collection[str], query: SearchQuery) -> list[str]:
    """The keys of what stands beside the lines, and of those that may be lines of the page.

    Namesakes move lines down: some lines more on both sides count.
    """
    keys = [hit.key for hit in engine.found.hits if hit.key in seen]
    spare = len(engine.namesakes)
    start, end = (query.page - 1) * query.page_size, query.page * query.page_size
    beside = [hit.key for hit in (*engine.aside.hits, *engine.namesakes)]
    return [*keys[max(start - spare, 0) : end + spare], *beside]


def _person_ids(shown: Iterable[str], records: Mapping[str, Record]) -> set[int]:
    """People among what is shown, and those whose names stand in lines."""
    people = {int(key.removeprefix(_PERSON_KEY)) for key in shown if key.startswith(_PERSON_KEY)}
    people |= {r.person_id for r in records.values() if r.person_id is not None}
    return people.union(*(_owners(record) for record in records.values()))


def _owners(record: Record) -> list[int]:
    """Who is in charge of a customer, the one who is named in its line first; nobody else is."""
    if record.kind != "customer":
        return []
    customer = record.instance
    return [pk for pk in (customer.success_owner_id, customer.sales_owner_id) if pk is not None]


def _without_gone(found: Found, seen: Collection[str]) -> Found:
    """The answer without hits that the database no longer has, counts corrected."""
    gone = [hit for hit in found.hits if hit.key not in seen]
    if not gone:
        return found
    counts = Counter(dict(found.kind_counts))
    counts.subtract(hit.kind for hit in gone)
    return replace(
        found,
        hits=tuple(hit for hit in found.hits if hit.key in seen),
        total=max(found.total - len(gone), 0),
        kind_counts=tuple(sorted((kind, count) for kind, count in counts.items() if count > 0)),
    )


def _lines(
    query: SearchQuery,
    found: Found,
    records: dict[str, Record],
    wanted: Any,
    *,
    texts: LoadedTexts,
    people: dict[int, Person],
) -> tuple[Line, ...]:
    start = (query.page - 1) * query.page_size
    shown: Sequence[Scored] = found.hits[start : start + query.page_size]
    texts.prepare([hit.key for hit in shown])
    return tuple(
        line_of(records[hit.key], hit.score, wanted=wanted, texts=texts, people=people)
        for hit in shown
        # Gone in this very moment.
        if hit.key in records
    )


def _result_page(
    query: SearchQuery,
    resolved: Resolved,
    engine: _Engine,
    lines: Sequence[Line],
    *,
    words: SynonymTable,
    texts: LoadedTexts,
) -> ResultPage:
    return ResultPage(
        query=query,
        hits=tuple(line.hit for line in lines),
        total=engine.found.total,
        is_at_least=engine.found.is_at_least,
        kind_counts=_all_kind_counts(resolved, engine, words, texts),
        searched_also=engine.found.searched_also,
        suggestion=engine.found.suggestion,
        is_fallback=engine.is_fallback,
        notices=tuple(_notices(resolved, engine)),
    )


def _notices(resolved: Resolved, engine: _Engine) -> Iterable[str]:
    if engine.is_fallback:
        yield _(
            "いま検索の索引を作り直しています。データベースを直接さがしたので、言い方が違うものは出ないことがあります。"
        )
    if resolved.parsed.is_truncated:
        yield _("検索の言葉が長いため、はじめの部分でさがしました。")
    if engine.found.lacks_exact:
        quoted = "".join(f"「{text}」" for text in resolved.parsed.exact)
        yield _("%(quoted)sとそのまま書かれたものは見つからないので、近いものを出しています。") % {
            "quoted": quoted
        }
    if resolved.unknown:
        names = "、".join(f"「{value}」" for value in resolved.unknown)
        yield _("%(names)sは絞り込みに使えないので、言葉としてさがしました。") % {"names": names}


def _all_kind_counts(
    resolved: Resolved, engine: _Engine, words: SynonymTable, texts: LoadedTexts
) -> tuple[tuple[str, int], ...]:
    """Counts for every tab: as if no kind had been chosen."""
    own = engine.found.kind_counts
    query = resolved.query
    if not query.kinds:
        return own
    everything = replace(query, kinds=frozenset(), page=1)
    if engine.is_fallback:
        return fallback.find(everything, limit=1).kind_counts
    # Whether a quoted text stands in a document, the texts alone tell.
    load_texts = texts.load if resolved.parsed.exact else None
    try:
        found: Found = backend().find(everything, limit=1, synonyms=words, load_texts=load_texts)
    except SearchUnavailable:
        return own
    # A search of few kinds may have been relaxed where that of all kinds was not: its own counts hold.
    others = [(kind, count) for kind, count in found.kind_counts if kind not in query.kinds]
    return (*own, *others)
