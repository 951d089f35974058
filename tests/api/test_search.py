"""The search as JSON: the promised shapes, tokens, and clear words for every mistake."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kb.api.models import ApiToken
from kb.api.services import create_token, digest_of, revoke_token
from kb.articles.models import Article
from kb.search import outbox
from people.models import Person, Responsibility

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]


@pytest.fixture
def get(alice: Person) -> Get:
    """GET with alice's token."""
    token = create_token(alice)

    def ask(path: str, **params: Any) -> Any:
        return Client().get(f"/api/v1{path}", params, headers={"authorization": f"Bearer {token}"})

    return ask


def write(author: Person, title: str, **fields: Any) -> Article:
    article: Article = Article.objects.create(author=author, title=title, **fields)
    return article


def test_results_people_and_departments_have_the_promised_shape(
    search_index: Any, get: Get, bob: Person, development_department: Any
) -> None:
    for number in range(3):
        write(
            bob,
            f"SBOMツールの選び方{number}",
            kind="manual",
            body="部品表を作る道具を比べました。",
            department=development_department,
            source_path=f"sbom/{number}.md",
        )
    outbox.drain()
    answer = get("/search", q="SBOM").json()
    assert set(answer) >= {"query", "total", "took_ms", "results", "people", "departments"}
    assert answer["query"] == "SBOM"
    first = answer["results"][0]
    assert set(first) == {"kind", "id", "title", "url", "score", "snippet", "source_path"}
    assert first["kind"] == "manual"
    assert first["source_path"].startswith("sbom/")
    person = answer["people"][0]
    assert (person["id"], person["name"], person["department"]) == (
        bob.pk,
        bob.name,
        "プロダクト開発部",
    )
    assert sum(reason["share"] for reason in person["reasons"]) == pytest.approx(1, abs=1e-4)
    assert answer["departments"][0]["name"] == "プロダクト開発部"


def test_experts_are_the_people_alone(search_index: Any, get: Get, bob: Person) -> None:
    for number in range(3):
        write(bob, f"請求書の再発行{number}")
    outbox.drain()
    answer = get("/experts", q="請求書", limit=3).json()
    assert [person["id"] for person in answer["people"]] == [bob.pk]
    assert "results" not in answer


def test_where_little_is_written_the_chore_is_named_and_it_says_so(
    search_index: Any, get: Get, alice: Person, bob: Person, development_department: Any
) -> None:
    place = {"department": development_department, "main": bob}
    Responsibility.objects.create(name="請求書の再発行", sub=alice, **place)
    outbox.drain()
    answer = get("/experts", q="請求書の再発行").json()
    assert [
        (chore["name"], chore["department"], chore["main"], chore["sub"])
        for chore in answer["responsibilities"]
    ] == [("請求書の再発行", "プロダクト開発部", bob.name, alice.name)]
    assert answer["people"][0]["why"] == "担当業務「請求書の再発行」の主担当です。"
    assert "まだ少しです" in answer["note"]
    for number in range(3):
        write(bob, f"納品書の送り方{number}")
    outbox.drain()
    answer = get("/experts", q="納品書").json()
    assert answer["note"] == "ここに書かれたことに基づいています。"


def test_kind_and_limit_narrow_the_results(search_index: Any, get: Get, bob: Person) -> None:
    for number in range(4):
        write(bob, f"請求書{number}", kind="manual" if number % 2 else "rule")
    outbox.drain()
    assert len(get("/search", q="請求書", limit=1).json()["results"]) == 1
    kinds = {hit["kind"] for hit in get("/search", q="請求書", kind="rule").json()["results"]}
    assert kinds == {"rule"}


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"kind": "weather"}]
)
def test_wrong_values_are_named(search_index: Any, get: Get, params: dict[str, Any]) -> None:
    response = get("/search", q="x", **params)
    assert response.status_code == 422
    assert response.json()["fields"]
    assert response.json()["detail"]


def test_strange_text_gets_an_answer(search_index: Any, get: Get) -> None:
    for text in (
        "",
        "\0",
        "id:*",
        "a" * 100_000,
        '"' * 5000,
        "secret OR *:*",
        "\ud800".encode("utf-8", "replace"),
    ):
        assert get("/search", q=text).status_code == 200


def test_without_a_valid_token_nothing_is_told(search_index: Any, alice: Person) -> None:
    for headers in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Basic x"},
        {"authorization": "Bearer "},
    ):
        for path in ("/search?q=x", "/experts?q=x", "/articles", "/touches", "/openapi.json"):
            response = Client().get(f"/api/v1{path}", headers=headers)
            assert response.status_code == 401
            assert "トークン" in response.json()["detail"]


def test_a_signed_in_browser_alone_is_not_enough(alice: Person, client_for: Any) -> None:
    assert client_for(alice).get("/api/v1/search?q=x").status_code == 401


def test_a_revoked_token_and_that_of_a_leaver_end_at_once(alice: Person, bob: Person) -> None:
    tokens = {person.login: create_token(person) for person in (alice, bob)}
    revoke_token(ApiToken.objects.get(person=alice))
    bob.is_active = False
    bob.save()
    for token in tokens.values():
        response = Client().get("/api/v1/articles", headers={"authorization": f"Bearer {token}"})
        assert response.status_code == 401


def test_charlie_who_has_left_gets_no_token(charlie: Person) -> None:
    with pytest.raises(CommandError, match="退職"):
        call_command("create_api_token", "charlie")


def test_the_command_prints_the_token_alone(
    alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_api_token", "alice", name="取り込み")
    token = capsys.readouterr().out.strip()
    assert "\n" not in token
    stored = ApiToken.objects.get()
    assert stored.digest == digest_of(token)
    assert token not in (stored.digest, stored.name)


def test_an_unknown_login_is_named() -> None:
    with pytest.raises(CommandError, match="nobody"):
        call_command("create_api_token", "nobody")


def test_use_is_noted_once_an_hour(get: Get) -> None:
    get("/articles")
    first = ApiToken.objects.get().last_used_at
    get("/articles")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    get("/articles")
    last = ApiToken.objects.get().last_used_at
    assert first is not None
    assert last is not None
    assert last >= first


def test_the_api_describes_itself(get: Get) -> None:
    description = get("/openapi.json").json()
    assert {"/api/v1/search", "/api/v1/experts", "/api/v1/articles", "/api/v1/touches"} <= set(
        description["paths"]
    )


def test_an_unknown_address_is_a_404(get: Get) -> None:
    assert get("/articles/999999").status_code == 404
    assert get("/articles/99999999999999999999999").status_code == 404
