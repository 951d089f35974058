"""What of a meeting touches one reader: my tasks, my topics, my department, my name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from kb.engagement.models import Follow
from kb.meetings.models import AgendaItem, Decision
from kb.todos.models import ActionItem
from kb.topics.models import Topic
from people.models import AskMe, Membership, Person


@dataclass(frozen=True)
class Concerns:
    """A reader's departments and topics, and the ways in which texts name the reader."""

    reader: Person
    departments: frozenset[int]
    department_names: tuple[str, ...]
    topics: frozenset[int]
    names: tuple[str, ...]

    @classmethod
    def of(cls, reader: Person) -> Self:
        """What touches this reader, in three queries."""
        posts = Membership.objects.current().filter(person=reader).select_related("department")
        departments = [post.department for post in posts]
        topic_type = ContentType.objects.get_for_model(Topic)
        followed = Follow.objects.filter(
            person=reader, content_type=topic_type, is_muted=False
        ).values_list("object_id", flat=True)
        offered = AskMe.objects.filter(person=reader).values_list("topic_id", flat=True)
        words = reader.name.replace("　", " ").split()
        names = ["".join(words), reader.name]
        if len(words) > 1 and len(words[0]) > 1:
            names += [f"{words[0]}{title}" for title in ("さん", "氏", "部長", "課長")]
            names += [f"@{words[0]}", f"★{words[0]}"]
        return cls(
            reader=reader,
            departments=frozenset(department.pk for department in departments),
            department_names=tuple(
                name for d in departments for name in (d.name, d.short_name) if len(name) > 1
            ),
            topics=frozenset([*followed, *offered]),
            names=tuple(dict.fromkeys(names)),
        )

    def of_decision(self, decision: Decision) -> str:
        """Why a decision touches the reader, in words; "" when it does not."""
        if decision.proposed_by_id == self.reader.pk:
            return _("あなたの提案")
        if any(department.pk in self.departments for department in decision.departments.all()):
            return _("あなたの部署")
        if any(topic.pk in self.topics for topic in decision.topics.all()):
            return _("あなたのテーマ")
        return self._named(f"{decision.title}\n{decision.reason}")

    def of_todo(self, todo: ActionItem, *, colleagues: frozenset[int] = frozenset()) -> str:
        """Why a ToDo touches the reader; "" when it does not."""
        if todo.person_id == self.reader.pk:
            return _("あなたのToDo")
        if todo.person_id in colleagues:
            return _("あなたの部署")
        return self._named(todo.text)

    def of_item(self, item: AgendaItem) -> str:
        """Why an item of the agenda touches the reader; "" when it does not."""
        if item.proposer_id == self.reader.pk:
            return _("あなたの議題")
        return self._named(f"{item.title}\n{item.gist}\n{item.minutes}")

    def _named(self, text: str) -> str:
        bare = text.replace(" ", "").replace("　", "")
        if any(name.replace(" ", "") in bare for name in self.names):
            return _("あなたの名前が出ています")
        if any(name in text for name in self.department_names):
            return _("あなたの部署が出ています")
        return ""


def colleagues_in(departments: Iterable[int]) -> frozenset[int]:
    """The keys of all who work in the departments today."""
    posts = Membership.objects.current().filter(department__in=list(departments))
    return frozenset(posts.values_list("person_id", flat=True))
