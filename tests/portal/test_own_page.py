"""The own page is edited where it stands; photos are cut small and tell nothing but the face."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from people.models import Person
from people.services import leave


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """Red on the left, blue on the right, with a place in its notes."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    notes = Image.Exif()
    notes[0x010E] = "at home"
    made = io.BytesIO()
    image.save(made, kind, exif=notes)
    return made.getvalue()


def send(client: Client, person: Person, content: bytes, keep: str = "middle") -> str:
    file = SimpleUploadedFile("me.jpg", content, "image/jpeg")
    answer = client.post(f"/people/{person.pk}/edit/photo/", {"file": file, "keep": keep})
    if answer.status_code == 302:
        return ""
    assert answer.status_code == 422
    return answer.content.decode()


def shown(client: Client, person: Person) -> Image.Image:
    person.refresh_from_db()
    answer = client.get(person.photo_url)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(b"".join(answer)))


def test_words_are_edited_in_place(alice_client: Client, alice: Person) -> None:
    page = alice_client.get(f"/people/{alice.pk}/").content.decode()
    for part in ("now", "today", "about", "contact"):
        assert f'action="/people/{alice.pk}/edit/{part}/"' in page
        assert alice_client.get(f"/people/{alice.pk}/edit/{part}/").status_code == 200
    alice_client.post(f"/people/{alice.pk}/edit/now/", {"now_doing": "ヘルプを直しています。"})
    alice_client.post(f"/people/{alice.pk}/edit/contact/", {"extension": "2104"})
    alice.refresh_from_db()
    assert (alice.fresh_now_doing, alice.extension) == ("ヘルプを直しています。", "2104")


def test_todays_state_is_dated_by_its_own_part_alone(alice_client: Client, alice: Person) -> None:
    today = {"today_state": "home", "today_note": ""}
    alice_client.post(f"/people/{alice.pk}/edit/today/", today)
    alice.refresh_from_db()
    assert alice.state_today == "在宅です"
    Person.objects.filter(pk=alice.pk).update(today_on="2020-01-01")
    alice_client.post(f"/people/{alice.pk}/edit/about/", {"bio": "山が好きです。"})
    alice.refresh_from_db()
    assert alice.state_today == ""
    alice_client.post(f"/people/{alice.pk}/edit/today/", today)
    alice.refresh_from_db()
    assert alice.state_today == "在宅です"


def test_what_is_too_long_is_kept_and_named(alice_client: Client, alice: Person) -> None:
    answer = alice_client.post(f"/people/{alice.pk}/edit/now/", {"now_doing": "長" * 301})
    assert answer.status_code == 422
    assert "長" * 301 in answer.content.decode()


def test_nobody_else_edits_the_page(alice_client: Client, bob: Person) -> None:
    assert "/edit/now/" not in alice_client.get(f"/people/{bob.pk}/").content.decode()
    for part in ("now", "photo", "photo/remove"):
        assert alice_client.post(f"/people/{bob.pk}/edit/{part}/", {}).status_code == 403
    assert alice_client.get(f"/people/{bob.pk}/edit/rubbish/").status_code in (403, 404)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_small_square_without_notes(
    alice_client: Client, alice: Person, kind: str
) -> None:
    assert send(alice_client, alice, picture(kind, (900, 600))) == ""
    photo = shown(alice_client, alice)
    assert (photo.format, photo.size) == ("WEBP", (320, 320))
    assert not photo.getexif()


@pytest.mark.parametrize(("keep", "colour"), [("start", "red"), ("end", "blue")])
def test_the_chosen_part_is_kept(
    alice_client: Client, alice: Person, keep: str, colour: str
) -> None:
    send(alice_client, alice, picture(size=(80, 40)), keep)
    red, _green, blue = shown(alice_client, alice).convert("RGB").split()
    red_sum, blue_sum = (sum(band.tobytes()) for band in (red, blue))
    assert (red_sum > blue_sum) is (colour == "red")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "写真として読めません"),
        (b"", "空です"),
        (picture()[:300], "写真が壊れています"),
        (b"x" * (10 * 1024 * 1024 + 1), "10MBまで"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(
    alice_client: Client, alice: Person, content: bytes, words: str
) -> None:
    assert words in send(alice_client, alice, content)
    alice.refresh_from_db()
    assert not alice.photo


def test_a_picture_that_unfolds_to_gigabytes_is_refused(
    alice_client: Client, alice: Person
) -> None:
    made = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(made, "PNG")
    assert "大きすぎます" in send(alice_client, alice, made.getvalue())


def test_the_photo_stands_in_cards_and_can_be_taken_off(
    alice_client: Client, alice: Person, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    send(alice_client, alice, picture())
    alice.refresh_from_db()
    first = alice.photo
    assert f'src="{alice.photo_url}"' in alice_client.get("/people/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        alice_client.post(f"/people/{alice.pk}/edit/photo/remove/")
    alice.refresh_from_db()
    assert alice.photo_url == ""
    assert not first.storage.exists(first.name)


def test_photos_of_leavers_are_not_given_out(
    alice_client: Client,
    alice: Person,
    bob: Person,
    client_for: Callable[[Person], Client],
) -> None:
    send(client_for(bob), bob, picture())
    bob.refresh_from_db()
    address = bob.photo_url
    assert alice_client.get(address).status_code == 200
    assert Client().get(address).status_code == 302
    assert alice_client.get(f"/people/{bob.pk}/photo/other/").status_code == 404
    leave(bob, by=alice)
    assert alice_client.get(address).status_code == 404
    assert address not in alice_client.get(f"/people/{bob.pk}/").content.decode()
