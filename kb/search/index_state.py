"""How the index stands against the database, for operators."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from kb.search import outbox
from kb.search.analysis import ANALYSIS_VERSION
from kb.search.indexing import backend
from kb.search.kinds import KINDS
from kb.search.models import IndexLock, OutboxEntry
from kb.search.query import SearchQuery, SearchUnavailable
from kb.search.search_indexes import all_indexes


@dataclass(frozen=True)
class KindCount:
    """Rows and documents of one kind; ``documents`` is None when the index cannot be read."""

    label: str
    rows: int
    documents: int | None

    @property
    def differs(self) -> bool:
        """Whether something is missing or left over, waiting changes included."""
        return self.documents is not None and self.documents != self.rows


@dataclass(frozen=True)
class Folder:
    """The directory in use."""

    name: str
    size_bytes: int
    built_at: datetime


@dataclass(frozen=True)
class IndexState:
    """Everything that the page 「検索の索引のようす」 says about the index."""

    kinds: Sequence[KindCount]
    is_readable: bool
    waiting_count: int
    stuck_count: int
    lag: timedelta | None
    folder: Folder | None
    lock: IndexLock | None
    analysis_version: str = ANALYSIS_VERSION

    @property
    def row_count(self) -> int:
        """All rows that should be findable."""
        return sum(kind.rows for kind in self.kinds)

    @property
    def document_count(self) -> int:
        """All documents of the index."""
        return sum(kind.documents or 0 for kind in self.kinds)


def index_state() -> IndexState:
    """The state now; reads the index and counts rows, changes nothing."""
    rows, documents = _rows(), _documents()
    oldest = outbox.oldest_waiting()
    return IndexState(
        kinds=[
            KindCount(
                str(kind.label), rows[name], documents[name] if documents is not None else None
            )
            for name, kind in KINDS.items()
        ],
        is_readable=documents is not None,
        waiting_count=OutboxEntry.objects.count(),
        stuck_count=OutboxEntry.objects.filter(attempts__gte=outbox.MOST_ATTEMPTS).count(),
        lag=timezone.now() - oldest if oldest is not None else None,
        folder=_folder(),
        lock=IndexLock.objects.filter(expires_at__gt=timezone.now()).first(),
    )


def row_count() -> int:
    """How many records should be findable: as many as the index has documents, once no change waits."""
    return _rows().total()


def _rows() -> Counter[str]:
    """How many records of each kind should be findable."""
    counts: Counter[str] = Counter()
    for index in all_indexes():
        label = index.get_model()._meta.label_lower
        kinds = [kind.name for kind in KINDS.values() if kind.model == label]
        rows = index.get_model()._default_manager.filter(
            pk__in=index.index_queryset().order_by().values("pk")
        )
        if len(kinds) == 1:
            counts[kinds[0]] += rows.count()
        else:
            counts.update(dict(rows.order_by().values_list("kind").annotate(Count("pk"))))
    return counts


def _documents() -> Counter[str] | None:
    """How many documents of each kind the index has; None when it cannot be read."""
    try:
        found = backend().find(SearchQuery(kinds=frozenset(KINDS)), limit=1)
    except SearchUnavailable:
        return None
    return Counter(dict(found.kind_counts))


def _folder() -> Folder | None:
    directory = backend().directory
    try:
        path = directory.folder()
        with os.scandir(path) as files:
            size = sum(file.stat().st_size for file in files)
        # The link is made anew when a rebuild takes over, and at no other time.
        built = os.lstat(os.path.join(directory.path, "current")).st_mtime
    except (SearchUnavailable, OSError):
        return None
    return Folder(
        os.path.basename(path), size, datetime.fromtimestamp(built, timezone.get_current_timezone())
    )
