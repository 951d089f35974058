"""Pages are compressed for browsers that take it, and their size does not tell what they hold."""

import gzip

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from kb.foundation.compression import PageGZip
from people.models import Person

pytestmark = pytest.mark.django_db
LONG = ("知の輪です。" * 200).encode()


def _request(accepted: str = "gzip, br") -> HttpRequest:
    return RequestFactory().get("/", headers={"accept-encoding": accepted})


def _sent(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    return PageGZip(lambda _request: response)(request)  # type: ignore[return-value]


def test_a_page_is_compressed_and_read_again(client: Client, alice: Person) -> None:
    client.force_login(alice)
    plain = client.get("/help/").content
    packed = client.get("/help/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain)
    assert "</html>" in gzip.decompress(packed.content).decode()


def test_the_length_differs_from_time_to_time() -> None:
    lengths = {len(_sent(HttpResponse(LONG), _request()).content) for _ in range(30)}
    assert len(lengths) > 5
    assert gzip.decompress(_sent(HttpResponse(LONG), _request()).content) == LONG


def test_short_packed_and_unwanted_pages_stay_as_they_are() -> None:
    assert _sent(HttpResponse(b"short"), _request()).content == b"short"
    assert _sent(HttpResponse(LONG), _request("identity")).content == LONG
    done = HttpResponse(LONG, headers={"Content-Encoding": "br"})
    assert _sent(done, _request()).content == LONG


def test_what_has_a_tag_and_what_comes_in_pieces_is_left_to_django() -> None:
    tagged = _sent(HttpResponse(LONG, headers={"ETag": '"1"'}), _request())
    assert tagged["ETag"] == 'W/"1"'
    pieces = FileResponse([LONG, LONG])
    assert b"".join(_sent(pieces, _request())) != LONG * 2  # type: ignore[arg-type]
    assert pieces["Content-Encoding"] == "gzip"
