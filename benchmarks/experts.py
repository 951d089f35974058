#!/usr/bin/env python3
"""Who knows what, measured: our analysis, index and ranking on a collection with known experts.

    python benchmarks/experts.py COLLECTION [--query-only] [--run FILE] [--importer]

A collection is a folder with ``people.jsonl``, ``documents.jsonl`` (id, title, text, tags, unit and
authors with role, date and lines), ``topics.jsonl`` (id, query, description) and ``qrels.tsv``
(topic, person, grade). ``--run`` keeps the ranking as topic, person, score. ``--importer`` ranks once
more with somebody who stands as author of 30 % of the documents and knows nothing of them.
"""

import argparse
import json
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURES = ("MAP", "MRR", "P@5", "RPrec", "nDCG@10", "S@1", "S@5")
FOUND = 300
OLD = date(2015, 1, 1)
IMPORTER = "the importer"
IMPORTED_PART = 0.3
IMPORTS = 3


@dataclass(frozen=True)
class Document:
    """One document of the collection as our index takes it."""

    key: str
    title: str
    names: str
    text: str
    authors: list[dict[str, Any]]


class CollectionIndex:
    """Stands in for a Haystack index: prepares documents that are no rows of a database."""

    def full_prepare(self, document: Document) -> dict[str, Any]:
        """What the engine stores."""
        return {
            "key": document.key,
            "kind": "note",
            "title": document.title,
            "names": document.names,
            "text": document.text,
        }


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_documents(folder: Path) -> dict[str, Document]:
    """The documents by key; of several with one id the last counts."""
    documents = {}
    for row in read_lines(folder / "documents.jsonl"):
        labels = [*row["tags"], row["unit"] or "", *row["id"].split("/")]
        names = "\n".join(label.replace("-", " ") for label in dict.fromkeys(labels) if label)
        documents[row["id"]] = Document(row["id"], row["title"], names, row["text"], row["authors"])
    return documents


def day_of(text: str | None) -> date:
    """A date written as year-month-day; something old for anything else."""
    try:
        year, month, day = (int(part) for part in (text or "").split("-"))
        return date(year, month, day)
    except ValueError:
        return OLD


def imported(documents: dict[str, Document], today: date, seed: int) -> dict[str, Document]:
    """The documents, with the importer as an author of some of them, today and without a mark."""
    entry = {"id": IMPORTER, "role": "author", "date": today.isoformat(), "lines": 0, "edits": 1}
    chosen = random.Random(seed).sample(sorted(documents), int(len(documents) * IMPORTED_PART))
    theirs = {
        key: replace(documents[key], authors=[*documents[key].authors, entry]) for key in chosen
    }
    return documents | theirs


class Ranker:
    """Ranks the people of a collection as the product ranks colleagues."""

    def __init__(self, documents: dict[str, Document]) -> None:
        from kb.experts.evidence import editing_share, weight_of
        from kb.experts.scoring import Contribution, Volume

        self.people: list[str] = []
        numbers: dict[str, int] = {}
        volumes: dict[int, float] = {}
        self.documents = documents
        self.contributions: dict[str, list[Contribution]] = {}
        for document in documents.values():
            lines = sum(author["lines"] for author in document.authors) or 1
            edits = sum(author.get("edits", 0) for author in document.authors) or 1
            parts = []
            for author in document.authors:
                person = numbers.setdefault(author["id"], len(numbers))
                share = editing_share(author["lines"] / lines, author.get("edits", 0) / edits)
                weight = 0.0 if author.get("bulk") else weight_of(author["role"], share)
                parts.append(Contribution(document.key, person, weight, day_of(author["date"])))
            self.contributions[document.key] = parts
            strongest: dict[int, float] = {}
            for part in parts:
                strongest[part.person] = max(strongest.get(part.person, 0.0), part.weight)
            for person, weight in strongest.items():
                volumes[person] = volumes.get(person, 0.0) + weight
        self.people = list(numbers)
        self.volume = Volume(volumes, len(documents))

    def rank(self, engine: Any, query: str, context: str, today: date) -> list[tuple[str, float]]:
        """People with scores, best first."""
        from kb.experts.scoring import ScoredDocument, rank_people, strengths
        from kb.search import verbatim
        from kb.search.depth import deep_scores
        from kb.search.query import SearchQuery
        from kb.search.synonyms import OFFICE_WORDS

        found = deep_scores(
            engine.directory.generation(),
            SearchQuery(text=query),
            synonyms=OFFICE_WORDS,
            limit=FOUND,
            context=context,
        )
        words = verbatim.VerbatimWords(query)
        strength = strengths(
            ScoredDocument(
                hit.key,
                hit.score,
                found.name_cover(self._names(hit.key)),
                words.in_text(self._text(hit.key)) if place < verbatim.DEPTH else 0.0,
                len(self.documents[hit.key].text),
            )
            for place, hit in enumerate(found.documents)
        )
        parts = [part for key in strength for part in self.contributions[key]]
        standings = rank_people(strength, parts, self.volume, today=today)
        scored = [(self.people[standing.owner], standing.score) for standing in standings]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def _text(self, key: str) -> str:
        document = self.documents[key]
        return f"{document.title}\n{document.text}"

    def _names(self, key: str) -> str:
        document = self.documents[key]
        return f"{document.title}\n{document.names}"


