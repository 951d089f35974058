"""The table of promised queries: each finds its document first, among all the others."""

import csv
from pathlib import Path

import pytest

from kb.search import finder
from kb.search.contents import index_fields
from kb.search.directory import IndexDirectory
from kb.search.generation import Generation
from kb.search.query import DocumentText, SearchQuery
from kb.search.synonyms import OFFICE_WORDS

with (Path(__file__).parent / "queries.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    directory = IndexDirectory(str(tmp_path_factory.mktemp("promises")))
    titles = {row[column] for row in ROWS for column in ("document", "below") if row[column]}
    with directory.rebuild() as fresh:
        fresh.add(
            index_fields({"key": title, "kind": "note", "title": "社内文書", "text": title})
            for title in sorted(titles)
        )
    return directory.generation()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['subject']}-{row['query']}")
def test_promised_query_finds_its_document_first(
    generation: Generation, row: dict[str, str]
) -> None:
    options = finder.Options(
        10, OFFICE_WORDS, lambda keys: {key: DocumentText("社内文書", "", key) for key in keys}
    )
    found = finder.find(generation, SearchQuery(text=row["query"]), options)
    assert [hit.key for hit in found.hits][:1] == [row["document"]]
