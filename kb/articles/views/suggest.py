"""Completion while writing: topics and people, by name and by reading. Pages: ``kb.portal.linking``."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kb.articles.completion import (
    SUGGESTIONS_MAX,
    Suggestion,
    nearest_first,
    suggestions_for,
)
from kb.text.kana import to_hiragana
from kb.topics.models import Topic
from people.models import Person


@require_GET
def topic_suggest(request: HttpRequest) -> JsonResponse:
    """Topics as ``{insert, title, sub}``; those that begin so come first."""
    return suggestions_for(request, _topics)


@require_GET
def person_suggest(request: HttpRequest) -> JsonResponse:
    """Colleagues as ``{insert, title, sub}``, by name, reading or login."""
    return suggestions_for(request, _people)


def _topics(words: str) -> Iterable[Suggestion]:
    kana = to_hiragana(words)
    topics = Topic.objects.visible().with_synonyms()
    if words:
        topics = topics.filter(
            Q(name__icontains=words) | Q(yomi__startswith=kana) | Q(synonyms__word__icontains=words)
        ).distinct()
    for topic in nearest_first(topics[: SUGGESTIONS_MAX * 4], words, lambda row: str(row.name)):
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
