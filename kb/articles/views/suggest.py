"""Completion while writing: topics, people and pages, by name and by reading."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kb.articles.models import Article
from kb.text.kana import to_hiragana
from kb.topics.models import Topic
from people.models import Person

SUGGESTIONS_MAX = 8
QUERY_MAX_CHARACTERS = 50

Suggestion = dict[str, str]


def _answer(request: HttpRequest, find: Callable[[str], Iterable[Suggestion]]) -> JsonResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:QUERY_MAX_CHARACTERS]
    return JsonResponse(list(find(words)), safe=False, json_dumps_params={"ensure_ascii": False})


@require_GET
def topic_suggest(request: HttpRequest) -> JsonResponse:
    """Topics as ``{insert, title, sub}``; those that begin so come first."""
    return _answer(request, _topics)


@require_GET
def person_suggest(request: HttpRequest) -> JsonResponse:
    """Colleagues as ``{insert, title, sub}``, by name, reading or login."""
    return _answer(request, _people)


@require_GET
def link_suggest(request: HttpRequest) -> JsonResponse:
    """Pages as ``{insert, title, sub, url}``, by words of the title."""
    return _answer(request, _pages)


def _topics(words: str) -> Iterable[Suggestion]:
    kana = to_hiragana(words)
    topics = Topic.objects.visible().with_synonyms()
    if words:
        topics = topics.filter(
            Q(name__icontains=words) | Q(yomi__startswith=kana) | Q(synonyms__word__icontains=words)
        ).distinct()
    for topic in _nearest_first(topics[: SUGGESTIONS_MAX * 4], words, lambda row: str(row.name)):
        also = "、".join(synonym.word for synonym in topic.synonyms.all()[:3])
        yield {"insert": topic.name, "title": topic.name, "sub": also}


def _people(words: str) -> Iterable[Suggestion]:
    kana = to_hiragana(words)
    people = Person.objects.visible().with_departments().in_reading_order()
    if words:
        people = people.filter(
            Q(name__icontains=words)
            | Q(yomi__startswith=kana)
            | Q(yomi__contains=f" {kana}")
            | Q(login__istartswith=words)
        )
    found = list(people[:SUGGESTIONS_MAX])
    names = ["".join(person.name.split()) for person in found]
    for person, name in zip(found, names, strict=True):
        department = person.department
        yield {
            # Where two people bear one name, only the login says who is meant.
            "insert": name if names.count(name) == 1 else person.login,
            "title": person.name,
            "sub": department.name if department else "",
        }


def _pages(words: str) -> Iterable[Suggestion]:
    pages = Article.objects.visible().exclude(status=Article.Status.RETIRED)
    for word in words.split():
        pages = pages.filter(title__icontains=word)
    rows = pages.order_by("-updated_at")[: SUGGESTIONS_MAX * 4]
    for page in _nearest_first(rows, words, lambda row: str(row.title)):
        yield {
            "insert": page.title,
            "title": page.title,
            "sub": page.get_kind_display(),
            "url": page.get_absolute_url(),
        }


def _nearest_first(rows: Iterable[Any], words: str, name: Callable[[Any], str]) -> list[Any]:
    """Rows whose name begins with the words first, short names before long ones."""
    lower = words.lower()
    ordered = sorted(
        rows, key=lambda row: (not name(row).lower().startswith(lower), len(name(row)))
    )
    return ordered[:SUGGESTIONS_MAX]
