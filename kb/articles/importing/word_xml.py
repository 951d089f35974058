"""Makes a Word document plain before it is read: what changes, wraps or stands above words goes.

Word keeps words inside wrappers that a reader of paragraphs does not look into: accepted changes,
fields of forms, readings above kanji. Names of elements are those of ECMA-376, part 1, chapter 17.
"""

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

# Text that was struck out by a tracked change, and drawings kept twice for old readers.
_DROPPED = ("w:del", "w:moveFrom", "mc:Fallback")
# Wrappers whose content counts as if it stood there itself.
_UNWRAPPED = ("w:ins", "w:moveTo", "w:smartTag", "w:sdtContent", "w:sdt", "w:fldSimple")
_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# Private characters stand for footnotes until the words around them are escaped.
NOTE_START, NOTE_END = "\ue000", "\ue001"


def make_plain(document: Any) -> None:
    """Changes the open document, in memory alone."""
    body = document.element.body
    _simplify(body)
    for reference in list(body.iter(qn("w:footnoteReference"), qn("w:endnoteReference"))):
        kind = "e" if reference.tag == qn("w:endnoteReference") else ""
        _replace_with_text(reference, f"{NOTE_START}{kind}{reference.get(qn('w:id'))}{NOTE_END}")


def notes_of(document: Any) -> dict[str, str]:
    """The plain text of every footnote and endnote by the number that its mark carries."""
    found: dict[str, str] = {}
    for kind, tag, relation in (
        ("", "w:footnote", RELATIONSHIP_TYPE.FOOTNOTES),
        ("e", "w:endnote", RELATIONSHIP_TYPE.ENDNOTES),
    ):
        for part in (r.target_part for r in _relations(document) if r.reltype == relation):
            root = parse_xml(part.blob)
            _simplify(root)
            for note in root.iter(qn(tag)):
                words = " ".join(
                    "".join(text.text or "" for text in line.iter(qn("w:t"))).strip()
                    for line in note.iter(qn("w:p"))
                ).strip()
                # Lines between text and notes are notes of their own, without words.
                if words:
                    found[f"{kind}{note.get(qn('w:id'))}"] = words
    return found


def _relations(document: Any) -> list[Any]:
    return [one for one in document.part.rels.values() if not one.is_external]


def _simplify(root: Any) -> None:
    for name in _DROPPED:
        for element in list(root.iter(_tag(name))):
            element.getparent().remove(element)
    for ruby in list(root.iter(qn("w:ruby"))):
        base = "".join(
            text.text or "" for part in ruby.iter(qn("w:rubyBase")) for text in part.iter(qn("w:t"))
        )
        _replace_with_text(ruby, base)
    for name in _UNWRAPPED:
        for element in list(root.iter(qn(name))):
            _unwrap(element)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    place = parent.index(element)
    for child in reversed(list(element)):
        if child.tag not in (qn("w:sdtPr"), qn("w:sdtEndPr"), qn("w:smartTagPr")):
            parent.insert(place, child)
    parent.remove(element)


def _replace_with_text(element: Any, words: str) -> None:
    parent = element.getparent()
    text = parent.makeelement(qn("w:t"), {})
    text.text = words
    parent.replace(element, text)


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_MARKUP}}}{local}" if prefix == "mc" else qn(name)
