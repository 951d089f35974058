"""Quality of the search on questions, and on the table of promised queries among the same paragraphs.

    python -m benchmarks.search_quality FILE.json [--limit 1000] [--variants tests/search/queries.csv]

FILE is in SQuAD's format (``data`` → ``paragraphs`` → ``context``, ``qas``): each question must find its
paragraph. A context may begin with its title and " [SEP] ". ``Adapter`` serves other evaluators.
"""

import argparse
import csv
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kb.search import finder
from kb.search.analysts import analysts
from kb.search.directory import IndexDirectory
from kb.search.query import DocumentText, SearchQuery
from kb.search.synonyms import OFFICE_WORDS

_TOP = 10
_SEPARATOR = " [SEP] "


class Adapter:
    """An index of (id, title, text) documents in a temporary directory."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._texts: dict[str, DocumentText] = {}
        self.directory = IndexDirectory(self._folder.name)

    def index(self, documents: Sequence[tuple[str, str, str]]) -> None:
        """Build a fresh index."""
        self._texts = {key: DocumentText(title=title, text=text) for key, title, text in documents}
        with analysts() as analyse, self.directory.rebuild() as fresh:
            contents = analyse(
                {"key": key, "kind": "note", "title": title, "text": text}
                for key, title, text in documents
            )
            fresh.add(one.fields for one in contents)

    def search(self, text: str, count: int) -> list[str]:
        """Return the best ids."""
        options = finder.Options(max(count, 20), OFFICE_WORDS, self.load)
        found = finder.find(self.directory.generation(), SearchQuery(text=text), options)
        return [hit.key for hit in found.hits[:count]]

    def load(self, keys: Iterable[str]) -> Mapping[str, DocumentText]:
        """Return the texts of documents."""
        return {key: self._texts[key] for key in keys if key in self._texts}


def read_questions(path: Path) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Return the documents of a SQuAD file, and (question, id of its document)."""
    documents: dict[str, tuple[str, str, str]] = {}
    questions = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            title, separator, text = paragraph["context"].partition(_SEPARATOR)
            if not separator:
                title, text = article["title"], paragraph["context"]
            key = f"d{len(documents)}"
            document = documents.setdefault(paragraph["context"], (key, title.strip(), text))
            questions += [(asked["question"], document[0]) for asked in paragraph["qas"]]
    return list(documents.values()), questions


def measure(adapter: Adapter, questions: Iterable[tuple[str, str]]) -> str:
    """Return the usual measures of a list of questions as one line."""
    ranks: list[int] = []
    times: list[float] = []
    empty = 0
    for text, wanted in questions:
        started = time.perf_counter()
        found = adapter.search(text, _TOP)
        times.append((time.perf_counter() - started) * 1e3)
        empty += not found
        ranks.append(found.index(wanted) + 1 if wanted in found else 0)
    count = len(ranks)
    mean_reciprocal_rank = sum(1 / rank for rank in ranks if rank) / count
    return (
        f"{count} questions: MRR@10 {mean_reciprocal_rank:.4f}, R@1 {ranks.count(1) / count:.4f}, "
        f"R@10 {sum(map(bool, ranks)) / count:.4f}, without result {empty / count:.4f}, "
        f"median {statistics.median(times):.1f} ms"
    )


def measure_variants(
    adapter: Adapter, documents: list[tuple[str, str, str]], path: Path
) -> Iterable[str]:
    """Yield hits at 1 and at 10 by subject of the table of promised queries, among the documents."""
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    promised = {row[column] for row in rows for column in ("document", "below") if row[column]}
    adapter.index([*documents, *((text, "社内文書", text) for text in sorted(promised))])
    first, found, every = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        keys = adapter.search(row["query"], _TOP)
        for subject in (row["subject"], "all"):
            every[subject] += 1
            found[subject] += row["document"] in keys
            first[subject] += keys[:1] == [row["document"]]
    for subject, count in every.items():
        yield f"{subject:11} {first[subject]}/{count} first, {found[subject]}/{count} in ten"


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--variants", type=Path)
    options = parser.parse_args()
    documents, questions = read_questions(options.file)
    adapter = Adapter()
    adapter.index(documents)
    print(measure(adapter, questions[: options.limit]))
    if options.variants:
        print("\n".join(measure_variants(adapter, documents, options.variants)))


if __name__ == "__main__":
    main()
