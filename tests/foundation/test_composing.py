"""Templates that extend and include others show what Django's own tags show, each time."""

from typing import Any

import pytest
from django.template import Context, Engine, TemplateDoesNotExist

BUILTINS = ["kb.foundation.templatetags.composing"]
TEMPLATES = {
    "base.html": "[{% block a %}base a{% endblock %}|{% block b %}base b{% endblock %}]",
    "middle.html": '{% extends "base.html" %}{% block a %}middle {{ block.super }}{% endblock %}',
    "page.html": '{% extends "middle.html" %}{% block b %}page {{ word }}{% endblock %}',
    "bare.html": '{% extends "base.html" %}',
    "any.html": "{% extends parent %}{% block a %}any{% endblock %}",
    "part.html": "({{ word }}{{ other }})",
    "parts.html": '{% for word in words %}{% include "part.html" with other="!" %}{% endfor %}',
    "only.html": '{% include "part.html" with other="!" only %}',
    "named.html": "{% include name %}",
    "tree.html": '{{ node.0 }}{% for node in node.1 %}<{% include "tree.html" %}>{% endfor %}',
    "missing.html": '{% include "nowhere.html" %}',
}


def shown(name: str, values: dict[str, Any]) -> list[str]:
    """The page rendered twice by our tags, and by Django's."""
    loaders = [("django.template.loaders.locmem.Loader", TEMPLATES)]
    ours, django = Engine(loaders=loaders, builtins=BUILTINS), Engine(loaders=loaders)
    template = ours.get_template(name)
    pages = [template.render(Context(values)) for _time in range(2)]
    return [*pages, django.get_template(name).render(Context(values))]


@pytest.mark.parametrize(
    ("name", "values", "html"),
    [
        ("page.html", {"word": "x"}, "[middle base a|page x]"),
        ("bare.html", {}, "[base a|base b]"),
        ("any.html", {"parent": "middle.html"}, "[any|base b]"),
        ("parts.html", {"words": "ab"}, "(a!)(b!)"),
        ("only.html", {"word": "x"}, "(!)"),
        ("named.html", {"name": "part.html", "word": "x"}, "(x)"),
        ("tree.html", {"node": ("a", [("b", []), ("c", [("d", [])])])}, "a<b><c<d>>"),
    ],
)
def test_pages_are_those_of_django(name: str, values: dict[str, Any], html: str) -> None:
    assert shown(name, values) == [html] * 3


def test_the_values_of_one_page_are_not_those_of_the_next() -> None:
    loaders = [("django.template.loaders.locmem.Loader", TEMPLATES)]
    template = Engine(loaders=loaders, builtins=BUILTINS).get_template("any.html")
    assert template.render(Context({"parent": "base.html"})) == "[any|base b]"
    assert template.render(Context({"parent": "page.html"})) == "[any|page ]"


def test_a_template_that_extends_its_own_name_gets_the_next_one() -> None:
    first = {"site.html": '{% extends "site.html" %}{% block a %}ours{% endblock %}'}
    second = {"site.html": "{% block a %}theirs{% endblock %}."}
    loaders = [("django.template.loaders.locmem.Loader", one) for one in (first, second)]
    template = Engine(loaders=loaders, builtins=BUILTINS).get_template("site.html")
    assert [template.render(Context()) for _time in range(2)] == ["ours."] * 2


def test_a_part_that_is_not_there_is_told() -> None:
    with pytest.raises(TemplateDoesNotExist, match=r"nowhere\.html"):
        shown("missing.html", {})
