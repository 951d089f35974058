"""A set of articles as files: what each is called, where its attachments lie, how links lead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.urls import Resolver404, resolve

from kb.articles.exporting.document import as_document
from kb.articles.models import Answer, Article, Contributor
from kb.files.models import Attachment

_ODD = re.compile(r"""(?:[\\/:*?"<>|#%()\[\]\x00-\x1f\x7f]|\s)+""")
_NAME_MAX_CHARACTERS = 80
_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Member:
    """One file: its path, and its text or the attachment whose bytes it has."""

    path: str
    text: str = ""
    attachment: Attachment | None = None


class Shelf:
    """Names every article and attachment once, in an order that ids do not change."""

    def __init__(self, articles: Any) -> None:
        rows = articles.order_by("created_at", "title", "pk").values_list("pk", "title")
        self._names: dict[int, str] = {}
        taken: set[str] = set()
        for pk, title in rows:
            self._names[pk] = _free(_safe(title), "", taken)
        self._files: dict[str, str] = {}
        self._of: dict[int, list[Attachment]] = {pk: [] for pk in self._names}
        self._place_files()

    def __len__(self) -> int:
        return len(self._names)

    def members(self) -> Iterator[Member]:
        """Every document, each followed by its files; read a few at a time."""
        for article in self._articles():
            pk = article.pk
            attachments = self._of[pk]
            files = {f"../{self._files[str(one.key)]}": one.name for one in attachments}
            text = as_document(article, files, self._locate)
            yield Member(f"articles/{self._names[pk]}.md", text)
            for one in attachments:
                yield Member(self._files[str(one.key)], attachment=one)

    def _articles(self) -> Iterator[Article]:
        """The articles in order; what is gone since is left out."""
        rows = Article.objects.select_related(
            "author", "owner", "department", "confirmed_by",
            "manual__responsibility__department", "question__about", "question__same_as",
            "book_note__book", "rule",
        ).prefetch_related(
            "topics",
            Prefetch("contributors", Contributor.objects.select_related("person")),
            Prefetch("answers", Answer.objects.select_related("author", "confirmed_by")),
        )  # fmt: skip
        every = list(self._names)
        for start in range(0, len(every), _READ_AT_ONCE):
            numbers = every[start : start + _READ_AT_ONCE]
            found = rows.in_bulk(numbers)
            yield from (found[pk] for pk in numbers if pk in found)

    def _place_files(self) -> None:
        kind = ContentType.objects.get_for_model(Article)
        rows = Attachment.objects.visible().filter(content_type=kind).order_by("created_at", "pk")
        taken: set[str] = set()
        for attachment in rows.defer("text"):
            pk = attachment.object_id
            if pk not in self._of:
                continue
            name = PurePath(attachment.name)
            place = f"files/{self._names[pk]}/{_safe(name.stem)}"
            self._files[str(attachment.key)] = _free(place, name.suffix, taken)
            self._of[pk].append(attachment)

    def _locate(self, address: str) -> str | None:
        """The relative path of what an address of ours leads to, if it is on the shelf."""
        parts = urlsplit(address.removeprefix("<").removesuffix(">"))
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return None
        try:
            match = resolve(parts.path)
        except Resolver404:
            return None
        path = ""
        if match.url_name == "article_detail" and match.kwargs["pk"] in self._names:
            path = f"{self._names[match.kwargs['pk']]}.md"
        elif match.url_name == "attachment_download" and str(match.kwargs["key"]) in self._files:
            path = f"../{self._files[str(match.kwargs['key'])]}"
        if not path:
            return None
        return f"{path}#{parts.fragment}" if parts.fragment else path


def _safe(name: str) -> str:
    """The name as a file may be called everywhere; never empty."""
    return _ODD.sub("-", name)[:_NAME_MAX_CHARACTERS].strip("-. ") or "file"


def _free(name: str, suffix: str, taken: set[str]) -> str:
    """The name, with a number where another file has it; file systems do not tell A from a."""
    free, number = f"{name}{suffix}", 2
    while free.casefold() in taken:
        free, number = f"{name}-{number}{suffix}", number + 1
    taken.add(free.casefold())
    return free
