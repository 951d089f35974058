"""Speed of indexing and searching, against Whoosh's own Or over the same tokens in the same run.

    python -m benchmarks.search_speed --documents 10000 [--without-whoosh]
    python -m benchmarks.search_speed --documents 100000 --together

Times are CPU milliseconds of this process, median and 95th percentile. An absolute time depends on the
machine; the ratio of the two engines counts. ``--together`` fills both indexes at the same time, which takes
half as long and says nothing about their rates.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.query import Or, Term
from whoosh.searching import Searcher

from benchmarks.company_text import Writer
from kb.search import finder
from kb.search.analysis import bigrams_of, normalize, words_in
from kb.search.analysts import analysts
from kb.search.directory import IndexDirectory
from kb.search.query import DocumentText, SearchQuery
from kb.search.rerank import folded_beginning
from kb.search.synonyms import OFFICE_WORDS

Documents = list[tuple[str, str, str]]


def folder_bytes(folder: str) -> int:
    """Return the size of all files below a folder."""
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def build_ours(documents: Documents, folder: str) -> IndexDirectory:
    """Fill an index and print its rate and size."""
    started, worked = time.perf_counter(), time.process_time()
    directory = IndexDirectory(folder)
    with analysts() as analyse, directory.rebuild() as fresh:
        contents = analyse(
            {"key": key, "kind": "note", "title": title, "text": text}
            for key, title, text in documents
        )
        fresh.add(one.fields for one in contents)
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    count = len(documents)
    print(
        f"ours: {count / wall:.0f} documents/s ({cpu / count * 1e3:.1f} CPU ms each), "
        f"{folder_bytes(folder) / count / 1000:.1f} kB each"
    )
    return directory


def build_whoosh(documents: Documents, folder: str) -> None:
    """Fill an index of Whoosh's own format with the same tokens."""
    field = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    index = FileStorage(folder).create().create_index(Schema(key=ID(stored=True), b=field, s=field))
    started = time.perf_counter()
    # Much at once: merging many small runs takes Whoosh hours for 100,000 documents.
    writer = index.writer(limitmb=2048)
    for key, title, text in documents:
        normalized = normalize(f"{title}\n{text}")
        writer.add_document(
            key=key, b=" ".join(bigrams_of(normalized)), s=" ".join(words_in(normalized))
        )
    writer.commit()
    count = len(documents)
    print(
        f"Whoosh: {count / (time.perf_counter() - started):.0f} documents/s, "
        f"{folder_bytes(folder) / count / 1000:.1f} kB each"
    )


def search_whoosh(searcher: Searcher, text: str) -> None:
    """Search by Whoosh's own Or."""
    normalized = normalize(text)
    terms = [Term("b", token) for token in dict.fromkeys(bigrams_of(normalized))]
    terms += [Term("s", token) for token in dict.fromkeys(words_in(normalized))]
    searcher.search(Or(terms), limit=20)


def measured(search: Callable[[str], object], queries: Iterable[str]) -> tuple[float, float]:
    """Return median and 95th percentile of the CPU milliseconds."""
    times = []
    for text in queries:
        started = time.process_time()
        search(text)
        times.append((time.process_time() - started) * 1e3)
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]


def main() -> None:
    """Build both indexes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--without-whoosh", action="store_true")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--characters", type=int, default=None, help="cut each text to this length")
    options = parser.parse_args()
    writer = Writer()
    documents = [
        (key, title, text[: options.characters])
        for key, title, text in writer.documents(options.documents)
    ]
    # Folded while indexing, as the product does.
    texts = {
        key: DocumentText(title=title, text=text, folded=folded_beginning(text))
        for key, title, text in documents
    }
    queries = writer.queries(options.queries)

    def load(keys: Iterable[str]) -> Mapping[str, DocumentText]:
        return {key: texts[key] for key in keys}

    with tempfile.TemporaryDirectory() as folder:
        place = os.path.join(folder, "whoosh")
        # In a process of its own also when it is alone: what it leaves in memory would slow our searches.
        other = multiprocessing.get_context("fork").Process(
            target=build_whoosh, args=(documents, place)
        )
        if options.together:
            other.start()
        directory = build_ours(documents, os.path.join(folder, "ours"))
        engines: dict[str, Callable[[str], object]] = {
            "ours": lambda text: finder.find(
                directory.generation(),
                SearchQuery(text=text),
                finder.Options(20, OFFICE_WORDS, None),
            ),
            "ours, second look": lambda text: finder.find(
                directory.generation(),
                SearchQuery(text=text),
                finder.Options(20, OFFICE_WORDS, load),
            ),
        }
        if not options.without_whoosh:
            if not options.together:
                other.start()
            other.join()
            searcher = FileStorage(place).open_index().searcher()
            engines["Whoosh Or"] = lambda text: search_whoosh(searcher, text)
        for kind, texts_of_kind in queries.items():
            for name, search in engines.items():
                search(texts_of_kind[0])
                median, worst = measured(search, texts_of_kind)
                print(f"{kind:9} {name:18} {median:8.2f} {worst:8.2f} ms")


if __name__ == "__main__":
    main()
