"""Child process that prints the pages of one file as JSON: ``python -m kb.files.reader KIND PATH``.

Imports neither Django nor our models, and limits its own memory, time and output first.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

MEMORY_MAX_BYTES = 2 * 1024**3
CPU_MAX_S = 50
PAGES_MAX = 2000
CHARACTERS_MAX = 500_000


def pdf_pages(path: Path) -> Iterator[str]:
    """A page of a PDF at a time."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for number in range(len(document)):
        yield document[number].get_textpage().get_text_bounded()


def docx_pages(path: Path) -> Iterator[str]:
    """A Word document knows no pages: all of it at once."""
    import docx

    document = docx.Document(str(path))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += ["\t".join(cell.text for cell in row.cells) for row in table.rows]
    yield "\n".join(lines)


def pptx_pages(path: Path) -> Iterator[str]:
    """A slide at a time, with its tables and notes."""
    import pptx

    for slide in pptx.Presentation(str(path)).slides:
        lines = [
            shape.text_frame.text
            for shape in slide.shapes
            if getattr(shape, "has_text_frame", False)
        ]
        for shape in slide.shapes:
            if getattr(shape, "has_table", False):
                lines += ["\t".join(cell.text for cell in row.cells) for row in shape.table.rows]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            lines.append(slide.notes_slide.notes_text_frame.text)
        yield "\n".join(lines)


def xlsx_pages(path: Path) -> Iterator[str]:
    """A sheet at a time, its name first."""
    import openpyxl

    # As a stream: by path, openpyxl goes by the ending of the name, and ours has none.
    with path.open("rb") as stream:
        for sheet in openpyxl.load_workbook(stream, read_only=True, data_only=True).worksheets:
            rows = (
                [str(cell) for cell in row if cell is not None]
                for row in sheet.iter_rows(values_only=True)
            )
            yield "\n".join([sheet.title, *("\t".join(cells) for cells in rows if cells)])


def text_pages(path: Path) -> Iterator[str]:
    """The file in one piece; raises ``ValueError`` when it is no text we can read."""
    content = path.read_bytes()
    for encoding in (
        "utf-8-sig",
        "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "cp932",
    ):
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    raise ValueError("neither UTF-8 nor UTF-16 nor cp932")


READERS = {
    "pdf": pdf_pages,
    "docx": docx_pages,
    "pptx": pptx_pages,
    "xlsx": xlsx_pages,
    "text": text_pages,
}


def main(kind: str, path: Path) -> None:
    """Prints a JSON list of strings, one a page; stops at the limits without an error."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages: list[str] = []
    left = CHARACTERS_MAX
    for page in READERS[kind](path):
        pages.append(page[:left])
        left -= len(page)
        if left <= 0 or len(pages) >= PAGES_MAX:
            break
    json.dump(pages, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
