"""What of each record is searchable: one function per model, from a loaded record to its document.

The functions read only what ``kb.search.search_indexes`` loaded with the record, so that a batch
costs a fixed number of queries.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.experts.evidence import key_of
from kb.files.models import Attachment
from kb.meetings.models import Decision, Meeting
from kb.text.plain import plain_text
from kb.topics.models import Topic
from people.models import Department, Person, Responsibility

_TITLE_MAX = 300

# Gentle signals: a confirmed text stands a little above, an expired or replaced one below.
CONFIRMED = 1.05
EXPIRED = 0.9
REPLACED = 0.6
RETIRED = 0.5
DRAFT = 0.85


@dataclass(frozen=True)
class Document:
    """One record as the index sees it. ``files`` are (name, text) of its attachments."""

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
    files: tuple[tuple[str, str], ...] = field(default=())

    @property
    def revision(self) -> int:
        """A fingerprint of the whole content (0 to 2³¹-1): equal documents have equal ones."""
        return zlib.crc32(json.dumps(asdict(self), ensure_ascii=True).encode()) & 0x7FFFFFFF

    @property
    def full_text(self) -> str:
        """The body and the text of every attachment, each after its file's name."""
        return "\n\n".join([self.text, *(f"{name}\n{text}" for name, text in self.files)])

    def prepared(self) -> dict[str, Any]:
        """The dictionary that the engine takes."""
        return {
            "key": self.key,
            "kind": self.kind,
            "state": self.state,
            "title": self.title,
            "names": self.names,
            "text": self.full_text,
            "topics": list(self.topics),
            "departments": list(self.departments),
            "people": list(self.people),
            "day": self.day,
            "revision": self.revision,
            "quality": self.quality,
        }


def _lines(*parts: object) -> str:
    """The parts that say something, one a line."""
    return "\n".join(text for part in parts if part and (text := str(part).strip()))


def _ids(*records_or_ids: int | None) -> tuple[int, ...]:
    return tuple(sorted({pk for pk in records_or_ids if pk is not None}))


def _day(moment: datetime | date | None) -> int:
    if moment is None:
        return 0
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment).date()
    return moment.toordinal()


def _topic_words(topics: Iterable[Topic]) -> tuple[tuple[str, ...], list[str]]:
    """The slugs for the filter, and the names as words."""
    used = [topic for topic in topics if topic.merged_into_id is None]
    return tuple(sorted(topic.slug for topic in used)), [topic.name for topic in used]


def _files(record: Any) -> tuple[tuple[str, str], ...]:
    loaded: list[Attachment] = getattr(record, "loaded_files", [])
    return tuple((attachment.name, attachment.text) for attachment in loaded)


def _name(person: Person | None) -> str:
    return person.name if person is not None else ""


# Minutes seldom call themselves so, yet people ask for 「企画 議事録」. A plain word, because the
# index knows no language of an interface.
MINUTES_WORD = "議事録"


def article_document(article: Article) -> Document:
    """An article of any kind, with its answers, its book and its authors' names."""
    slugs, topic_names = _topic_words(article.topics.all())
    contributors = list(article.contributors.all())
    authors = [article.author, *(c.person for c in contributors if c.role == "author")]
    answers = [answer for answer in article.answers.all() if not answer.is_deleted]
    return Document(
        key=key_of(article),
        kind=article.kind,
        title=article.title,
        names=_lines(
            MINUTES_WORD if article.kind == Article.Kind.MINUTES else "",
            *topic_names,
            *dict.fromkeys(_name(author) for author in authors),
            article.department.name if article.department else "",
        ),
        text=_lines(
            article.summary,
            *_detail_lines(article),
            plain_text(article.body),
            *(plain_text(answer.body) for answer in answers),
        ),
        state=article.status,
        topics=slugs,
        departments=_ids(article.department_id),
        people=_ids(
            article.author_id,
            article.owner_id,
            *(c.person_id for c in contributors if c.role == "author"),
            *(answer.author_id for answer in answers),
        ),
        day=_day(article.updated_at),
        quality=_article_quality(article),
        files=_files(article),
    )


