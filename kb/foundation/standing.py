"""Small tables that many pages show whole, read again only when they hold something else."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kb.foundation.database import Row, answered, this_database
from kb.foundation.today import today

# One text of all rows, as JSON: so no two tables give the same.
_TEXTS = {
    "sqlite": "GROUP_CONCAT(JSON_ARRAY({}))",
    "postgresql": "STRING_AGG(CAST(JSON_BUILD_ARRAY({}) AS text), ',')",
}
_Query = QuerySet[Any, Any]
_QueryOf = Callable[[], _Query]
_Make = Callable[[list[Row]], Any]
_Statement = tuple[str, tuple[Any, ...]]


class Standing:
    """What is made of the rows of small tables, by name; asked in one query.

    Each time the database is asked for one text of all rows in place of the rows: that takes it a third of the time,
    and Python has nothing to do while the text is the same. ``queries`` give plain rows with their order; they may
    depend on the day and on nothing else. ``makes`` turn the rows into what pages need.
    """

    def __init__(self, queries: Mapping[str, _QueryOf], makes: Mapping[str, _Make]) -> None:
        self._queries, self._makes = queries, makes
        self._made: dict[tuple[str, date], _Statement] = {}
        self._kept: dict[str, tuple[str | None, Any]] = {}

    def __call__(self) -> Mapping[str, Any]:
        """What the tables hold now."""
        texts = self._texts()
        changed = [name for name in texts if self._kept.get(name, ("",))[0] != texts[name]]
        if not changed:
            return {name: self._kept[name][1] for name in texts}
        fresh = {name: self._makes[name](list(self._queries[name]())) for name in changed}
        # Somebody may have written between the two questions: then nothing is kept.
        after = self._texts()
        for name in changed:
            if after[name] == texts[name]:
                self._kept[name] = texts[name], fresh[name]
        return {name: fresh[name] if name in fresh else self._kept[name][1] for name in texts}

    def _texts(self) -> dict[str, str | None]:
        database = this_database()
        state = database.vendor, today()
        made = self._made.get(state)
        if made is None:
            self._made.clear()
            made = self._made[state] = _union(self._queries, database.vendor)
        sql, parameters = made
        return dict(answered(database, sql, list(parameters)))


def _union(queries: Mapping[str, _QueryOf], vendor: str) -> _Statement:
    parts = [_text_of(name, query(), vendor) for name, query in queries.items()]
    return " UNION ALL ".join(sql for sql, _of in parts), tuple(
        one for _sql, of in parts for one in of
    )


def _text_of(name: str, query: _Query, vendor: str) -> _Statement:
    """Asks for the name and the text of the rows; what they are ordered by belongs to it."""
    order = query.query.order_by or query.model._meta.ordering
    names = dict.fromkeys([*query.query.values_select, *(str(one).lstrip("-") for one in order)])
    sql, parameters = query.order_by().values_list(*names).query.sql_with_params()
    text = _TEXTS[vendor].format(", ".join(f'held."{column}"' for column in names))
    return f"SELECT '{name}', {text} FROM ({sql}) AS held", parameters  # noqa: S608 (our names)
