"""Articles and touches through the API: the same services as the pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer, Touch
from kb.api.services import create_token
from kb.articles.models import Article
from people.models import Person

pytestmark = pytest.mark.django_db

Call = Callable[..., Any]


@pytest.fixture
def call(alice: Person) -> Call:
    """A request with alice's token and a JSON body."""
    token = create_token(alice)

    def ask(method: str, path: str, body: Any = None) -> Any:
        client = Client()
        return client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )

    return ask


def test_a_written_article_is_alices_and_can_be_read(call: Call, alice: Person) -> None:
    body = {
        "title": "鍵の借り方",
        "body": "受付で**名前**を書きます。",
        "kind": "manual",
        "topics": ["総務"],
    }
    response = call("POST", "/articles", {**body, "source_path": "office/key.md"})
    assert response.status_code == 201
    made = response.json()
    article = Article.objects.get(pk=made["id"])
    assert (article.author, article.revision, article.source_path) == (alice, 1, "office/key.md")
    assert article.imported_by is None
    assert call("GET", f"/articles/{article.pk}").json() == made
    assert made["topics"] == ["総務"]
    listed = call("GET", "/articles?source_path=office/key.md").json()
    assert [row["id"] for row in listed["articles"]] == [article.pk]


def test_the_same_source_twice_is_refused(call: Call) -> None:
    body = {"title": "一", "body": "b", "source_path": "a.md"}
    assert call("POST", "/articles", body).status_code == 201
    again = call("POST", "/articles", body)
    assert again.status_code == 409
    assert "source_path" in again.json()["fields"]
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"body": "b"}, "title"),
        ({"title": "  ", "body": "b"}, "title"),
        ({"title": "x" * 201, "body": "b"}, "title"),
        ({"title": "x"}, "body"),
        ({"title": "x", "body": "b", "kind": "weather"}, "kind"),
        ({"title": "x", "body": "b", "topics": ["a", "b", "c", "d", "e", "f"]}, "topics"),
        ({"title": "x", "body": "b" * (1024 * 1024 + 1)}, "body"),
        ({"title": "x", "body": "b", "colour": "red"}, "colour"),
        ([], "body"),
    ],
)
def test_wrong_input_is_named_and_saves_nothing(call: Call, body: Any, field: str) -> None:
    response = call("POST", "/articles", body)
    assert response.status_code == 422
    assert any(field in name for name in response.json()["fields"])
    assert not Article.objects.exists()


def test_broken_json_gets_a_message(alice: Person) -> None:
    response = Client().post(
        "/api/v1/articles",
        "{not json",
        content_type="application/json",
        headers={"authorization": f"Bearer {create_token(alice)}"},
    )
    assert response.status_code in (400, 422)
    assert response.json()["detail"]


def test_nul_and_lone_surrogates_do_no_harm(call: Call) -> None:
    response = call("POST", "/articles", {"title": "a\0b", "body": "x\0y", "topics": ["t\0"]})
    assert response.status_code == 201


def test_a_change_needs_the_revision_it_began_with(call: Call) -> None:
    made = call("POST", "/articles", {"title": "題", "body": "一\n\n二\n\n三"}).json()
    path = f"/articles/{made['id']}"
    assert call("PATCH", path, {"title": "新しい題"}).status_code == 422
    changed = call("PATCH", path, {"revision": 1, "body": "一です\n\n二\n\n三"}).json()
    assert (changed["revision"], changed["title"]) == (2, "題")
    merged = call("PATCH", path, {"revision": 1, "body": "一\n\n二\n\n三です"}).json()
    assert merged["body"] == "一です\n\n二\n\n三です"
    clash = call("PATCH", path, {"revision": 1, "body": "一でした\n\n二\n\n三"})
    assert clash.status_code == 409
    assert call("GET", path).json()["body"] == merged["body"]
    assert call("PATCH", path, {"revision": 99, "body": "x"}).status_code == 422
    assert call("PATCH", path, {"revision": 3, "body": " "}).status_code == 422


def test_what_is_in_the_bin_is_not_there(call: Call) -> None:
    made = call("POST", "/articles", {"title": "題", "body": "b"}).json()
    article = Article.objects.get()
    article.deleted_at = article.created_at
    article.save()
    assert call("GET", f"/articles/{made['id']}").status_code == 404
    assert call("PATCH", f"/articles/{made['id']}", {"revision": 1, "body": "c"}).status_code == 404
    assert call("GET", "/articles").json()["total"] == 0


def test_a_touch_is_recorded_and_listed(call: Call, alice: Person) -> None:
    customer = Customer.objects.create(name="あさぎ製菓株式会社")
    body = {
        "customer": customer.pk,
        "channel": "phone",
        "text": "ヘルプが見つからない",
        "source_path": "crm/1",
    }
    made = call("POST", "/touches", body)
    assert made.status_code == 201
    touch = Touch.objects.get()
    assert (touch.author, touch.imported_by, touch.channel) == (alice, alice, "phone")
    assert call("POST", "/touches", body).status_code == 409
    assert call("GET", f"/touches?customer={customer.pk}").json()["touches"] == [made.json()]


def test_a_wrong_touch_is_named(call: Call) -> None:
    customer = Customer.objects.create(name="A")
    for change, field in (
        ({"customer": 999}, "customer"),
        ({"channel": "pigeon"}, "channel"),
        ({"text": " "}, "text"),
        ({"mood": "?"}, "mood"),
        ({"happened_at": "2026-11-20T10:00:00"}, "happened_at"),
    ):
        body = {"customer": customer.pk, "channel": "phone", "text": "t"} | change
        response = call("POST", "/touches", body)
        assert response.status_code == 422
        assert field in response.json()["fields"]
    assert not Touch.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/articles", {"title": "題", "body": "本文\ud800"}, "body"),
        ("/articles", {"title": "題\ud800", "body": "本文"}, "title"),
        ("/articles", {"title": "題", "body": "本文", "topics": ["\ud800"]}, "topics.0"),
        ("/touches", {"customer": 1, "channel": "phone", "text": "\udfff"}, "text"),
    ],
)
def test_half_a_character_is_refused_in_words(
    call: Call, path: str, body: dict[str, Any], field: str
) -> None:
    response = call("POST", path, body)
    assert response.status_code == 422
    assert "文字として読めない" in response.json()["fields"][field]
    assert not Article.objects.exists()


def test_what_is_no_json_is_answered_in_words(alice: Person) -> None:
    token = create_token(alice)
    response = Client().post(
        "/api/v1/articles",
        "{",
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert response.json()["detail"] == "送られた本文をJSONとして読めません。"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_does_not_exist_is_answered_as_json(call: Call, method: str) -> None:
    response = call(method, "/nothing/at/all")
    assert response.status_code == 404
    assert response.json()["detail"] == "このアドレスはありません。"
    assert Client().get("/api/v1/nothing").status_code == 401
