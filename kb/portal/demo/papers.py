"""Makes real files out of the demo's texts: a workbook, a document, slides, a picture, a PDF."""

import io
import re
from collections.abc import Iterable, Sequence

import docx
import openpyxl
import pptx
from PIL import Image, ImageDraw

Table = list[list[str]]

RULE_OF_A_TABLE = re.compile(r"^\|[\s:|-]+\|$")
NUMBER = re.compile(r"^[\d,]+$")
TITLE_AND_TEXT = 1  # a layout of the usual blank presentation
BAR, GAP, HEIGHT, MARGIN = 26, 18, 260, 30
COLOURS = ("#9a3f22", "#1f5490", "#5a459a", "#3f6b1e")
PAPER, INK = "#fcfcfa", "#525a55"


def table_of(body: str) -> Table:
    """The first table of a Markdown text, without the line under its head."""
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [
        [cell.strip().replace("**", "") for cell in line.strip("|").split("|")]
        for line in lines
        if not RULE_OF_A_TABLE.match(line)
    ]


def workbook(title: str, table: Table) -> bytes:
    """The table as a workbook; what looks like a number becomes one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title[:31]
    for row in table:
        sheet.append([int(c.replace(",", "")) if NUMBER.match(c) else c for c in row])
    return _saved(book)


def document(title: str, body: str) -> bytes:
    """The text as a document: its headings, its paragraphs."""
    paper = docx.Document()
    paper.add_heading(title, level=0)
    for line in body.splitlines():
        if line.startswith("#"):
            paper.add_heading(line.lstrip("# "), level=1)
        elif line.strip():
            paper.add_paragraph(line.strip().lstrip("->").replace("**", "").strip())
    return _saved(paper)


def slides(title: str, pages: Iterable[tuple[str, str]]) -> bytes:
    """One slide per page with its heading and its text, after a first one with the title."""
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = title
    for heading, text in pages:
        slide = show.slides.add_slide(show.slide_layouts[TITLE_AND_TEXT])
        slide.shapes.title.text = heading
        slide.placeholders[1].text = text
    return _saved(show)


def chart(table: Table) -> bytes:
    """The numbers of the table as groups of bars, one group a row, one colour a column."""
    rows = [[int(cell) for cell in row[1:] if NUMBER.match(cell)] for row in table[1:]]
    highest = max(max(row) for row in rows)
    group = BAR * len(rows[0]) + GAP
    picture = Image.new("RGB", (MARGIN * 2 + group * len(rows), HEIGHT + MARGIN * 2), PAPER)
    pen = ImageDraw.Draw(picture)
    foot = MARGIN + HEIGHT
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            left = MARGIN + group * number + BAR * place
            top = foot - HEIGHT * value // highest
            pen.rectangle((left, top, left + BAR - 4, foot), fill=COLOURS[place % len(COLOURS)])
            pen.text((left + 4, top - 14), str(value), fill=INK)
    pen.line((MARGIN, foot, picture.width - MARGIN, foot), fill=INK, width=2)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def pdf(lines: Sequence[str]) -> bytes:
    """One page with these lines in a Japanese font every reader brings along."""
    moves = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    content = f"BT /F1 11 Tf 18 TL 60 780 Td\n{moves}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5"
        b" /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /W [1 94 520] /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922]"
        b" /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >>",
    ]
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    """The objects as a PDF file with its table of places."""
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _saved(
    paper: docx.document.Document | openpyxl.Workbook | pptx.presentation.Presentation,
) -> bytes:
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