def _detail_lines(article: Article) -> list[str]:
    if article.kind == Article.Kind.QUESTION and hasattr(article, "question"):
        return [article.question.situation]
    if article.kind == Article.Kind.MANUAL and hasattr(article, "manual"):
        chore = article.manual.responsibility
        return [chore.name if chore else "", article.manual.readers]
    if article.kind == Article.Kind.BOOK_NOTE and hasattr(article, "book_note"):
        note = article.book_note
        return [
            note.book.title,
            note.book.author,
            note.one_line,
            note.for_whom,
            note.learnt,
            note.use_at_work,
        ]
    return []


def _article_quality(article: Article) -> float:
    if article.status == Article.Status.RETIRED:
        return RETIRED
    if article.status == Article.Status.DRAFT:
        return DRAFT
    if article.review_due_on is not None and article.review_due_on < timezone.localdate():
        return EXPIRED
    return CONFIRMED if article.confirmed_at is not None else 1.0


def book_document(book: Book) -> Document:
    """A book by title, reading and author."""
    return Document(
        key=key_of(book),
        kind="book",
        title=book.title,
        names=_lines(book.yomi, book.author, book.isbn),
        text=_lines(*(note.one_line for note in book.notes.all() if not note.article.is_deleted)),
        day=_day(book.updated_at),
    )


def meeting_document(meeting: Meeting) -> Document:
    """A meeting with agenda, minutes, the teams' parts and its questions."""
    slugs, topic_names = _topic_words(meeting.topics.all())
    items = list(meeting.agenda_items.all())
    parts = list(meeting.sessions.all())
    return Document(
        key=key_of(meeting),
        kind="meeting",
        title=str(meeting),
        names=_lines(meeting.series.name, MINUTES_WORD, *topic_names, _name(meeting.chair)),
        text=_lines(
            *(_lines(item.title, item.gist, plain_text(item.minutes)) for item in items),
            *(_lines(part.department.name, part.results, part.goals, part.note) for part in parts),
            *(_lines(q.text, q.answer) for part in parts for q in part.questions.all()),
            plain_text(meeting.body),
        ),
        state=meeting.state,
        topics=slugs,
        departments=_ids(*(part.department_id for part in parts)),
        people=_ids(
            meeting.chair_id,
            meeting.scribe_id,
            *(item.proposer_id for item in items),
            *(part.presenter_id for part in parts),
        ),
        day=_day(meeting.held_at),
        files=_files(meeting),
    )


def decision_document(decision: Decision) -> Document:
    """A decision with its reason and what was not chosen."""
    slugs, topic_names = _topic_words(decision.topics.all())
    rejected = decision.rejected_options.all()
    where = str(decision.meeting) if decision.meeting is not None else ""
    return Document(
        key=key_of(decision),
        kind="decision",
        title=decision.title,
        names=_lines(*topic_names, where, _name(decision.proposed_by)),
        text=_lines(decision.reason, *(_lines(option.option, option.why) for option in rejected)),
        state=decision.state,
        topics=slugs,
        departments=_ids(*(department.pk for department in decision.departments.all())),
        people=_ids(decision.proposed_by_id),
        day=_day(decision.decided_on),
        quality=1.0 if decision.state == Decision.State.VALID else REPLACED,
        files=_files(decision),
    )


def customer_document(customer: Customer) -> Document:
    """A customer by every name it has or had, with the people there."""
    contacts = list(customer.contacts.all())
    return Document(
        key=key_of(customer),
        kind="customer",
        title=customer.name,
        names=_lines(
            customer.yomi,
            *(former.name for former in customer.former_names.all()),
            *(other.name for other in customer.merged_customers.all()),
            *(_lines(contact.name, contact.yomi) for contact in contacts),
            customer.corporate_number,
        ),
        text=_lines(
            customer.industry,
            customer.products,
            customer.note,
            *(" ".join((contact.department, contact.title)) for contact in contacts),
        ),
        people=_ids(customer.sales_owner_id, customer.success_owner_id),
        day=_day(customer.updated_at),
        files=_files(customer),
    )


