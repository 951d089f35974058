"""How much each table holds, as the planner of SQLite must know it; PostgreSQL finds out by itself."""

from django.db import connection

# Looking at so many entries of each index is enough and takes a tenth of a second. Of columns that are nearly
# always empty more would tell only that: the planner would read whole tables to find the few that are not.
_LOOKED_AT = 1000


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
