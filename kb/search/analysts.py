"""Analyses many documents on all cores, for a rebuild."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

from kb.search.contents import Contents, contents_of

Prepared = Mapping[str, Any]
Analyse = Callable[[Iterable[Prepared]], Iterator[Contents]]

# Fewer documents are analysed faster than processes start.
_WORTH_STARTING = 300
_AT_ONCE = 400
_CHUNK = 20


@contextmanager
def analysts() -> Iterator[Analyse]:
    """Give a function that analyses documents, in further processes once there are many."""
    pool: list[ProcessPoolExecutor] = []
    seen = 0

    def analyse(documents: Iterable[Prepared]) -> Iterator[Contents]:
        nonlocal seen
        waiting = iter(documents)
        while batch := list(islice(waiting, _AT_ONCE)):
            seen += len(batch)
            if seen > _WORTH_STARTING and not pool and _may_start():
                pool.append(_started())
            if pool:
                yield from pool[0].map(contents_of, batch, chunksize=_CHUNK)
            else:
                yield from map(contents_of, batch)

    try:
        yield analyse
    finally:
        for executor in pool:
            executor.shutdown(cancel_futures=True)


def _may_start() -> bool:
    """Whether processes help and are allowed: a worker of a prefork pool may have no children."""
    is_child_allowed = not multiprocessing.current_process().daemon
    return is_child_allowed and _cores() > 1 and "fork" in multiprocessing.get_all_start_methods()


def _started() -> ProcessPoolExecutor:
    # Forked processes have the dictionary in memory already, and touch nothing but text.
    return ProcessPoolExecutor(_cores(), mp_context=multiprocessing.get_context("fork"))


def _cores() -> int:
    return os.cpu_count() or 1
