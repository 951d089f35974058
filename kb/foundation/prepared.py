"""Queries whose SQL is made once and asked with other values each time.

For a few rows by their keys, making the SQL takes Django several times as long as the database takes to
answer. Pages that ask a dozen such questions keep the SQL.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import (  # type: ignore[attr-defined]
    ModelIterable,
    get_related_populators,
)

from kb.foundation.database import Database, answered, this_database
from kb.foundation.instances import maker
from kb.foundation.today import today

_Row = tuple[Any, ...]
_Query = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class _Given:
    """Stands in the parameters where the values of a call go; ``name`` says which of several."""

    name: str = ""
    is_list: bool = True


_GIVEN = _Given()
# Numbers have eight bytes.
_MOST = 2**63
_QueryOf = Callable[[Any], Any]
_LISTS = {
    "sqlite": ("SELECT value AS given FROM json_each(%s)",) * 2,
    "postgresql": ("SELECT unnest(%s::bigint[]) AS given", "SELECT unnest(%s::text[]) AS given"),
}
# PostgreSQL takes a list that it has to select from for a table of unknown length, and reads whole tables for one row.
_SELECTED_LIST = re.compile(r" IN \(SELECT unnest\((%s::\w+\[\])\) AS given\)")


def _is_possible(value: int | str) -> bool:
    """Whether a column may hold it; PostgreSQL refuses to compare with anything else."""
    if isinstance(value, str):
        return "\0" not in value
    return -_MOST <= value < _MOST


def _list_for_database(values: Iterable[Any], database: Database) -> Any:
    possible = [value for value in values if _is_possible(value)]
    return json.dumps(possible) if database.vendor == "sqlite" else possible


def _for_database(value: Any, database: Database, *, is_list: bool) -> Any:
    if is_list:
        return _list_for_database(value, database)
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return database.ops.adapt_datefield_value(value) if isinstance(value, date) else value


class _Statement:
    """The SQL of a query with its parameters, and what makes Python's values of its columns."""

    def __init__(self, query: _Query) -> None:
        compiler = query.query.get_compiler(connection=this_database())
        sql, parameters = compiler.as_sql()
        self.sql = _SELECTED_LIST.sub(r" = ANY(\1)", sql)
        self._parameters = tuple(parameters)
        self._compiler = compiler
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self._converters = [
            (place, *found) for place, found in compiler.get_converters(columns).items()
        ]

    def parameters(self, values: list[Any], database: Database) -> list[Any]:
        """What the database takes with the SQL for some values."""
        given = _list_for_database(values, database)
        return [given if one is _GIVEN else one for one in self._parameters]

    def parameters_by_name(self, values: Mapping[str, Any], database: Database) -> list[Any]:
        """The same for values by name, as ``Given`` gave them out. Raises KeyError for a missing one."""
        return [
            _for_database(values[one.name], database, is_list=one.is_list)
            if one.__class__ is _Given
            else one
            for one in self._parameters
        ]

    def answer(self, parameters: list[Any], database: Database) -> list[Any]:
        """The rows as tuples."""
        rows = answered(database, self.sql, parameters)
        return [self.converted(row, database) for row in rows] if self._converters else rows

    def converted(self, row: _Row, database: Database) -> _Row:
        """A row with Python's values."""
        if not self._converters:
            return row
        values = list(row)
        for place, converters, expression in self._converters:
            for convert in converters:
                values[place] = convert(values[place], expression, database)
        return tuple(values)


class _Related:
    """Makes a related record of a row and joins both, as Django's RelatedPopulator does."""

    def __init__(self, populator: Any) -> None:
        self._own = slice(populator.cols_start, populator.cols_end)
        self._key = populator.pk_idx
        self._make = maker(populator.model_cls, populator.init_list)
        self._related = _related_of(populator.related_populators)
        self._join, self._join_back = populator.local_setter, populator.remote_setter

    def populate(self, row: _Row, record: Any) -> None:
        """Joins the related record to the record; None where there is none."""
        values = row[self._own]
        if values[self._key] is None:
            self._join(record, None)
            return
        found = self._make(values)
        for related in self._related:
            related.populate(row, found)
        self._join(record, found)
        self._join_back(found, record)


