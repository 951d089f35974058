"""What people write in Word arrives as Markdown: nothing that can be read is lost."""

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from kb.articles.importing.word import WordRefused, open_word, word_markdown

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FOOTNOTES = (
    f"<w:footnotes {_W}>"
    '<w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:t>注の文 *</w:t></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def saved(document: Any) -> io.BytesIO:
    stream = io.BytesIO()
    document.save(stream)
    stream.seek(0)
    return stream


def markdown(document: Any) -> str:
    return word_markdown(open_word(saved(document)), lambda _picture: "")


def with_xml(*pieces: str) -> Any:
    document = docx.Document()
    paragraph = document.add_paragraph("前")
    for piece in pieces:
        paragraph._p.append(parse_xml(piece.replace(">", f" {_W}>", 1)))
    return document


def test_readings_above_kanji_are_dropped_and_the_kanji_stay() -> None:
    ruby = (
        "<w:r><w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    assert markdown(with_xml(ruby)) == "前漢字"


def test_tracked_changes_count_as_accepted_and_fields_are_read() -> None:
    words = markdown(
        with_xml(
            "<w:ins><w:r><w:t>足した</w:t></w:r></w:ins>",
            "<w:del><w:r><w:delText>消した</w:delText></w:r></w:del>",
            "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>欄の中</w:t></w:r></w:sdtContent></w:sdt>",
        )
    )
    assert words == "前足した欄の中"


def test_footnotes_stand_below_and_marks_without_words_vanish() -> None:
    document = with_xml(
        '<w:r><w:footnoteReference w:id="2"/></w:r>', '<w:r><w:footnoteReference w:id="9"/></w:r>'
    )
    part = Part(PackURI("/word/footnotes.xml"), _TYPE, _FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, _RELATION)
    assert markdown(document) == "前[^2]\n\n[^2]: 注の文 \\*"


def test_lists_nest_and_count() -> None:
    document = docx.Document()
    for words, style in (("一", "List Number"), ("二", "List Number 2"), ("点", "List Bullet 2")):
        document.add_paragraph(words, style=style)
    run = document.add_paragraph().add_run("両方")
    run.bold = run.italic = True
    assert markdown(document) == "1. 一\n    1. 二\n    - 点\n\n***両方***"


def test_a_document_with_a_broken_part_is_refused_in_words() -> None:
    whole, broken = saved(docx.Document()), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            cut = b"<w:document" if name == "word/document.xml" else source.read(name)
            target.writestr(name, cut)
    broken.seek(0)
    with pytest.raises(WordRefused, match="壊れて"):
        open_word(broken)


def test_words_of_one_look_in_several_runs_are_marked_once() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("まず")
    for part in ("必", "ず", "出す "):
        paragraph.add_run(part).bold = True
    paragraph.add_run("古い").font.strike = True
    both = paragraph.add_run("両方")
    both.bold = both.font.strike = True
    assert markdown(document) == "まず**必ず出す** ~~古い~~**~~両方~~**"


def test_joined_cells_are_told_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "見出し"
    assert markdown(document).splitlines()[0] == "| 見出し |  |"


def test_signs_that_are_marks_in_markdown_stay_signs() -> None:
    document = docx.Document()
    document.add_paragraph("~~波~~ &amp; A&B **星**")
    assert markdown(document) == r"\~\~波\~\~ \&amp; A&B \*\*星\*\*"


def test_old_and_locked_documents_are_refused_with_what_to_do() -> None:
    with pytest.raises(WordRefused, match="古い形式"):
        open_word(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000))
