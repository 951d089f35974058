"""One Word document as Markdown: headings, lists, tables, emphasis, links; images as attachments."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from kb.articles.importing.word_xml import NOTE_END, NOTE_START, make_plain, notes_of

_HEADING = re.compile(r"(?:heading|見出し)\s*(\d)", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~]|&(?=#?\w{1,32};))")
# How files of the time before .docx begin, and .docx behind a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOTE = re.compile(f"{NOTE_START}(e?-?\\d+){NOTE_END}")
# What the library raises for parts that are missing or broken; broken XML is a SyntaxError.
_BROKEN = (KeyError, ValueError, AttributeError, IndexError, TypeError, SyntaxError)
_MAX_ELEMENTS = 50_000
UNPACKED_BYTES_MAX = 300 * 1024 * 1024


class WordRefused(Exception):
    """Why a file cannot be read, in a sentence."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the document: the name it gets, and its bytes."""

    name: str
    content: bytes


# Stores a picture and gives back its address, or "" when it cannot be kept.
Keep = Callable[[Picture], str]


def word_title(document: Any, name: str) -> str:
    """The title the document gives itself, else its first heading, else the file's name."""
    for paragraph in document.paragraphs[:20]:
        style = paragraph.style.name if paragraph.style is not None else ""
        if (style in ("Title", "表題") or _HEADING.search(style)) and paragraph.text.strip():
            return " ".join(paragraph.text.split())[:200]
    return name.rsplit(".", 1)[0][:200]


def open_word(file: Any) -> Any:
    """The document in a stream or an upload, opened. Raises ``WordRefused``."""
    file.seek(0)
    if file.read(len(_OLE)) == _OLE:
        raise WordRefused(
            _(
                "古い形式(.doc)か、パスワードの付いた文書です。"
                "パスワードを外し、Wordで .docx として保存しなおしてください。"
            )
        )
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES_MAX:
                raise WordRefused(_("開くと大きくなりすぎるファイルです。分けてください。"))
        file.seek(0)
        return docx.Document(file)
    except (*_BROKEN, zipfile.BadZipFile, PackageNotFoundError, OSError) as error:
        raise WordRefused(
            _("Wordの文書(.docx)として開けません。壊れていないか確かめてください。")
        ) from error


def word_markdown(document: Any, keep: Keep) -> str:
    """The document's body as Markdown, from top to bottom, its footnotes below.

    Raises ``WordRefused``.
    """
    try:
        make_plain(document)
        notes = notes_of(document)
        body = _body(document, keep)
    except _BROKEN as error:
        raise WordRefused(
            _("Wordの文書の一部が壊れていて読めません。Wordで開いて保存しなおしてください。")
        ) from error
    text = _NOTE.sub(lambda mark: _mark_of(mark[1], notes), body)
    below = [f"[^{key}]: {_escaped(words)}" for key, words in notes.items() if f"[^{key}]" in text]
    return "\n\n".join([text, *below])


def _mark_of(key: str, notes: dict[str, str]) -> str:
    return f"[^{key}]" if key in notes else ""


def _body(document: Any, keep: Keep) -> str:
    blocks: list[str] = []
    was_item = False
    for number, element in enumerate(document.iter_inner_content()):
        if number >= _MAX_ELEMENTS:
            raise WordRefused(_("長すぎる文書です。分けてください。"))
        if isinstance(element, Table):
            text, is_item = _table(element, keep), False
        else:
            text, is_item = _block(element, keep)
        if not text:
            continue
        # Items of one list stand close together.
        if is_item and was_item:
            blocks[-1] = f"{blocks[-1]}\n{text}"
        else:
            blocks.append(text)
        was_item = is_item
    return "\n\n".join(blocks)


def _block(paragraph: Paragraph, keep: Keep) -> tuple[str, bool]:
    """A paragraph as a heading, a list item or plain text; True for an item."""
    text = _inline(paragraph, keep).strip()
    if not text:
        return "", False
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    if style in ("Title", "表題"):
        return f"# {text}", False
    if heading := _HEADING.search(style):
        return f"{'#' * min(int(heading[1]) or 1, 6)} {text}", False
    depth = _list_depth(paragraph, style)
    if depth is None:
        return (f"> {text}" if "Quote" in style or "引用" in style else text), False
    mark = "1." if _is_numbered(paragraph, style) else "-"
    return f"{'    ' * depth}{mark} {text}", True