def _related_of(populators: Any) -> list[Any]:
    """Django's own where the columns of a parent's table have to be sorted first."""
    return [one if one.reorder_for_init else _Related(one) for one in populators]


class _StatementOfRecords(_Statement):
    """The same for a query of models, with related ones and annotations, as Django's ModelIterable makes them."""

    def __init__(self, query: _Query) -> None:
        super().__init__(query)
        compiler = self._compiler
        fields = compiler.klass_info["select_fields"]
        self._own = slice(fields[0], fields[-1] + 1)
        names = [column[0].target.attname for column in compiler.select[self._own]]
        self._make = maker(compiler.klass_info["model"], names)
        self._related = _related_of(
            get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        )
        self._annotations = list((compiler.annotation_col_map or {}).items())

    def answer(self, parameters: list[Any], database: Database) -> list[Any]:
        """The records."""
        return [self._record(row) for row in super().answer(parameters, database)]

    def _record(self, row: _Row) -> Any:
        record = self._make(row[self._own])
        for related in self._related:
            related.populate(row, record)
        for name, place in self._annotations:
            setattr(record, name, row[place])
        return record


class _StatementOfAbsent(_Statement):
    """The numbers of a list that a query of records, made from one of them, does not find."""

    def __init__(self, query_of: _QueryOf) -> None:
        one = RawSQL("asked.given", ())
        super().__init__(query_of(one).order_by().values("pk"))
        listed = _LISTS[this_database().vendor][0]
        self.sql = f"asked.given FROM ({listed}) AS asked WHERE NOT EXISTS ({self.sql})"
        self._parameters = (_GIVEN, *self._parameters)


def _statement_of(query: _Query) -> _Statement:
    """Whichever the query asks for: records or plain rows."""
    gives_records = issubclass(query._iterable_class, ModelIterable)
    return (_StatementOfRecords if gives_records else _Statement)(query)


def _given_list(*, by_text: bool = False) -> RawSQL:
    return RawSQL(_LISTS[this_database().vendor][by_text], (_GIVEN,))  # noqa: S611 (a constant)


class Prepared:
    """A query of plain rows, called with numbers, or with texts where ``by_text`` says so.

    ``query`` makes the query from what stands for the values: ``lambda ids: Topic.objects.visible()
    .filter(pk__in=ids).values_list("pk")``. It may depend on the day and on nothing else. Gives rows in the
    order of the query; nothing is asked for no values.
    """

    _statement: ClassVar[type[_Statement]] = _Statement

    def __init__(self, query: _QueryOf, *, by_text: bool = False) -> None:
        self._query = query
        self._by_text = by_text
        self._made: dict[tuple[str, date], _Statement] = {}

    def __call__(self, values: Collection[Any]) -> list[Any]:
        """The rows for these values."""
        if not values:
            return []
        database = this_database()
        statement = self._ready(database)
        return statement.answer(statement.parameters(list(values), database), database)

    def _ready(self, database: Database) -> _Statement:
        name = (database.vendor, today())
        made = self._made.get(name)
        if made is None:
            self._made.clear()
            query = self._query(_given_list(by_text=self._by_text))
            made = self._made[name] = self._statement(query)
        return made


class PreparedRecords(Prepared):
    """The same for a query of models; ``select_related``, ``defer`` and ``annotate`` hold, prefetching does not."""

    _statement = _StatementOfRecords


class PreparedAll(Prepared):
    """The same for a query that asks for no values: ``lambda _: Topic.objects.visible().values_list("pk")``."""

    def __call__(self, values: Collection[Any] = ()) -> list[Any]:
        """All rows."""
        database = this_database()
        statement = self._ready(database)
        return statement.answer(statement.parameters([], database), database)


class Given:
    """Gives out what stands for the values of a call by name."""

    @staticmethod
    def one(name: str) -> RawSQL:
        """Stands for a number, a text, a day or a moment: ``.filter(author=given.one("person"))``."""
        return RawSQL("%s", (_Given(name, is_list=False),))

    @staticmethod
    def ids(name: str) -> RawSQL:
        """Stands for numbers, none included: ``.exclude(pk__in=given.ids("shown"))``."""
        return RawSQL(_LISTS[this_database().vendor][False], (_Given(name),))  # noqa: S611 (a constant)


