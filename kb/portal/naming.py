"""Completion of @people and #topics while writing, by name and by reading."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kb.articles.completion import (
    SUGGESTIONS_MAX,
    Suggestion,
    nearest_first,
    suggestions_for,
)
from kb.search.katakana import is_kana, katakana
from kb.search.readings import readings_of
from kb.text.kana import to_hiragana
from kb.topics.models import Topic
from people.models import Person

# One kana begins too many words; a name itself may be found by it.
INNER_WORD_MIN_KANA = 2


@require_GET
def topic_suggest(request: HttpRequest) -> JsonResponse:
    """Topics as ``{insert, title, sub}``; those that begin so come first."""
    return suggestions_for(request, _topics)


@require_GET
def person_suggest(request: HttpRequest) -> JsonResponse:
    """Colleagues as ``{insert, title, sub}``, by name, reading or login."""
    return suggestions_for(request, _people)


def _topics(words: str) -> Iterable[Suggestion]:
    every = Topic.objects.visible().with_synonyms()
    topics = every
    if words:
        topics = every.filter(
            Q(name__icontains=words) | Q(synonyms__word__icontains=words)
        ).distinct()
    found = nearest_first(topics[: SUGGESTIONS_MAX * 4], words, lambda row: str(row.name))
    if is_kana(words):
        read = [(place, topic) for topic in every if (place := _place_in(topic, words)) is not None]
        read.sort(key=lambda pair: (pair[0], len(pair[1].name)))
        found = list(dict.fromkeys([*found, *(topic for _place, topic in read)]))
    for topic in found[:SUGGESTIONS_MAX]:
        also = "、".join(synonym.word for synonym in topic.synonyms.all()[:3])
        yield {"insert": topic.name, "title": topic.name, "sub": also}


def _place_in(topic: Any, kana: str) -> int | None:
    """0 when the name is read so from its beginning, 1 when a later word or another word is.

    The reading that somebody typed stands before the one worked out of the name.
    """
    asked = katakana(kana.replace(" ", "").replace("\u3000", ""))
    first, *later = (
        (katakana("".join(topic.yomi.split())),) if topic.yomi else readings_of(topic.name) or ("",)
    )
    if first.startswith(asked):
        return 0
    later += [one for synonym in topic.synonyms.all() for one in readings_of(synonym.word)[:1]]
    if len(asked) >= INNER_WORD_MIN_KANA and any(one.startswith(asked) for one in later):
        return 1
    return None


def _people(words: str) -> Iterable[Suggestion]:
    kana = to_hiragana(words)
    people = Person.objects.visible().with_departments().in_reading_order()
    if words:
        people = people.filter(
            Q(name__icontains=words)
            | Q(yomi__startswith=kana)
            | Q(yomi__contains=f" {kana}")
            | Q(login__istartswith=words)
            | Q(pk__in=_read_as(words))
        )
    # Those whose name or reading begins so stand first; the order of readings stays.
    found = sorted(
        people[: SUGGESTIONS_MAX * 4],
        key=lambda person: not (person.name.startswith(words) or person.yomi.startswith(kana)),
    )[:SUGGESTIONS_MAX]
    names = ["".join(person.name.split()) for person in found]
    for person, name in zip(found, names, strict=True):
        department = person.department
        yield {
            # Where two people bear one name, only the login says who is meant.
            "insert": name if names.count(name) == 1 else person.login,
            "title": person.name,
            "sub": department.name if department else "",
        }


def _read_as(words: str) -> list[int]:
    """Colleagues for whom nobody typed a reading, and whose name is probably read so."""
    if not is_kana(words):
        return []
    asked = katakana(words)
    unread = Person.objects.visible().filter(yomi="").values_list("pk", "name")
    return [pk for pk, name in unread if any(one.startswith(asked) for one in readings_of(name))]
