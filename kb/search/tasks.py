"""Celery's ways into the index: the wake-up, the sweeper, the nightly comparison."""


def wake_indexer() -> None:
    """Tells the indexer that rows wait."""
