"""Files in the browser: uploaded with checks, given out so that nothing in them runs."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from kb.articles.models import Article
from kb.articles.services import create_article, delete_article
from kb.files.models import Attachment
from kb.files.services import store_file
from people.models import Person

ClientFor = Callable[[Person], Client]


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "green").save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def mine(client_for: ClientFor, alice: Person) -> Client:
    return client_for(alice)


def upload(client: Client, name: str, content: bytes) -> dict[str, str]:
    answer = client.post(reverse("attachment_upload"), {"file": SimpleUploadedFile(name, content)})
    result: dict[str, str] = answer.json()
    return result


def test_a_pasted_picture_comes_back_as_markdown(mine: Client, alice: Person) -> None:
    result = upload(mine, "図[1].png", picture())
    attachment = Attachment.objects.get()
    assert result["markdown"] == f"![図［1］.png](/files/{attachment.key}/)"
    assert attachment.uploaded_by == alice
    answer = mine.get(result["url"])
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline;")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"<script>alert(1)</script>"),
        ("x.png", b"<html><script>alert(1)</script>"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.exe", b"MZ\x00\x01"),
    ],
)
def test_what_could_run_is_only_downloaded(mine: Client, name: str, content: bytes) -> None:
    answer = mine.get(upload(mine, name, content)["url"])
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] in {"text/plain; charset=utf-8", "application/octet-stream"}


def test_a_name_cannot_break_out_of_the_header(mine: Client) -> None:
    answer = mine.get(upload(mine, 'a"; x=\r\nSet-Cookie: y.txt', b"hello")["url"])
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].count('"') == 2


def test_what_cannot_be_kept_is_refused_in_words(mine: Client, settings: Settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    assert "空" in upload(mine, "x.txt", b"")["error"]
    assert "大きすぎます" in upload(mine, "x.txt", b"a" * (1024 * 1024 + 1))["error"]
    assert "届きませんでした" in mine.post(reverse("attachment_upload")).json()["error"]
    assert not Attachment.objects.exists()


def test_files_are_for_colleagues(mine: Client, client_for: ClientFor, charlie: Person) -> None:
    address = upload(mine, "x.txt", b"hello")["url"]
    for outsider in (Client(), client_for(charlie)):
        assert outsider.get(address).status_code == 302
        assert outsider.post(reverse("attachment_upload")).status_code == 302
    assert mine.get("/files/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_a_file_belongs_to_the_article_that_shows_it_and_goes_with_it(
    mine: Client, alice: Person
) -> None:
    result = upload(mine, "図.png", picture())
    article = create_article(by=alice, kind="note", title="図", body=result["markdown"])
    assert Attachment.objects.get().target == article
    assert "図.png" in mine.get(article.get_absolute_url()).content.decode()
    delete_article(article, by=alice)
    assert mine.get(result["url"]).status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_found(mine: Client, alice: Person) -> None:
    attachment = store_file(io.BytesIO(b"hello"), "x.txt", by=alice)
    attachment.file.storage.delete(attachment.file.name)
    assert mine.get(attachment.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("model", [Article, Attachment])
def test_the_models_have_their_admin_in_japanese(model: type) -> None:
    assert not str(model._meta.verbose_name).isascii()  # type: ignore[attr-defined]
