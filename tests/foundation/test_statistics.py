"""What the planner of the database knows about the tables."""

import pytest
from django.db import connection

from kb.foundation.statistics import note_sizes
from kb.topics.models import Topic


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_sqlite_learns_how_much_a_table_holds() -> None:
    Topic.objects.bulk_create(Topic(name=f"テーマ{i}", slug=f"t{i}") for i in range(40))
    note_sizes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s LIMIT 1", ["topics_topic"])
        counted = cursor.fetchone()[0]
    assert int(counted.split()[0]) == 40
