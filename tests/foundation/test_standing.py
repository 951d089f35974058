"""Small tables are read again as soon as they hold something else, and only then."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kb.foundation.standing import Standing
from kb.topics.models import Topic
from people.models import Department

pytestmark = pytest.mark.django_db


@pytest.fixture
def standing() -> Standing:
    return Standing(
        {
            "topics": lambda: Topic.objects.visible().order_by("-name").values_list("slug", "name"),
            "departments": lambda: Department.objects.visible().values_list("pk", "name"),
        },
        {"topics": list, "departments": list},
    )


def asked(standing: Standing) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as queries:
        held = standing()
    return len(queries), held


def test_one_question_while_nothing_changes(standing: Standing) -> None:
    Topic.objects.create(name="採用", slug="hiring")
    first = standing()
    assert first["topics"] == [("hiring", "採用")]
    number, again = asked(standing)
    assert (number, again["topics"]) == (1, first["topics"])
    assert again["topics"] is first["topics"]


def test_every_way_to_write_is_seen(standing: Standing) -> None:
    assert standing() == {"topics": [], "departments": []}
    topic = Topic.objects.create(name="採用", slug="hiring")
    assert standing()["topics"] == [("hiring", "採用")]
    Topic.objects.filter(pk=topic.pk).update(name="採 用")
    assert standing()["topics"] == [("hiring", "採 用")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE topics_topic SET slug = %s", ["hire"])
    assert standing()["topics"] == [("hire", "採 用")]
    topic.delete()
    assert standing()["topics"] == []


def test_the_order_belongs_to_the_table(standing: Standing) -> None:
    first = Department.objects.create(name="営業部", slug="sales", yomi="えいぎょうぶ", position=1)
    other = Department.objects.create(name="開発部", slug="dev", yomi="かいはつぶ", position=2)
    assert [pk for pk, _name in standing()["departments"]] == [first.pk, other.pk]
    Department.objects.filter(pk=first.pk).update(position=3)
    assert [pk for pk, _name in standing()["departments"]] == [other.pk, first.pk]


def test_a_value_that_moves_to_its_neighbour_is_another_table(standing: Standing) -> None:
    Topic.objects.create(slug="a", name="bc")
    assert standing()["topics"] == [("a", "bc")]
    Topic.objects.update(slug="ab", name="c")
    assert standing()["topics"] == [("ab", "c")]
    Topic.objects.update(slug="a", name="'b'||';'")
    assert standing()["topics"] == [("a", "'b'||';'")]


def test_what_depends_on_the_day_is_asked_anew(standing: Standing) -> None:
    closing = timezone.localdate() + timedelta(days=1)
    Department.objects.create(name="総務部", slug="ga", yomi="そうむぶ", closed_on=closing)
    assert len(standing()["departments"]) == 1
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert standing()["departments"] == []


def test_what_is_written_between_two_questions_is_not_kept() -> None:
    written: list[Topic] = []

    def rows(found: Any) -> Any:
        if not written:
            written.append(Topic.objects.create(slug="b", name="乙"))
        return list(found)

    query = lambda: Topic.objects.order_by("slug").values_list("slug")  # noqa: E731
    standing = Standing({"topics": query}, {"topics": rows})
    Topic.objects.create(slug="a", name="甲")
    assert standing()["topics"] == [("a",)]
    assert standing()["topics"] == [("a",), ("b",)]
