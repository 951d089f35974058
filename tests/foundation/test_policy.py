"""The policy of every page is that of the settings, with the nonce of this page and no other."""

import re

import pytest
from csp.exceptions import CSPNonceError
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from kb.foundation.policy import ContentPolicy
from people.models import Person

pytestmark = pytest.mark.django_db
HEADER = "Content-Security-Policy"


def _parts(policy: str) -> set[str]:
    return set(policy.split("; "))


def test_each_page_names_its_own_nonce(client: Client, alice: Person) -> None:
    client.force_login(alice)
    nonces = set()
    for _time in range(2):
        page = client.get("/help/")
        nonce = re.findall(r'nonce="([^"]+)"', page.content.decode())[0]
        assert _parts(page[HEADER]) == _parts(build_policy(nonce=nonce))
        nonces.add(nonce)
    assert len(nonces) == 2


def _sent(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    return ContentPolicy(lambda _request: response)(request)  # type: ignore[return-value]


def test_a_page_without_scripts_names_none_and_who_asks_later_is_told() -> None:
    request = RequestFactory().get("/")
    answer = _sent(HttpResponse("words"), request)
    assert _parts(answer[HEADER]) == _parts(build_policy())
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)  # type: ignore[attr-defined]


def test_a_policy_of_ones_own_stays() -> None:
    own = HttpResponse("words", headers={HEADER: "default-src 'self'"})
    assert _sent(own, RequestFactory().get("/"))[HEADER] == "default-src 'self'"
    other = HttpResponse("words")
    other._csp_replace = {"img-src": ["https://example.com"]}  # type: ignore[attr-defined]
    assert "img-src https://example.com" in _sent(other, RequestFactory().get("/"))[HEADER]
