"""Questions to the database in SQL that was made before."""

from functools import lru_cache
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections

# Django's ``connection`` looks the connection of this thread up again for each of its attributes.
Database = Any
Row = tuple[Any, ...]


def this_database() -> Database:
    """The connection of this thread."""
    return connections[DEFAULT_DB_ALIAS]


def answered(database: Database, sql: str, parameters: list[Any]) -> list[Row]:
    """All rows. Where nobody listens to the queries, SQLite is asked without Django's rewriting of the SQL.

    To write %s as ? takes longer than most of these questions take to answer.
    """
    is_heard = database.queries_logged or bool(database.execute_wrappers)
    if database.vendor != "sqlite" or is_heard:
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cast(list[Row], cursor.fetchall())
    if database.connection is None:
        database.ensure_connection()
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        found = database.connection.execute(_with_question_marks(sql), parameters)
        return cast(list[Row], found.fetchall())


@lru_cache(maxsize=1000)
def _with_question_marks(sql: str) -> str:
    """The SQL as SQLite takes it, rewritten by Django."""
    with this_database().cursor() as cursor:
        return str(cursor.convert_query(sql))
