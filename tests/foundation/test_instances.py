"""Instances that are made without Django's steps are as Django's own."""

from typing import Any

import pytest
from django.db.models.signals import post_init

from kb.articles.models import Article
from kb.foundation.instances import maker
from people.models import Department, Person

pytestmark = pytest.mark.django_db


def made(model: Any, pk: int, *names: str) -> Any:
    (values,) = model.objects.filter(pk=pk).values_list(*names)
    return maker(model, names)(values)


def test_an_instance_is_as_django_makes_it(alice: Person, success_department: Department) -> None:
    article = Article.objects.create(author=alice, department=success_department, title="手順")
    names = [field.attname for field in Article._meta.concrete_fields]
    ours, theirs = made(Article, article.pk, *names), Article.objects.get(pk=article.pk)
    assert ours == theirs
    assert {**vars(ours), "_state": None} == {**vars(theirs), "_state": None}
    assert (ours._state.adding, ours._state.db) == (theirs._state.adding, theirs._state.db)
    assert (ours.author, ours.department) == (alice, success_department)
    ours.title = "新しい手順"
    ours.save()
    assert Article.objects.get().title == "新しい手順"


def test_fields_that_were_not_read_are_read_when_they_are_asked_for(alice: Person) -> None:
    person = made(Person, alice.pk, "id", "login", "photo")
    assert person.get_deferred_fields() >= {"name", "password"}
    assert (person.name, person.photo_url) == (alice.name, alice.photo_url)


def test_who_listens_to_new_instances_hears_of_each(alice: Person) -> None:
    heard: list[Any] = []

    def listen(instance: Any, **_more: Any) -> None:
        heard.append(instance)

    post_init.connect(listen, sender=Person)
    try:
        person = made(Person, alice.pk, "id", "login")
    finally:
        post_init.disconnect(listen, sender=Person)
    assert heard == [person]