def _list_depth(paragraph: Paragraph, style: str) -> int | None:
    """How deep a list item stands, from 0; None for what is no item."""
    properties: Any = paragraph._p.pPr
    numbering = properties.numPr if properties is not None else None
    if numbering is not None and numbering.ilvl is not None:
        return min(int(numbering.ilvl.val), 6)
    if numbering is not None or "List" in style or "箇条書き" in style or "番号" in style:
        trailing = re.search(r"(\d)$", style)
        return int(trailing[1]) - 1 if trailing else 0
    return None


def _is_numbered(paragraph: Paragraph, style: str) -> bool:
    """Whether the item counts: said by the list it belongs to, else by the name of its style."""
    properties: Any = paragraph._p.pPr
    numbering = properties.numPr if properties is not None else None
    if numbering is None or numbering.numId is None:
        return "Number" in style or "番号" in style
    try:
        part: Any = paragraph.part
        definitions = part.numbering_part.element
    # The library raises the latter for a document without definitions of its lists.
    except (KeyError, NotImplementedError):
        return False
    depth = numbering.ilvl.val if numbering.ilvl is not None else 0
    found = definitions.xpath(
        f'w:abstractNum[@w:abstractNumId=../w:num[@w:numId="{int(numbering.numId.val)}"]'
        f'/w:abstractNumId/@w:val]/w:lvl[@w:ilvl="{int(depth)}"]/w:numFmt/@w:val'
    )
    return bool(found) and found[0] not in ("bullet", "none")


def _inline(paragraph: Paragraph, keep: Keep) -> str:
    return "".join(_pieces(paragraph, keep))


def _pieces(paragraph: Paragraph, keep: Keep) -> Iterator[str]:
    words, look = "", ""
    for part in paragraph.iter_inner_content():
        if not isinstance(part, Hyperlink) and next(part._r.iter(qn("a:blip")), None) is None:
            # Word cuts words of one look into many runs; marks between them would show as stars.
            if _look(part) != look:
                yield _marked(words, look)
                words, look = "", _look(part)
            words += part.text
            continue
        yield _marked(words, look)
        words, look = "", ""
        yield _link(part) if isinstance(part, Hyperlink) else _with_pictures(part, paragraph, keep)
    yield _marked(words, look)


def _link(link: Hyperlink) -> str:
    words = _escaped(link.text)
    is_web = link.url.startswith(("http://", "https://", "mailto:"))
    return f"[{words}](<{link.url}>)" if is_web and words.strip() else words


def _with_pictures(run: Any, paragraph: Paragraph, keep: Keep) -> str:
    addresses = (keep(picture) for picture in _pictures(run, paragraph))
    shown = [f"![{_('画像')}]({address})" for address in addresses if address]
    return _marked(run.text, _look(run)) + "".join(shown)


def _look(run: Any) -> str:
    """The marks that stand before words of this look; behind them they stand the other way round."""
    stars = "*" * (2 * bool(run.bold) + bool(run.italic))
    return stars + ("~~" if run.font.strike else "")


def _marked(words: str, look: str) -> str:
    text = _escaped(words)
    bare = text.strip()
    if not bare or not look:
        return text
    # A mark beside a space would not be read as one.
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{look}{bare}{look[::-1]}{after}"


def _pictures(run: Any, paragraph: Paragraph) -> Iterator[Picture]:
    for blip in run._r.iter(qn("a:blip")):
        part = paragraph.part.related_parts.get(blip.get(qn("r:embed")))
        if part is not None:
            yield Picture(str(part.partname).rsplit("/", 1)[-1], part.blob)


def _table(table: Table, keep: Keep) -> str:
    seen: set[Any] = set()
    rows = [[_cell(cell, keep, seen) for cell in row.cells] for row in table.rows]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _cell(cell: Any, keep: Keep, seen: set[Any]) -> str:
    # Cells that were joined are one cell, met at each of its places.
    if cell._tc in seen:
        return ""
    seen.add(cell._tc)
    texts = [_inline(paragraph, keep).strip() for paragraph in cell.paragraphs]
    return "<br>".join(text for text in texts if text).replace("\n", " ")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\t", " "))
