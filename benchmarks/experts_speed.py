"""What くわしい人 costs beside a search, in a company filled by ``benchmarks.page_speed fill``.

    KB_VAR=/tmp/large python -m benchmarks.experts_speed [--count 200]

Prints CPU milliseconds of this process, median and 95th percentile: a search with and without the panel,
the panel alone as other pages ask for it, its parts, and the aggregation of 300 hits.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

AGGREGATED_HITS = 300
_PARTS_PER_HIT = 4
_PEOPLE = 600


def print_times(name: str, times: Sequence[float]) -> None:
    """One line of the table."""
    worst = sorted(times)[int(len(times) * 0.95)]
    print(f"{name:34} {statistics.median(times):8.1f} {worst:8.1f}")


def measured(act: Callable[[str], Any], texts: Sequence[str]) -> list[float]:
    """CPU milliseconds of each."""
    times = []
    for text in texts:
        started = time.process_time()
        act(text)
        times.append((time.process_time() - started) * 1e3)
    return times


def aggregation_times(count: int) -> list[float]:
    """Ranking people for 300 hits with four contributors each, without any reading."""
    from kb.experts.scoring import Contribution, ScoredDocument, Volume, rank_people, strengths

    chance = random.Random(1)
    today = date(2026, 11, 20)
    volume = Volume(dict.fromkeys(range(_PEOPLE), 20.0), 10_000)

    def hits() -> tuple[list[ScoredDocument], list[Contribution]]:
        keys = [f"articles.article.{number}" for number in range(AGGREGATED_HITS)]
        documents = [
            ScoredDocument(key, chance.random() * 20, chance.random(), size=900) for key in keys
        ]
        parts = [
            Contribution(
                key,
                chance.randrange(_PEOPLE),
                chance.random(),
                today - timedelta(days=chance.randrange(900)),
            )
            for key in keys
            for _part in range(_PARTS_PER_HIT)
        ]
        return documents, parts

    cases = {str(number): hits() for number in range(count)}

    def aggregate(case: str) -> None:
        documents, parts = cases[case]
        rank_people(strengths(documents), parts, volume, today=today)

    return measured(aggregate, list(cases))


def panel_times(texts: Sequence[str]) -> dict[str, list[float]]:
    """The panel of each search, and what finding, reading and ranking take of it."""
    from kb.search import knowers
    from kb.search.depth import DeepScores
    from kb.search.engine import search
    from kb.search.query import SearchQuery
    from kb.search.vocabulary import synonyms

    def deep(text: str) -> Any:
        return knowers.deep(SearchQuery(text=text), synonyms())

    def ranked(text: str) -> Any:
        scores = deep(text)
        grounds = knowers.read_grounds(scores)
        return knowers.standings_of(scores, grounds, said={}, topics=())

    def whole(text: str) -> Any:
        return search(SearchQuery(text=text))

    def without_panel(text: str) -> Any:
        with patch("kb.search.engine.deep", return_value=DeepScores()):
            return search(SearchQuery(text=text))

    for text in texts[:10]:
        whole(text), ranked(text)
    return {
        "search": measured(whole, texts),
        "search without the panel": measured(without_panel, texts),
        "panel alone (who_knows)": measured(lambda text: knowers.who_knows(text=text), texts),
        "  finding documents": measured(deep, texts),
        "  and reading, ranking": measured(ranked, texts),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    import django

    django.setup()
    from benchmarks.company_text import Writer

    writer = Writer()
    for kind, texts in writer.queries(options.count).items():
        print(f"{kind:34} {'p50':>8} {'p95':>8} CPU ms")
        for name, times in panel_times(list(texts)).items():
            print_times(name, times)
    print_times(f"aggregation of {AGGREGATED_HITS} hits", aggregation_times(options.count))


if __name__ == "__main__":
    main()
