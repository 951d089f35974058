"""What #topics and @people in a text lead to. Pages are added by ``kb.articles.links``."""

from collections.abc import Iterable

from django.db.models import Value
from django.db.models.functions import Replace

from kb.text.markdown import References, Rendered, Target, Targets, render_markdown
from kb.text.markdown_rules import beginnings
from kb.topics.models import Topic, TopicSynonym
from kb.topics.services import end_of
from people.models import Person

# A text that names more than this is a list, not a conversation; the rest stays plain.
NAMES_MAX = 200
# A call to everyone is heard by nobody; who wants all to read has 「読んでもらう」.
CALLED_MAX = 20


def people_named(runs: Iterable[str]) -> dict[str, Person]:
    """The colleagues meant by runs after ``@``, by the words that name them.

    A full name written without its space, or a login. A name that two people bear names nobody.
    """
    words = _candidates(runs)
    if not words:
        return {}
    bare = Replace(Replace("name", Value(" "), Value("")), Value("　"), Value(""))
    people = Person.objects.visible()
    found: dict[str, Person] = {}
    doubtful: set[str] = set()
    for person in people.alias(bare_name=bare).filter(bare_name__in=words):
        name = "".join(person.name.split())
        if name in found:
            doubtful.add(name)
        found[name] = person
    for name in doubtful:
        del found[name]
    return found | {person.login: person for person in people.filter(login__in=words)}


def topics_named(runs: Iterable[str]) -> dict[str, Topic]:
    """The topics meant by runs after ``#``, by name or synonym; merged ones lead to the last."""
    words = _candidates(runs)
    if not words:
        return {}
    named = {
        synonym.word: synonym.topic
        for synonym in TopicSynonym.objects.filter(word__in=words).select_related("topic")
    }
    named |= {topic.name: topic for topic in Topic.objects.filter(name__in=words)}
    return {word: end_of(topic) for word, topic in named.items()}


def resolve_mentions(references: References) -> Targets:
    """Where the topics and people of a text lead; its pages stay plain."""
    return Targets(
        topics={
            word: Target(topic.get_absolute_url(), word)
            for word, topic in topics_named(references.topics).items()
        },
        people={
            word: Target(person.get_absolute_url(), person.name)
            for word, person in people_named(references.people).items()
        },
    )


def render_remark(text: str, *, id_prefix: str) -> Rendered:
    """A comment or another short text under a record, with its topics and people linked."""
    return render_markdown(text, resolve=resolve_mentions, id_prefix=id_prefix, top_level=4)


def _candidates(runs: Iterable[str]) -> set[str]:
    return {word for run in sorted(runs)[:NAMES_MAX] for word in beginnings(run)}