def touch_document(touch: Touch) -> Document:
    """A contact with a customer, with the marked sentences."""
    slugs, topic_names = _topic_words(touch.topics.all())
    department = touch.author.department
    return Document(
        key=key_of(touch),
        kind="touch",
        title=str(touch),
        names=_lines(
            touch.customer.name,
            *topic_names,
            _name(touch.author),
            *(contact.name for contact in touch.contacts.all()),
        ),
        text=_lines(
            plain_text(touch.text),
            *(voice.quote for voice in touch.voices.all() if voice.quote not in touch.text),
        ),
        state=touch.mood,
        topics=slugs,
        departments=_ids(department.pk if department else None),
        people=_ids(touch.author_id, *(colleague.pk for colleague in touch.colleagues.all())),
        day=_day(touch.happened_at),
        files=_files(touch),
    )


def voice_theme_document(theme: VoiceTheme) -> Document:
    """A theme of customers' voices in their own words."""
    slugs, topic_names = _topic_words(theme.topics.all())
    voices = [
        v for v in theme.voices.all() if not (v.touch.is_deleted or v.touch.customer.is_deleted)
    ]
    return Document(
        key=key_of(theme),
        kind="voice_theme",
        title=theme.title,
        names=_lines(*topic_names, *dict.fromkeys(voice.touch.customer.name for voice in voices)),
        text=_lines(theme.description, *(voice.quote for voice in voices), theme.reason),
        state=theme.status,
        topics=slugs,
        departments=_ids(theme.owner_department_id),
        people=_ids(theme.owner_id),
        day=_day(theme.updated_at),
        files=_files(theme),
    )


def person_document(person: Any) -> Document:
    """A colleague by name, reading, department and what one may ask."""
    asked = list(person.ask_me.all())
    department = person.department
    return Document(
        key=key_of(person),
        kind="person",
        title=person.name,
        names=_lines(
            person.yomi,
            person.login,
            *(membership.title for membership in person.current_memberships),
            *(ask.topic.name for ask in asked),
        ),
        text=_lines(
            department.name if department else "",
            person.bio,
            person.now_doing,
            *(ask.note for ask in asked),
            person.languages,
        ),
        topics=tuple(sorted(ask.topic.slug for ask in asked)),
        departments=_ids(*(membership.department_id for membership in person.current_memberships)),
        people=(person.pk,),
        day=_day(person.updated_at),
    )


def department_document(department: Department) -> Document:
    """A department by its names, its task and its chores."""
    chores = [chore for chore in department.responsibilities.all() if chore.is_active]
    return Document(
        key=key_of(department),
        kind="department",
        title=department.name,
        names=_lines(department.short_name, department.yomi),
        text=_lines(department.mission, *(chore.name for chore in chores)),
        departments=(department.pk,),
        day=_day(department.updated_at),
    )


def responsibility_document(chore: Responsibility) -> Document:
    """A chore by every word people use for it."""
    return Document(
        key=key_of(chore),
        kind="responsibility",
        title=chore.name,
        names=_lines(*chore.words),
        text=_lines(chore.note, chore.department.name),
        departments=(chore.department_id,),
        people=_ids(chore.main_id, chore.sub_id),
        day=_day(chore.updated_at),
    )


def topic_document(topic: Topic) -> Document:
    """A topic by its name and the other words for it."""
    return Document(
        key=key_of(topic),
        kind="topic",
        title=topic.name,
        names=_lines(
            topic.yomi,
            *(synonym.word for synonym in topic.synonyms.all()),
            *(other.name for other in topic.merged_topics.all()),
        ),
        text=topic.description,
        topics=(topic.slug,),
    )


def community_document(community: Community) -> Document:
    """A community by its problem, why now, and the result."""
    slugs, topic_names = _topic_words(community.topics.all())
    return Document(
        key=key_of(community),
        kind="community",
        title=community.title,
        names=_lines(*topic_names, _name(community.started_by)),
        text=_lines(community.why_now, community.done_when, community.result),
        state=community.state,
        topics=slugs,
        people=_ids(
            community.started_by_id,
            community.facilitator_id,
            *(m.person_id for m in community.members.all() if m.kind in ("joined", "listening")),
        ),
        day=_day(community.updated_at),
        files=_files(community),
    )


def shortened_title(document: Document) -> str:
    """The title in the length that the table of indexed texts keeps."""
    return document.title[:_TITLE_MAX]
