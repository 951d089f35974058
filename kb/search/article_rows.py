"""Articles as result lines show them, without the model: its long texts and its price per row."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from kb.foundation.addresses import address_of
from people.models import Department


class ArticleRow(NamedTuple):
    """What a line shows of an article. A search reads a hundred, and whole models would take half its time."""

    pk: int
    kind: str
    title: str
    status: str
    updated_at: datetime
    source_path: str | None
    owner_id: int | None
    author_id: int
    review_due_on: date | None
    confirmed_at: datetime | None
    is_official: bool | None
    department_id: int | None
    department_name: str | None
    department_short_name: str | None
    department_colour: str | None

    def get_absolute_url(self) -> str:
        """The article's page."""
        return address_of("article_detail", self.pk)

    @property
    def department(self) -> Department | None:
        """The department, with what a line shows of it."""
        if self.department_id is None:
            return None
        return _department(
            self.department_id,
            self.department_name or "",
            self.department_short_name or "",
            self.department_colour or "",
        )


@lru_cache(maxsize=1000)
def _department(pk: int, name: str, short_name: str, colour: str) -> Department:
    """Most articles of a search belong to the same few departments."""
    return Department(pk=pk, name=name, short_name=short_name, colour=colour)


# In the order of the fields of the row.
COLUMNS = (
    "pk", "kind", "title", "status", "updated_at", "source_path", "owner_id", "author_id",
    "review_due_on", "confirmed_at", "manual__is_official", "department_id",
    "department__name", "department__short_name", "department__colour",
)  # fmt: skip
