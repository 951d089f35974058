"""A record as the index takes it, and the small pieces that documents are made of."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from kb.files.models import Attachment
from kb.topics.models import Topic
from people.models import Person

_TITLE_MAX = 300


@dataclass(frozen=True)
class Document:
    """One record as the index sees it. ``files`` are (name, text, key) of its attachments."""

    key: str
    kind: str
    title: str
    names: str = ""
    text: str = ""
    state: str = ""
    topics: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    day: int = 0
    quality: float = 1.0
    files: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def revision(self) -> int:
        """A fingerprint of the whole content (0 to 2³¹-1): equal documents have equal ones."""
        return zlib.crc32(json.dumps(asdict(self), ensure_ascii=True).encode()) & 0x7FFFFFFF

    @property
    def full_text(self) -> str:
        """The body and the text of every attachment, each after its file's name."""
        return "\n\n".join([self.text, *(f"{name}\n{text}" for name, text, _key in self.files)])

    def prepared(self) -> dict[str, Any]:
        """The dictionary that the engine takes."""
        return {
            "key": self.key,
            "kind": self.kind,
            "state": self.state,
            "title": self.title,
            "names": self.names,
            "text": self.full_text,
            "own": len(self.text),
            "topics": list(self.topics),
            "departments": list(self.departments),
            "people": list(self.people),
            "day": self.day,
            "revision": self.revision,
            "quality": self.quality,
        }


def lines_of(*parts: object) -> str:
    """The parts that say something, one a line."""
    return "\n".join(text for part in parts if part and (text := str(part).strip()))


def ids_of(*records_or_ids: int | None) -> tuple[int, ...]:
    """The ids that are there, sorted, each once."""
    return tuple(sorted({pk for pk in records_or_ids if pk is not None}))


def day_of(moment: datetime | date | None) -> int:
    """The local day as an ordinal number; 0 without one."""
    if moment is None:
        return 0
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment).date()
    return moment.toordinal()


def topic_words(topics: Iterable[Topic]) -> tuple[tuple[str, ...], list[str]]:
    """The slugs for the filter, and the names as words, in an order that no plan of a query changes.

    Else documents differ from the index though nobody changed anything.
    """
    used = [topic for topic in topics if topic.merged_into_id is None]
    used.sort(key=lambda topic: topic.slug)
    return tuple(topic.slug for topic in used), [topic.name for topic in used]


def files_of(record: Any) -> tuple[tuple[str, str, str], ...]:
    """Name, text and key of every attachment that was loaded with the record."""
    loaded: list[Attachment] = getattr(record, "loaded_files", [])
    return tuple((one.name, one.text, str(one.key)) for one in loaded)


def name_of(person: Person | None) -> str:
    """The person's name; empty for nobody."""
    return person.name if person is not None else ""


def shortened_title(document: Document) -> str:
    """The title in the length that the table of indexed texts keeps."""
    return document.title[:_TITLE_MAX]
