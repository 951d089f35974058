"""How much each table holds, as the planner of SQLite must know it; PostgreSQL finds out by itself."""

from django.db import connection

# Of fewer entries the planner learns too little: all articles of an import have one author. A table of a hundred
# thousand rows takes a few tenths of a second.
_LOOKED_AT = 100_000


def note_sizes() -> None:
    """Let the planner know the tables as they are now; call it after much was written.

    Without it SQLite takes "not in the bin", which holds for nearly every row, for a rare case, and
    reads whole tables where an index would lead to the newest few rows.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={_LOOKED_AT}")
        cursor.execute("ANALYZE")
