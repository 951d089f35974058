"""The table of spellings: whichever of two is written, the other finds it."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kb.search import finder
from kb.search.contents import index_fields
from kb.search.directory import IndexDirectory
from kb.search.query import DocumentText, SearchQuery
from kb.search.synonyms import OFFICE_WORDS


def rows_of(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


ROWS = rows_of("variants.csv")
# Written by somebody who had not seen the rules; not all of them are searched both ways.
COLLEAGUES = rows_of("colleagues.csv")
BOTH_WAYS = [row for row in COLLEAGUES if row["both_ways"]]
# What one colleague wrote and another types; and what looks alike but is something else.
TYPED = rows_of("typed.csv")
FALSE_FRIENDS = rows_of("false_friends.csv")
# What has the word as a word stands above what has only its letters.
TRAPS = rows_of("traps.csv")
FIRST_SHARE = 0.98
# Of these, many titles compete for a word.
TYPED_FIRST_SHARE = 0.87


def load(keys: Sequence[str]) -> Mapping[str, DocumentText]:
    return {key: DocumentText("社内文書", "", key) for key in keys}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((rows, column), id=f"{name}-{column}")
        for name, column, rows in (
            ("variants", "written", ROWS),
            ("variants", "typed", ROWS),
            ("colleagues", "written", COLLEAGUES),
            ("colleagues", "typed", BOTH_WAYS),
        )
    ],
)
def found_for(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Sequence[str]]:
    """What is found for the spelling that no document has, by what the document has."""
    rows, column = request.param
    other = "typed" if column == "written" else "written"
    directory = IndexDirectory(str(tmp_path_factory.mktemp(column)))
    with directory.rebuild() as fresh:
        fresh.add(
            index_fields({"key": text, "kind": "note", "title": "社内文書", "text": text})
            for text in dict.fromkeys(row[column] for row in rows)
        )
    options = finder.Options(10, OFFICE_WORDS, load)
    generation = directory.generation()
    return {
        row[column]: [
            hit.key
            for hit in finder.find(generation, SearchQuery(text=row[other]), options).hits[:10]
        ]
        for row in rows
    }


def test_every_spelling_finds_the_other(found_for: Mapping[str, Sequence[str]]) -> None:
    assert [text for text, keys in found_for.items() if text not in keys] == []


def test_nearly_every_spelling_finds_the_other_first(
    found_for: Mapping[str, Sequence[str]],
) -> None:
    later = [text for text, keys in found_for.items() if keys[:1] != [text]]
    assert len(later) <= len(found_for) * (1 - FIRST_SHARE), later


@pytest.fixture(scope="module")
def found_by_typing(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Sequence[str]]:
    """What is found for a typed word among what colleagues wrote."""
    directory = IndexDirectory(str(tmp_path_factory.mktemp("typed")))
    with directory.rebuild() as fresh:
        fresh.add(
            index_fields({"key": text, "kind": "note", "title": "社内文書", "text": text})
            for text in dict.fromkeys(row["written"] for row in (*TYPED, *FALSE_FRIENDS))
        )
    options = finder.Options(10, OFFICE_WORDS, load)
    generation = directory.generation()
    return {
        row["typed"]: [
            hit.key
            for hit in finder.find(generation, SearchQuery(text=row["typed"]), options).hits[:10]
        ]
        for row in (*TYPED, *FALSE_FRIENDS)
    }


def test_what_is_typed_finds_what_is_written(found_by_typing: Mapping[str, Sequence[str]]) -> None:
    missed = [row for row in TYPED if row["written"] not in found_by_typing[row["typed"]]]
    assert missed == []


def test_what_is_typed_mostly_finds_it_first(found_by_typing: Mapping[str, Sequence[str]]) -> None:
    first = [row for row in TYPED if found_by_typing[row["typed"]][:1] == [row["written"]]]
    assert len(first) >= len(TYPED) * TYPED_FIRST_SHARE


def test_false_friends_do_not_meet(found_by_typing: Mapping[str, Sequence[str]]) -> None:
    met = [row for row in FALSE_FRIENDS if row["written"] in found_by_typing[row["typed"]]]
    assert met == []


def test_a_word_stands_above_its_letters(tmp_path: Path) -> None:
    directory = IndexDirectory(str(tmp_path))
    with directory.rebuild() as fresh:
        fresh.add(
            index_fields({"key": text, "kind": "note", "title": "社内文書", "text": text})
            for text in dict.fromkeys(row[name] for row in TRAPS for name in ("above", "below"))
        )
    options = finder.Options(2 * len(TRAPS), OFFICE_WORDS, load)
    generation = directory.generation()
    for row in TRAPS:
        hits = finder.find(generation, SearchQuery(text=row["query"]), options).hits
        keys = [hit.key for hit in hits]
        assert row["above"] in keys, row
        assert row["below"] not in keys[: keys.index(row["above"])], row
