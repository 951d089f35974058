"""The small picture of a file's first page: who makes it, of what, and who sees it."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from kb.articles.models import Article
from kb.articles.services import create_article, delete_article
from kb.files.models import Attachment
from kb.files.previews import draw_preview
from kb.files.services import store_file
from kb.files.tasks import draw_first_page, read_waiting
from kb.portal.emptying import empty_bin
from people.models import Person

ClientFor = Callable[[Person], Client]
EXIF_ORIENTATION = 0x0112


def pdf(width: int = 595, height: int = 842) -> io.BytesIO:
    document = pypdfium2.PdfDocument.new()
    document.new_page(width, height)
    stream = io.BytesIO()
    document.save(stream)
    return stream


def photo(mode: str = "RGB", color: Any = "green", *, turned: bool = False) -> io.BytesIO:
    image, stream = Image.new(mode, (900, 600), color), io.BytesIO()
    exif = image.getexif()
    if turned:
        exif[EXIF_ORIENTATION] = 6
    image.save(stream, "PNG", exif=exif)
    return stream


def drawn(attachment: Attachment) -> Image.Image:
    with attachment.preview.open("rb") as stored:
        picture = Image.open(io.BytesIO(stored.read()))
    picture.load()
    return picture


@pytest.fixture
def article(alice: Person) -> Article:
    return create_article(by=alice, kind="manual", title="経費精算", body="申請書をご覧ください。")


@pytest.fixture
def form(article: Article, alice: Person) -> Attachment:
    return store_file(pdf(), "申請書.pdf", by=alice, target=article)


def test_the_page_of_an_article_shows_the_first_page_of_its_pdf(
    client_for: ClientFor, bob: Person, article: Article, form: Attachment
) -> None:
    his = client_for(bob)
    before = his.get(article.get_absolute_url()).content.decode()
    assert "申請書.pdf" in before
    assert "/preview/" not in before
    draw_preview(form)
    assert f'src="{form.preview_url}"' in his.get(article.get_absolute_url()).content.decode()
    answer = his.get(form.preview_url)
    assert answer["Content-Type"] == "image/webp"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.getvalue())).size == (453, 640)


@pytest.mark.parametrize(
    ("file", "size"), [(photo(), (640, 427)), (photo(turned=True), (427, 640))]
)
def test_a_picture_is_made_small_and_upright(
    alice: Person, file: io.BytesIO, size: tuple[int, int]
) -> None:
    attachment = store_file(file, "写真.png", by=alice)
    draw_preview(attachment)
    assert drawn(attachment).size == size


def test_what_is_transparent_is_white_as_paper(alice: Person) -> None:
    attachment = store_file(photo("RGBA", (0, 0, 0, 0)), "透明.png", by=alice)
    draw_preview(attachment)
    assert drawn(attachment).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"hello", pdf(1, 10**7).getvalue()])
def test_what_cannot_be_drawn_is_tried_once(alice: Person, content: bytes) -> None:
    attachment = store_file(io.BytesIO(content), "x.pdf", by=alice)
    draw_preview(attachment)
    attachment.refresh_from_db()
    assert attachment.preview_state == Attachment.PreviewState.NONE or attachment.preview
    assert Attachment.objects.filter(preview_state=Attachment.PreviewState.WAITING).count() == 0


def test_the_worker_draws_once_and_finds_what_the_queue_forgot(form: Attachment) -> None:
    read_waiting()
    form.refresh_from_db()
    assert form.preview_state == Attachment.PreviewState.DONE
    assert form.text_state != Attachment.TextState.WAITING
    form.preview.storage.delete(form.preview.name)
    draw_first_page(form.pk)
    assert not form.preview.storage.exists(form.preview.name)


def test_the_first_page_goes_with_the_article(
    client_for: ClientFor, article: Article, form: Attachment, alice: Person, charlie: Person
) -> None:
    draw_preview(form)
    for outsider in (Client(), client_for(charlie)):
        assert outsider.get(form.preview_url).status_code == 302
    delete_article(article, by=alice)
    assert client_for(alice).get(form.preview_url).status_code == 404


def test_an_emptied_bin_leaves_no_picture_behind(
    form: Attachment, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    draw_preview(form)
    picture = Path(form.preview.path)
    assert picture.exists()
    Attachment.objects.update(deleted_at=timezone.now() - dt.timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        empty_bin(timezone.now())
    assert not picture.exists()