def average_precision(relevant: dict[str, int], ranked: list[str]) -> float:
    """The mean of the precision at every expert found, over all experts."""
    hits, total = 0, 0.0
    for place, person in enumerate(ranked, start=1):
        if person in relevant:
            hits += 1
            total += hits / place
    return total / len(relevant)


def measures(relevant: dict[str, int], ranked: list[str]) -> list[float]:
    """The values of ``MEASURES`` for one topic."""
    first = next((place for place, person in enumerate(ranked, 1) if person in relevant), 0)
    top5 = sum(person in relevant for person in ranked[:5])
    gains = [2 ** relevant.get(person, 0) - 1 for person in ranked[:10]]
    best = [2**grade - 1 for grade in sorted(relevant.values(), reverse=True)[:10]]
    ideal = discounted(best)
    return [
        average_precision(relevant, ranked),
        1 / first if first else 0.0,
        top5 / 5,
        sum(person in relevant for person in ranked[: len(relevant)]) / len(relevant),
        discounted(gains) / ideal if ideal else 0.0,
        float(first == 1),
        float(top5 > 0),
    ]


def discounted(gains: Iterable[int]) -> float:
    """Gains weighted down by the logarithm of their place."""
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Grade by topic and person; only grades above nothing."""
    judged: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        topic, person, grade = line.split("\t")[:3]
        if int(grade) > 0:
            judged.setdefault(topic, {})[person] = int(grade)
    return judged


@dataclass
class Tally:
    """What ranking every topic gave: the rankings by topic, and the time of each."""

    ranked: dict[str, list[tuple[str, float]]]
    times_ms: list[float]

    def first_five(self) -> dict[str, float]:
        """In the first five of what part of the topics each person is."""
        counts = Counter(person for best in self.ranked.values() for person, _score in best[:5])
        return {person: count / len(self.ranked) for person, count in counts.items()}


def rank_topics(arguments: argparse.Namespace, ranker: Ranker, today: date) -> Tally:
    """Rank the people for every topic of the collection."""
    from haystack import connections

    engine = connections["default"].get_backend()
    tally = Tally({}, [])
    for topic in read_lines(arguments.collection / "topics.jsonl"):
        began = time.perf_counter()
        context = "" if arguments.query_only else topic["description"]
        tally.ranked[topic["id"]] = ranker.rank(engine, topic["query"], context, today)[:1000]
        tally.times_ms.append((time.perf_counter() - began) * 1000)
    return tally


def measure(arguments: argparse.Namespace) -> None:
    """Index the collection, rank for every topic, print the means."""
    from haystack import connections

    documents = read_documents(arguments.collection)
    started = time.perf_counter()
    with connections["default"].get_backend().rebuild() as fresh:
        fresh.update(CollectionIndex(), documents.values())
    print(f"documents {len(documents)}, indexed in {time.perf_counter() - started:.1f} s")
    ranker = Ranker(documents)
    today = max(part.last_on for parts in ranker.contributions.values() for part in parts)
    today = min(today, datetime.now(tz=UTC).date())
    tally = rank_topics(arguments, ranker, today)
    if arguments.run:
        write_run(arguments.run, tally)
    judged = read_judgements(arguments.collection / "qrels.tsv")
    show([measures(judged[t], ranked) for t, ranked in names(tally) if t in judged], tally)
    if arguments.importer:
        parts = [
            rank_topics(arguments, Ranker(imported(documents, today, seed)), today)
            .first_five()
            .get(IMPORTER, 0.0)
            for seed in range(IMPORTS)
        ]
        each = ", ".join(f"{part:.0%}" for part in parts)
        print(f"an importer of {IMPORTED_PART:.0%} in the first five: {each} of topics")


def names(tally: Tally) -> Iterator[tuple[str, list[str]]]:
    """The topics with the people named for them, best first."""
    for topic, ranked in tally.ranked.items():
        yield topic, [person for person, _score in ranked]


def write_run(path: Path, tally: Tally) -> None:
    """Keep the rankings as lines of topic, person and score."""
    run = [
        f"{topic}\t{person}\t{score:.9f}"
        for topic, ranked in tally.ranked.items()
        for person, score in ranked
    ]
    path.write_text("\n".join(run) + "\n", encoding="utf-8")


def show(rows: list[list[float]], tally: Tally) -> None:
    """Print the means, the time, and how often the most frequent person is in the first five."""
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    print("topics", len(rows))
    print(*(name.rjust(8) for name in MEASURES))
    print(*(f"{value:8.4f}" for value in means))
    times = sorted(tally.times_ms)
    print(
        f"ms per topic: median {times[len(times) // 2]:.1f}, p95 {times[int(len(times) * 0.95)]:.1f}"
    )
    print(f"most frequent in the first five: {max(tally.first_five().values()):.0%} of topics")


def main() -> int:
    """Read the arguments and measure in a folder of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collection", type=Path)
    parser.add_argument(
        "--query-only", action="store_true", help="leave the topics' descriptions out"
    )
    parser.add_argument("--run", type=Path, help="write the ranking to this file")
    parser.add_argument(
        "--importer", action="store_true", help="rank again with an unmarked importer, three times"
    )
    arguments = parser.parse_args()
    if not (arguments.collection / "documents.jsonl").is_file():
        parser.error(f"{arguments.collection} holds no documents.jsonl")
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KB_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
        import django

        django.setup()
        measure(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
