"""One Markdown file with its front matter, read and checked before anything is written."""

import codecs
import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

FRONT_MATTER = re.compile(
    r"\A\s*---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
TITLE_MAX_CHARACTERS = 200
PATH_MAX_CHARACTERS = 400
# Some tools write the number of a page behind its name.
PAGE_ID = re.compile(r"[ \u3000][0-9a-f]{32}$")
# What the export writes into the front matter, so that the import need not guess.
FORMAT = "chinowa-1"


class _Loader(yaml.SafeLoader):
    """YAML whose dates stay text, so that an impossible date is reported by its field's name."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class SourceProblem(Exception):
    """Why a file cannot be imported, in a sentence."""


@dataclass(frozen=True)
class SourcePerson:
    """A contributor as the front matter names them."""

    name: str
    edits: int = 1


@dataclass(frozen=True)
class SourceDocument:
    """What one file says. ``path`` is relative to the imported folder, with ``/``."""

    path: str
    title: str
    body: str
    author: str = ""
    contributors: tuple[SourcePerson, ...] = ()
    created: dt.date | None = None
    updated: dt.date | None = None
    folder: str = ""
    tags: tuple[str, ...] = ()
    kind: str = ""
    department: str = ""
    digest: str = ""
    # Other names under which texts beside it link to it.
    aliases: tuple[str, ...] = ()
    # The whole front matter of a document that our own export wrote; empty for all others.
    kept: dict[str, Any] = field(default_factory=dict)


def read_source(file: Path, root: Path) -> SourceDocument:
    """The document in ``file``. Raises ``SourceProblem`` with a reason people understand."""
    path = unicodedata.normalize("NFC", file.relative_to(root).as_posix())
    if len(path) > PATH_MAX_CHARACTERS:
        raise SourceProblem(_("フォルダーが深すぎるか、名前が長すぎます。短くしてください。"))
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SourceProblem(_("読めません(%(reason)s)。") % {"reason": error.strerror}) from error
    if len(content) > settings.BODY_MAX_BYTES:
        raise SourceProblem(
            _("%(size).1f MB あります。%(most)s MB までの文書を取り込めます。分けてください。")
            % {"size": len(content) / 1024 / 1024, "most": settings.BODY_MAX_BYTES // 1024 // 1024}
        )
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    head, body = split_front_matter(text)
    digest = hashlib.sha256(content).hexdigest()
    return _document(path, head, body, digest)


def decode(content: bytes) -> str:
    """The text in UTF-8, UTF-16 (with a byte order mark) or Shift_JIS (cp932)."""
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SourceProblem(
        _("文字として読めません。UTF-8、UTF-16、Shift_JIS のどれかで保存してください。")
    )


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter as a mapping (empty where there is none) and the body below it."""
    match = FRONT_MATTER.match(text)
    if match is None:
        if text.lstrip().startswith("---\n") and "\n---" not in text.lstrip()[4:]:
            raise SourceProblem(_("先頭の「---」に、閉じる「---」がありません。"))
        return {}, text.strip()
    try:
        head = yaml.load(match.group(1), Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise SourceProblem(
            _("先頭の項目（front matter）の%(line)s行目がYAMLとして読めません。") % {"line": line}
        ) from error
    if head is None:
        head = {}
    if not isinstance(head, dict):
        raise SourceProblem(_("先頭の項目（front matter）は「名前: 値」の形で書いてください。"))
    return head, text[match.end() :].strip()


def _document(path: str, head: dict[str, Any], body: str, digest: str) -> SourceDocument:
    title = _line(head.get("title")) or _title_from(body, path)
    return SourceDocument(
        path=_line(head.get("source_path")) or path,
        title=title[:TITLE_MAX_CHARACTERS],
        body=body,
        author=_line(head.get("author")),
        contributors=_people(head.get("contributors")),
        created=_day(head.get("created"), "created"),
        updated=_day(head.get("updated"), "updated"),
        folder=_folder(head.get("folder"), path),
        tags=_words(head.get("tags"), "tags"),
        kind=_line(head.get("kind")),
        department=_line(head.get("department")),
        digest=digest,
        aliases=_aliases(head),
        kept=head if head.get("format") == FORMAT else {},
    )


def _title_from(body: str, path: str) -> str:
    heading = HEADING.search(body)
    return heading.group(1) if heading else without_page_id(PurePosixPath(path).stem)


def without_page_id(name: str) -> str:
    """The name of a page or folder as its writer knows it."""
    return PAGE_ID.sub("", name) or name


def _line(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return " ".join(unicodedata.normalize("NFC", str(value)).replace("\0", "").split())


def _folder(value: Any, path: str) -> str:
    around = PurePosixPath(path).parent
    folder = _line(value) or "/".join(map(without_page_id, around.parts))
    return folder[:300]


def _aliases(head: dict[str, Any]) -> tuple[str, ...]:
    value = head.get("aliases", head.get("alias"))
    rows = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(word for word in map(_line, rows) if word)


def _words(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = re.split(r"[,、,]", value)
    if not isinstance(value, list):
        raise SourceProblem(_("「%(name)s」は一覧で書いてください。") % {"name": name})
    return tuple(word for word in map(_line, value) if word)


def _people(value: Any) -> tuple[SourcePerson, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise SourceProblem(_("「%(name)s」は一覧で書いてください。") % {"name": "contributors"})
    people = []
    for entry in value:
        name = _line(entry.get("name") if isinstance(entry, dict) else entry)
        edits = entry.get("edits", 1) if isinstance(entry, dict) else 1
        if name:
            people.append(SourcePerson(name, edits if isinstance(edits, int) and edits > 0 else 1))
    return tuple(people)


def _day(value: Any, name: str) -> dt.date | None:
    if value is None or value == "":
        return None
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?.*", str(value).strip())
    try:
        if match is not None:
            return dt.date(*map(int, match.groups()))
    except ValueError:
        pass  # Reported below, together with what is no date at all.
    raise SourceProblem(
        _("「%(name)s」の日付「%(value)s」が読めません。2026-11-20 のように書いてください。")
        % {"name": name, "value": str(value)[:40]}
    )