class PreparedFor:
    """A query of several values by name, of models or of plain rows.

    ``PreparedFor(lambda given: Touch.objects.visible().exclude(author=given.one("reader")))`` is called
    with ``reader=person.pk``. Else it is as ``Prepared``; but it is asked for empty lists, too.
    """

    def __init__(self, query: Callable[[Given], Any]) -> None:
        self._query = query
        self._made: dict[tuple[str, date], _Statement] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """The rows or records for these values. Raises KeyError for a missing one."""
        database = this_database()
        statement = self._ready(database)
        return statement.answer(statement.parameters_by_name(values, database), database)

    def _ready(self, database: Database) -> _Statement:
        name = (database.vendor, today())
        made = self._made.get(name)
        if made is None:
            self._made.clear()
            made = self._made[name] = _statement_of(self._query(Given()))
        return made


class PreparedUnion:
    """Several queries of plain rows, by name, asked as one; each for numbers of its own.

    Their columns must have the same types, as in any union.
    """

    def __init__(self, queries: Mapping[str, _QueryOf]) -> None:
        self._queries = queries
        self._made: dict[tuple[str, date, tuple[str, ...]], tuple[str, list[_Statement]]] = {}

    def __call__(self, values: Mapping[str, Collection[int]]) -> list[tuple[str, _Row]]:
        """The name of the query and the row, for these values; nothing is asked for no values."""
        asked = {name: values[name] for name in self._queries if values.get(name)}
        if not asked:
            return []
        names, database = tuple(asked), this_database()
        sql, statements = self._ready(names, database)
        parameters = [
            one
            for statement, chosen in zip(statements, asked.values(), strict=True)
            for one in statement.parameters(list(chosen), database)
        ]
        found = answered(database, sql, parameters)
        return [(names[row[0]], statements[row[0]].converted(row[1:], database)) for row in found]

    def _ready(self, names: tuple[str, ...], database: Database) -> tuple[str, list[_Statement]]:
        day = today()
        made = self._made.get((database.vendor, day, names))
        if made is None:
            statements = [_Statement(self._queries[name](_given_list())) for name in names]
            parts = (
                f"SELECT {place} AS part, part_{place}.* FROM ({one.sql}) part_{place}"  # noqa: S608
                for place, one in enumerate(statements)
            )
            made = " UNION ALL ".join(parts), statements
            if any(key[1] != day for key in self._made):
                self._made.clear()
            self._made[database.vendor, day, names] = made
        return made


class PreparedAbsent:
    """Which of many numbers no record of a query has; several queries, by name, are asked as one.

    Nearly all that is asked for is there, so this brings few rows where asking what there is would bring hundreds.
    ``queries`` make each query from what stands for one number: ``lambda pk: Topic.objects.visible().filter(pk=pk)``.
    They may depend on the day and on nothing else.
    """

    def __init__(self, queries: Mapping[str, _QueryOf]) -> None:
        self._queries = queries
        self._made: dict[tuple[str, date, tuple[str, ...]], tuple[str, list[_Statement]]] = {}

    def __call__(self, values: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
        """The numbers that are not there, for each name with values; nothing is asked for no values."""
        asked = {name: values[name] for name in self._queries if values.get(name)}
        if not asked:
            return {}
        names, database = tuple(asked), this_database()
        sql, statements = self._ready(names, database)
        possible = [[value for value in asked[name] if -_MOST <= value < _MOST] for name in names]
        absent = {
            name: set(asked[name]).difference(kept)
            for name, kept in zip(names, possible, strict=True)
        }
        parameters = [
            one
            for statement, kept in zip(statements, possible, strict=True)
            for one in statement.parameters(kept, database)
        ]
        for place, value in answered(database, sql, parameters):
            absent[names[place]].add(value)
        return absent

    def _ready(self, names: tuple[str, ...], database: Database) -> tuple[str, list[_Statement]]:
        day = today()
        made = self._made.get((database.vendor, day, names))
        if made is None:
            statements: list[_Statement] = [
                _StatementOfAbsent(self._queries[name]) for name in names
            ]
            parts = (f"SELECT {place}, {one.sql}" for place, one in enumerate(statements))
            made = " UNION ALL ".join(parts), statements
            if any(key[1] != day for key in self._made):
                self._made.clear()
            self._made[database.vendor, day, names] = made
        return made
