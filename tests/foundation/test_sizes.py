"""What is too much is refused with a page of ours, never with an error of the server."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from people.models import Person

ClientFor = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def test_a_text_of_many_megabytes_is_told(client_for: ClientFor, alice: Person) -> None:
    body = b"body=" + b"a" * 7 * MEGABYTE
    answer = client_for(alice).post(
        reverse("article_create", args=["note"]), body, "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "文章は1 MBまで" in answer.content.decode()


def test_programs_are_told_in_their_own_form(client: Client) -> None:
    answer = client.post("/api/v1/articles", b"[" + b" " * 9 * MEGABYTE + b"]", "application/json")
    assert (answer.status_code, answer.json()["status"]) == (413, 413)


def test_limits_of_files_are_told_before_one_is_chosen(
    client_for: ClientFor, alice: Person, settings: Settings
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 7 * MEGABYTE
    client = client_for(alice)
    for address in (reverse("touch_create"), reverse("article_create", args=["note"])):
        assert "ひとつ7 MBまで" in client.get(address).content.decode()


def test_too_many_fields_and_files_are_told(client_for: ClientFor, alice: Person) -> None:
    client = client_for(alice)
    many = "&".join(f"f{number}=1" for number in range(1500)).encode()
    answer = client.post(reverse("import_upload"), many, "application/x-www-form-urlencoded")
    assert answer.status_code == 413
    files = [SimpleUploadedFile(f"{number}.md", b"x") for number in range(2001)]
    answer = client.post(reverse("import_upload"), {"files": files})
    assert answer.status_code == 413
    assert "大きすぎて" in answer.content.decode()


@pytest.mark.parametrize("who", ["alice", "nobody"])
def test_only_colleagues_send_much_at_once(
    client: Client,
    client_for: ClientFor,
    alice: Person,
    settings: Settings,
    who: str,
) -> None:
    sender = client_for(alice) if who == "alice" else client
    file = SimpleUploadedFile("a.zip", b"0" * 9 * MEGABYTE)
    answer = sender.post(reverse("import_upload"), {"files": file})
    assert answer.status_code == (302 if who == "alice" else 413)
    settings.REQUEST_MAX_BYTES = 8 * MEGABYTE
    file.seek(0)
    assert sender.post(reverse("import_upload"), {"files": file}).status_code == 413


def test_what_cannot_be_read_is_told(client_for: ClientFor, alice: Person) -> None:
    answer = client_for(alice).post(
        reverse("import_upload"), b"no parts at all", "multipart/form-data; boundary=" + "x" * 300
    )
    assert answer.status_code == 400
    assert "送られたものを読めませんでした" in answer.content.decode()


def test_an_address_for_forms_alone_shows_a_page(client_for: ClientFor, alice: Person) -> None:
    answer = client_for(alice).get(reverse("import_upload"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "ホームへ戻る" in answer.content.decode()


def test_a_long_search_leads_to_the_sign_in(client: Client) -> None:
    short = client.get(reverse("search"), {"q": "あ" * 1000})
    assert short.status_code == 302
    assert "%25E3%2581%2582" in short["Location"]
    long = client.get(reverse("search"), {"q": "あ" * 7000})
    assert (long.status_code, long["Location"]) == (302, "/login/?next=/search/")
