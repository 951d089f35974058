"""Writes the links of imported documents anew, so that they lead to articles and files here."""

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.urls import Resolver404
from django.urls import resolve as resolve_ours

from kb.articles.importing.attachments import FileShelf
from kb.articles.importing.finding import DocumentFinder
from kb.articles.importing.links import (
    Find,
    RelativeLink,
    heading_anchor,
    rewrite,
    rewrite_addresses,
    rewrite_names,
)
from kb.articles.importing.source import SourceDocument
from kb.articles.models import Article

# Gives the address of a stored file by its path, None before it is stored.
AddressOf = Callable[[str], str | None]


class Linker:
    """Knows where the documents and files of one folder came to lie."""

    def __init__(
        self, documents: dict[str, SourceDocument], articles: dict[str, int], shelf: FileShelf
    ) -> None:
        self._documents = documents
        # Grows while the documents are written.
        self._articles = articles
        self._shelf = shelf
        self._finder = DocumentFinder(documents)
        # Documents whose title no other article has.
        self._alone: dict[str, bool] = {}

    @property
    def main(self) -> dict[str, str]:
        """The main document of every folder."""
        return self._finder.main

    def linked(self, path: str, address_of: AddressOf) -> str:
        """The body of a document with its links leading to articles and files, as far as known."""
        document = self._documents[path]
        find = self.find_for(document, address_of)
        body = rewrite(document.body, folder_of(path), find)
        if document.kept:
            return body

        def from_root(address: str) -> str | None:
            """Other wikis write ``/folder/page`` for a page of theirs."""
            plain = address.removeprefix("<").removesuffix(">")
            if not plain.startswith("/") or plain.startswith("//") or _is_ours(plain):
                return None
            at, _hash, anchor = plain.partition("#")
            return find(RelativeLink(unquote(at).strip("/"), anchor))

        return rewrite_names(rewrite_addresses(body, from_root), find)

    def find_for(self, document: SourceDocument, address_of: AddressOf) -> Find:
        """Gives addresses for the links of a document. What our own export wrote is taken exactly."""

        def find(link: RelativeLink) -> str | None:
            target = self._target(link, is_exact=bool(document.kept))
            if target is not None and target in self._articles:
                if self._leads_there_by_itself(link, target):
                    return None
                anchor = link.anchor if document.kept else heading_anchor(link.anchor)
                address = f"/articles/{self._articles[target]}/"
                return f"{address}#{anchor}" if link.anchor else address
            file = self._shelf.find(link.path)
            return address_of(file) if file is not None else None

        return find

    def _target(self, link: RelativeLink, *, is_exact: bool) -> str | None:
        if not is_exact:
            return self._finder.find(link)
        return link.path if link.path in self._documents else self.main.get(link.path)

    def _leads_there_by_itself(self, link: RelativeLink, target: str) -> bool:
        """A link by the title stays as it is: it follows when the title changes."""
        is_plain = link.is_name and not link.anchor and not link.is_shown
        if not is_plain or self._documents[target].title != link.path:
            return False
        if target not in self._alone:
            others = Article.objects.visible().exclude(pk=self._articles[target])
            self._alone[target] = not others.filter(title=link.path).exists()
        return self._alone[target]


def folder_of(path: str) -> PurePosixPath:
    """The folder that relative links start from; a folder's own page ends in a slash."""
    return PurePosixPath(path) if path.endswith("/") else PurePosixPath(path).parent


def _is_ours(address: str) -> bool:
    """Whether a page of ours has this address already."""
    try:
        resolve_ours(unquote(address.partition("#")[0].partition("?")[0]))
    except Resolver404:
        return False
    return True
