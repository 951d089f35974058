"""What is the same on every page is printed once, and never what differs."""

import pytest
from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils import translation
from pytest_django import Settings

from kb.foundation.templatetags.fixed import FixedNode


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
