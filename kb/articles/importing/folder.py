"""Imports a folder: documents become articles, their names people, the files beside attachments.

Every document is one transaction, so a broken one leaves nothing behind and stops nobody else.
Running it again changes only what changed in the folder; texts edited here by hand are kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from kb.articles.importing.attachments import MARKDOWN, FileShelf, home_of
from kb.articles.importing.authors import IMPORTER_LOGIN, Authors, Made, placeholder
from kb.articles.importing.dialects import plain_boxes, without_title
from kb.articles.importing.files import FileImporter
from kb.articles.importing.guessing import guess_topics
from kb.articles.importing.kept import settle_kept
from kb.articles.importing.linking import AddressOf, Linker, folder_of
from kb.articles.importing.links import RelativeLink, resolve, rewrite, rewrite_names
from kb.articles.importing.source import SourceDocument, SourceProblem, read_source, without_page_id
from kb.articles.importing.writing import (
    ImportRun,
    Outcome,
    compare,
    department_wanted,
    settle_links,
    write_document,
)
from kb.articles.models import Article
from kb.topics.services import find as find_topic
from people.models import Department, Person


class FolderMissing(Exception):
    """The folder to import is not there, or is not a folder."""


@dataclass
class ImportReport:
    """What an import did, or would do: paths by outcome, and every problem with its reason."""

    paths: dict[Outcome, list[str]] = field(default_factory=lambda: {o: [] for o in Outcome})
    problems: list[tuple[str, str]] = field(default_factory=list)
    files_added: int = 0
    files_unchanged: int = 0
    new_people: list[str] = field(default_factory=list)
    new_departments: list[str] = field(default_factory=list)
    new_topics: list[str] = field(default_factory=list)
    # What the documents are called, and the articles that they are here, by path.
    titles: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


Progress = Callable[[int, int, str], None]


class Record(Protocol):
    """Remembers what is written, in the transaction that writes it."""

    def wrote(self, article_id: int, before: int, after: int) -> None:
        """An article, its revision before (0 for a new one) and after."""

    def made(self, made: Made) -> None:
        """People, departments and topics that were not there before."""


class FolderImport:
    """One run over one folder."""

    def __init__(
        self,
        root: Path,
        *,
        by: Person | None,
        file_roots: list[Path] | None = None,
        prefix: str = "",
        is_own: bool = False,
        is_upload: bool = False,
    ) -> None:
        if not root.is_dir():
            raise FolderMissing
        self.root = root
        self.report = ImportReport()
        self._by = by
        # Uploads of different names stay apart, even where their files are called alike.
        self._prefix = prefix
        # Everything is by the person who brings it in, and nobody and no department is made.
        self._only = by if is_own else None
        # A folder of notes is no department of the company, and no subject it talks about.
        self._is_upload = is_upload
        self._record: Record | None = None
        beside = root.parent / "files"
        self._shelf = FileShelf(
            [root, *(file_roots or []), *([beside] if beside.is_dir() and beside != root else [])]
        )
        self._documents: dict[str, SourceDocument] = {}
        self._articles: dict[str, int] = {}
        self._linker = Linker({}, {}, self._shelf)

    def run(
        self,
        progress: Progress | None = None,
        *,
        record: Record | None = None,
        dry_run: bool = False,
    ) -> ImportReport:
        """Reads everything, then writes it, unless ``dry_run``."""
        self._record = record
        self._read()
        self._find_articles()
        self.report.numbers = self._articles
        self.report.titles = {path: one.title for path, one in self._documents.items()}
        if dry_run:
            self._plan()
            return self.report
        importer = self._by or placeholder(IMPORTER_LOGIN, _("取り込み"))
        run = ImportRun(importer, Authors(only=self._only), is_upload=self._is_upload)
        problems, names = self.report.problems, self._file_names()
        files = FileImporter(self._shelf, importer, problems, prefix=self._prefix, names=names)
        steps = len(self._documents)
        for done, path in enumerate(sorted(self._documents), start=1):
            self._write(path, run, files)
            if progress is not None:
                progress(done, steps, path)

        def tick() -> None:
            if progress is not None:
                progress(steps, steps, "")

        files.store(self._homes(sorted(self._articles)), self._articles, tick=tick)
        self.report.files_added, self.report.files_unchanged = files.added, files.unchanged
        for path in sorted(self._articles):
            tick()
            self._settle(path, run, files.address_of)
        self.report.new_people = [person.name for person in run.authors.created]
        return self.report

    @transaction.atomic
    def _settle(self, path: str, run: ImportRun, address_of: AddressOf) -> None:
        """Writes what leads to texts and files that were not there when the text was written."""
        document, article, folder = self._documents[path], self._articles[path], folder_of(path)
        settle_links(article, self._linker.linked(path, address_of))
        if document.kept:
            find = self._linker.find_for(document, address_of)
            settle_kept(article, document, run.authors, folder=folder, find=find)
            if self._record:
                self._record.made(run.authors.take_made())

    def _read(self) -> None:
        seen: dict[str, str] = {}
        for file in sorted(self.root.rglob("*")):
            if file.suffix.lower() not in MARKDOWN or not file.is_file():
                continue
            path = file.relative_to(self.root).as_posix()
            if any(part.startswith(".") for part in file.relative_to(self.root).parts):
                continue
            try:
                document = read_source(file, self.root)
                document = self._as_ours(document)
                if document.path in seen:
                    raise SourceProblem(
                        _("source_path が「%(other)s」と同じです。")
                        % {"other": seen[document.path]}
                    )
            except SourceProblem as problem:
                self.report.problems.append((path, str(problem)))
                continue
            seen[document.path] = path
            self._documents[path] = document
        self._link()
        self._add_folder_pages()
        self._link()

    def _as_ours(self, document: SourceDocument) -> SourceDocument:
        """Under its own path here, and, unless our own export wrote it, in plain Markdown."""
        body = document.body
        if self._is_upload and not document.kept:
            body = without_title(plain_boxes(body), document.title)
        return replace(document, path=self._prefix + document.path, body=body)

    def _link(self) -> None:
        self._linker = Linker(self._documents, self._articles, self._shelf)

    def _add_folder_pages(self) -> None:
        """A page for every folder whose files belong to no document, so that they are found too."""
        homes = self._homes(sorted(self._documents))
        orphans = defaultdict(list)
        for file in self._shelf.paths():
            if file not in homes:
                orphans[PurePosixPath(file).parent.as_posix()].append(file)
        for folder, files in orphans.items():
            path = f"{folder}/" if folder != "." else "/"
            lines = [f"- [{PurePosixPath(f).name}](<{PurePosixPath(f).name}>)" for f in files]
            parts = tuple(map(without_page_id, PurePosixPath(folder).parts))
            self._documents[path] = SourceDocument(
                path=self._prefix + path,
                title=_("%(folder)s の資料") % {"folder": "/".join(parts) or self.root.name},
                body="\n".join(lines),
                folder="/".join(parts),
                tags=() if self._is_upload else parts,
                kind=Article.Kind.NOTE,
            )

    def _find_articles(self) -> None:
        by_source = {document.path: path for path, document in self._documents.items()}
        known = Article.objects.filter(source_path__isnull=False).values_list("source_path", "pk")
        self._articles.update(
            {by_source[source]: pk for source, pk in known if source in by_source}
        )

    def _plan(self) -> None:
        names: set[str] = set()
        departments: set[str] = set()
        topics: set[str] = set()
        authors = Authors(only=self._only)
        files = FileImporter(self._shelf, None, self.report.problems, prefix=self._prefix)
        for path in sorted(self._documents):
            document = self._documents[path]
            body = self._linker.linked(path, files.address_of)
            outcome = compare(self._articles.get(path), document, body)
            self.report.paths[outcome].append(path)
            wanted = [document.author, *(person.name for person in document.contributors)]
            names.update(name for name in wanted if name and authors.known(name) is None)
            if outcome in (Outcome.CREATED, Outcome.UPDATED):
                departments.add(department_wanted(document, is_upload=self._is_upload))
                topics.update(guess_topics(document.tags))
        self.report.new_people = sorted(names)
        if self._only is None:
            known = {name.casefold() for name in Department.objects.values_list("name", flat=True)}
            self.report.new_departments = sorted(
                name for name in departments if name and name.casefold() not in known
            )
        self.report.new_topics = sorted(name for name in topics if find_topic(name) is None)
        files.look()
        self.report.files_added, self.report.files_unchanged = files.added, files.unchanged

    def _write(self, path: str, run: ImportRun, files: FileImporter) -> None:
        people_before = len(run.authors.created)
        body = self._linker.linked(path, files.address_of)
        try:
            with transaction.atomic():
                article, outcome = write_document(
                    self._articles.get(path), self._documents[path], body, run=run
                )
                if self._record and outcome in (Outcome.CREATED, Outcome.UPDATED):
                    before = 0 if outcome is Outcome.CREATED else article.revision - 1
                    self._record.wrote(article.pk, before, article.revision)
                    self._record.made(run.authors.take_made())
        except (DatabaseError, ValueError) as error:
            run.authors.forget_created(people_before)
            self.report.problems.append((path, _("保存できません: %(why)s") % {"why": error}))
            return
        self._articles[path] = article.pk
        self.report.paths[outcome].append(path)

    def _homes(self, documents: list[str]) -> dict[str, str]:
        """For every file on the shelf: the document that links to it, or lies nearest."""
        homes: dict[str, str] = {}
        for path in documents:

            def note(link: RelativeLink, home: str = path) -> None:
                if found := self._shelf.find(link.path):
                    homes.setdefault(found, home)

            for link, _name in self._kept_files(path):
                note(link)
            rewrite(self._documents[path].body, folder_of(path), note)
            rewrite_names(self._documents[path].body, note)
        for file in self._shelf.paths():
            if file not in homes and (home := home_of(file, self._linker.main)) is not None:
                homes[file] = home
        return homes

    def _kept_files(self, path: str) -> Iterator[tuple[RelativeLink, str]]:
        """The files that our own export put beside a document, with the names people gave them."""
        given = self._documents[path].kept.get("files")
        for file in given if isinstance(given, list) else ():
            entry = file if isinstance(file, dict) else {"path": file}
            if link := resolve(str(entry.get("path", "")), folder_of(path)):
                yield link, str(entry.get("name", ""))

    def _file_names(self) -> dict[str, str]:
        named = (pair for path in self._documents for pair in self._kept_files(path))
        return {
            found: name for link, name in named if name and (found := self._shelf.find(link.path))
        }
