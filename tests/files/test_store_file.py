"""Keeping files: what they are, what is refused, what is read from them."""

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from django.conf import LazySettings
from PIL import Image

from kb.files.child import Unreadable
from kb.files.extraction import PAGE_BREAK, extract_pages, read_attachment
from kb.files.models import Attachment
from kb.files.services import FileRefused, display_name, remove_file, store_file
from kb.files.sniffing import media_type_of
from people.models import Person


def png(width: int = 4, height: int = 4) -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, "PNG")
    return stream


def office(kind: str) -> io.BytesIO:
    stream = io.BytesIO()
    if kind == "docx":
        document = docx.Document()
        document.add_paragraph("導入支援の手順")
        document.save(stream)
    elif kind == "pptx":
        slides = pptx.Presentation()
        for text in ("一枚目の題", "二枚目の題"):
            slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = text
        slides.save(stream)
    else:
        book = openpyxl.Workbook()
        book.active.append(["会社名", "あさぎ製菓"])
        book.save(stream)
    return stream


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_office_files_are_known_by_their_content(kind: str) -> None:
    assert "openxmlformats" in media_type_of(office(kind))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        ("日本語".encode(), "text/plain"),
        ("日本語の文章です".encode("cp932"), "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"PK\x03\x04broken", "application/octet-stream"),
    ],
)
def test_the_first_bytes_decide_the_type(content: bytes, media_type: str) -> None:
    assert media_type_of(io.BytesIO(content)) == media_type


def test_a_stored_file_has_a_random_path_and_keeps_its_name_for_display(alice: Person) -> None:
    attachment = store_file(png(), "../../図 その1.png", by=alice, target=alice)
    assert attachment.name == "図 その1.png"
    assert "図" not in attachment.file.name
    assert attachment.media_type == "image/png"
    assert list(Attachment.objects.visible().on(alice)) == [attachment]
    remove_file(attachment)
    assert not Attachment.objects.visible().on(alice).exists()


def test_empty_and_oversized_files_are_refused_and_leave_nothing(
    alice: Person, settings: LazySettings, tmp_path: Path
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    for content in (b"", b"x" * 11):
        with pytest.raises(FileRefused):
            store_file(io.BytesIO(content), "a.txt", by=alice)
    assert not Attachment.objects.exists()
    assert not list((tmp_path / "media").rglob("*.*"))


def test_a_broken_image_and_an_archive_bomb_are_refused(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.files.services.UNPACKED_BYTES_MAX", 1024 * 1024)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (2 * 1024 * 1024))
    for content in (io.BytesIO(b"\x89PNG\r\n\x1a\nbroken"), bomb):
        with pytest.raises(FileRefused):
            store_file(content, "a", by=alice)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("docx", "導入支援の手順"),
        ("pptx", f"一枚目の題{PAGE_BREAK}二枚目の題"),
        ("xlsx", "あさぎ製菓"),
    ],
)
def test_the_text_of_office_files_is_read_page_by_page(
    alice: Person, kind: str, words: str
) -> None:
    attachment = store_file(office(kind), f"a.{kind}", by=alice)
    read_attachment(attachment)
    attachment.refresh_from_db()
    assert attachment.text_state == Attachment.TextState.DONE
    assert words in attachment.text


def test_an_unreadable_file_is_kept_and_says_so(alice: Person) -> None:
    attachment = store_file(io.BytesIO(b"%PDF-1.7 broken"), "a.pdf", by=alice)
    read_attachment(attachment)
    attachment.refresh_from_db()
    assert attachment.text_state == Attachment.TextState.FAILED


def test_the_child_reports_what_it_cannot_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    with pytest.raises(Unreadable):
        extract_pages(broken, "pdf")


def test_display_names_lose_folders_and_control_characters() -> None:
    assert display_name("C:\\temp\\見\u202e積\x00.pdf") == "見積.pdf"
    assert display_name("///") == "名前のないファイル"
