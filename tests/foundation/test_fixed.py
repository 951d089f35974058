"""What is the same on every page is printed once, and never what differs."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.urls import set_script_prefix
from django.utils import translation
from pytest_django import Settings

from kb.foundation.templatetags.fixed import FilledNode, FixedNode, _mark


def without_content(template: Template) -> None:
    """What is printed now was remembered."""
    for node in template.nodelist:
        if isinstance(node, FixedNode):
            node.nodelist.clear()


def test_it_is_printed_once() -> None:
    template = Template("{% load display %}{% fixed %}{% icon 'bell' %}{% endfixed %}")
    first = template.render(Context())
    assert "#bell" in first
    without_content(template)
    assert template.render(Context()) == first


def test_each_language_has_its_own() -> None:
    template = Template("{% load i18n %}{% fixed %}{% translate 'ホーム' %}{% endfixed %}")
    with translation.override("ja"):
        assert template.render(Context()) == "ホーム"
    with translation.override("en"):
        assert template.render(Context()) == "Home"
    with translation.override("ja"):
        assert template.render(Context()) == "ホーム"


def test_addresses_follow_their_prefix() -> None:
    template = Template("{% fixed %}{% url 'home' %}{% endfixed %}")
    assert template.render(Context()) == "/"
    set_script_prefix("/kb/")
    try:
        assert template.render(Context()) == "/kb/"
    finally:
        set_script_prefix("/")


def test_nothing_of_the_page_can_be_remembered() -> None:
    template = Template("{% fixed %}{{ secret }}{% endfixed %}")
    with pytest.raises(AttributeError):
        template.render(Context({"secret": "alice"}))


def test_while_one_works_on_it_nothing_is_remembered(settings: Settings) -> None:
    settings.DEBUG = True
    template = Template("{% load i18n %}{% fixed %}{% translate 'ホーム' %}{% endfixed %}")
    template.render(Context())
    without_content(template)
    assert not template.render(Context())


ASK = (
    "{% fixed pk=one.pk say=one.say by open=one.open %}"
    "{% if open %}{{ say }}{% url 'article_detail' pk %}{{ pk }}{% endif %}{% endfixed %}"
)


def test_named_values_are_put_in_each_time() -> None:
    template = Template(ASK)
    one = {"pk": 7, "say": "<b>", "open": True}
    assert template.render(Context({"one": one})) == "&lt;b&gt;/articles/7/7"
    assert template.render(Context({"one": one | {"pk": 12, "say": "7"}})) == "7/articles/12/12"
    assert not template.render(Context({"one": one | {"open": False}}))
    assert template.render(Context({"one": one})) == "&lt;b&gt;/articles/7/7"


def test_a_value_is_not_looked_through_for_others() -> None:
    template = Template("{% fixed a=a b=b %}{{ a }}-{{ b }}{% endfixed %}")
    template.render(Context({"a": "", "b": ""}))
    mark = _mark(1)
    assert template.render(Context({"a": mark, "b": "secret"})) == f"{mark}-secret"


def test_what_was_not_named_cannot_be_remembered() -> None:
    template = Template("{% fixed a=a %}{{ a }}{{ secret }}{% endfixed %}")
    with pytest.raises(AttributeError):
        template.render(Context({"a": "", "secret": "alice"}))


def test_states_are_remembered_only_so_far() -> None:
    template = Template("{% fixed by a=a %}{{ a }}{% endfixed %}")
    for number in range(1000):
        assert template.render(Context({"a": number})) == str(number)
    (node,) = template.nodelist
    assert isinstance(node, FilledNode)
    assert len(node._printed) <= 200


def test_values_have_names() -> None:
    for wrong in ("{% fixed a %}", "{% fixed a=a by b %}", "{% fixed a=a b %}"):
        with pytest.raises(TemplateSyntaxError):
            Template(f"{wrong}{{% endfixed %}}")
