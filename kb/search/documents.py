"""What of each record is searchable: one function per model, from a loaded record to its document.

The functions read only what ``kb.search.search_indexes`` loaded with the record, so that a batch
costs a fixed number of queries.
"""

from typing import Any

from django.utils import timezone

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.experts.evidence import key_of
from kb.meetings.models import AgendaItem, Decision, Meeting
from kb.search.document import Document, day_of, files_of, ids_of, lines_of, name_of, topic_words
from kb.text.plain import plain_text
from kb.todos.models import ActionItem
from kb.topics.models import Topic
from people.models import Department, Responsibility

# Gentle signals: a confirmed text stands a little above, an expired or replaced one below.
CONFIRMED = 1.05
EXPIRED = 0.9
REPLACED = 0.6
RETIRED = 0.5
DRAFT = 0.85


# What answers stands a little above what merely mentions: pages and people that lead on have
# their places beside the results, long minutes name much in passing.
_KIND_QUALITY = {
    **dict.fromkeys(("manual", "question", "rule"), 1.05),
    **{"book_note": 0.95, "voice_theme": 0.95, "touch": 0.9, "person": 0.9, "department": 0.9},
    **{"minutes": 0.85, "meeting": 0.85, "responsibility": 0.8, "topic": 0.75},
}


# Minutes seldom call themselves so, yet people ask for 「企画 議事録」. A plain word, because the
# index knows no language of an interface.
MINUTES_WORD = "議事録"


def article_document(article: Article) -> Document:
    """An article of any kind, with its answers, its book and its authors' names."""
    slugs, topic_names = topic_words(article.topics.all())
    contributors = list(article.contributors.all())
    authors = [article.author, *(c.person for c in contributors if c.role == "author")]
    answers = [answer for answer in article.answers.all() if not answer.is_deleted]
    return Document(
        key=key_of(article),
        kind=article.kind,
        title=article.title,
        names=lines_of(
            MINUTES_WORD if article.kind == Article.Kind.MINUTES else "",
            *topic_names,
            *dict.fromkeys(name_of(author) for author in authors),
            article.department.name if article.department else "",
        ),
        text=lines_of(
            article.summary,
            *_detail_lines(article),
            plain_text(article.body),
            *(plain_text(answer.body) for answer in answers),
        ),
        state=article.status,
        topics=slugs,
        departments=ids_of(article.department_id),
        people=ids_of(
            article.author_id,
            article.owner_id,
            *(c.person_id for c in contributors if c.role == "author"),
            *(answer.author_id for answer in answers),
        ),
        day=day_of(article.updated_at),
        quality=_article_quality(article) * quality_of(article.kind),
        files=files_of(article),
    )


def quality_of(kind: str) -> float:
    """What a kind of record counts; 1.0 is ordinary."""
    return _KIND_QUALITY.get(kind, 1.0)


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
        names=lines_of(book.yomi, book.author, book.isbn),
        text=lines_of(*(note.one_line for note in book.notes.all() if not note.article.is_deleted)),
        day=day_of(book.updated_at),
    )


def meeting_document(meeting: Meeting) -> Document:
    """A meeting with all that was said, decided, asked and is to be done, and who was there."""
    slugs, topic_names = topic_words(meeting.topics.all())
    items = list(meeting.agenda_items.all())
    parts = list(meeting.sessions.all())
    return Document(
        key=key_of(meeting),
        kind="meeting",
        quality=quality_of("meeting"),
        title=str(meeting),
        names=lines_of(meeting.series.name, MINUTES_WORD, *topic_names, name_of(meeting.chair)),
        text=lines_of(
            *(lines_of(item.title, item.gist, _own_minutes(item)) for item in items),
            *(lines_of(q.text, q.answer) for item in items for q in item.questions.all()),
            *(lines_of(d.title, d.reason) for d in meeting.decisions.all() if not d.is_deleted),
            *ActionItem.objects.born_in(meeting).values_list("text", flat=True),
            lines_of(*(name_of(row.person) for row in meeting.attendances.all())),
            *(
                lines_of(part.department.name, part.results, part.goals, part.note)
                for part in parts
            ),
            *(lines_of(q.text, q.answer) for part in parts for q in part.questions.all()),
            plain_text(meeting.body),
        ),
        state=meeting.state,
        topics=slugs,
        departments=ids_of(*(part.department_id for part in parts)),
        people=ids_of(
            meeting.chair_id,
            meeting.scribe_id,
            *(item.proposer_id for item in items),
            *(part.presenter_id for part in parts),
        ),
        day=day_of(meeting.held_at),
        files=files_of(meeting),
    )


def _own_minutes(item: AgendaItem) -> str:
    """What an item adds to the text of its meeting: items with a heading are parts of that text."""
    return "" if item.heading else plain_text(item.minutes)


def decision_document(decision: Decision) -> Document:
    """A decision with its reason and what was not chosen."""
    slugs, topic_names = topic_words(decision.topics.all())
    rejected = decision.rejected_options.all()
    where = str(decision.meeting) if decision.meeting is not None else ""
    return Document(
        key=key_of(decision),
        kind="decision",
        title=decision.title,
        names=lines_of(*topic_names, where, name_of(decision.proposed_by)),
        text=lines_of(
            decision.reason, *(lines_of(option.option, option.why) for option in rejected)
        ),
        state=decision.state,
        topics=slugs,
        departments=ids_of(*(department.pk for department in decision.departments.all())),
        people=ids_of(decision.proposed_by_id),
        day=day_of(decision.decided_on),
        quality=1.0 if decision.state == Decision.State.VALID else REPLACED,
        files=files_of(decision),
    )


def customer_document(customer: Customer) -> Document:
    """A customer by every name it has or had, with the people there."""
    contacts = list(customer.contacts.all())
    return Document(
        key=key_of(customer),
        kind="customer",
        title=customer.name,
        names=lines_of(
            customer.yomi,
            *(former.name for former in customer.former_names.all()),
            *(other.name for other in customer.merged_customers.all()),
            *(lines_of(contact.name, contact.yomi) for contact in contacts),
            customer.corporate_number,
        ),
        text=lines_of(
            customer.industry,
            customer.products,
            customer.note,
            *(" ".join((contact.department, contact.title)) for contact in contacts),
        ),
        people=ids_of(customer.sales_owner_id, customer.success_owner_id),
        day=day_of(customer.updated_at),
        files=files_of(customer),
    )


def touch_document(touch: Touch) -> Document:
    """A contact with a customer, with the marked sentences."""
    slugs, topic_names = topic_words(touch.topics.all())
    department = touch.author.department
    return Document(
        key=key_of(touch),
        kind="touch",
        quality=quality_of("touch"),
        title=str(touch),
        names=lines_of(
            touch.customer.name,
            *topic_names,
            name_of(touch.author),
            *(colleague.name for colleague in touch.colleagues.all()),
            *(contact.name for contact in touch.contacts.all()),
        ),
        text=lines_of(
            plain_text(touch.text),
            *(voice.quote for voice in touch.voices.all() if voice.quote not in touch.text),
        ),
        state=touch.mood,
        topics=slugs,
        departments=ids_of(department.pk if department else None),
        people=ids_of(touch.author_id, *(colleague.pk for colleague in touch.colleagues.all())),
        day=day_of(touch.happened_at),
        files=files_of(touch),
    )


def voice_theme_document(theme: VoiceTheme) -> Document:
    """A theme of customers' voices in their own words."""
    slugs, topic_names = topic_words(theme.topics.all())
    voices = [
        v for v in theme.voices.all() if not (v.touch.is_deleted or v.touch.customer.is_deleted)
    ]
    return Document(
        key=key_of(theme),
        kind="voice_theme",
        quality=quality_of("voice_theme"),
        title=theme.title,
        names=lines_of(*topic_names, *dict.fromkeys(voice.touch.customer.name for voice in voices)),
        text=lines_of(theme.description, *(voice.quote for voice in voices), theme.reason),
        state=theme.status,
        topics=slugs,
        departments=ids_of(theme.owner_department_id),
        people=ids_of(theme.owner_id),
        day=day_of(theme.updated_at),
        files=files_of(theme),
    )


def person_document(person: Any) -> Document:
    """A colleague by name, reading, department and what one may ask."""
    asked = list(person.ask_me.all())
    department = person.department
    return Document(
        key=key_of(person),
        kind="person",
        quality=quality_of("person"),
        title=person.name,
        names=lines_of(
            person.yomi,
            person.login,
            *(membership.title for membership in person.current_memberships),
            *(ask.topic.name for ask in asked),
        ),
        text=lines_of(
            department.name if department else "",
            person.bio,
            person.now_doing,
            *(ask.note for ask in asked),
            person.languages,
        ),
        topics=tuple(sorted(ask.topic.slug for ask in asked)),
        departments=ids_of(
            *(membership.department_id for membership in person.current_memberships)
        ),
        people=(person.pk,),
        day=day_of(person.updated_at),
    )


def department_document(department: Department) -> Document:
    """A department by its names, its task and its chores."""
    chores = [chore for chore in department.responsibilities.all() if chore.is_active]
    return Document(
        key=key_of(department),
        kind="department",
        quality=quality_of("department"),
        title=department.name,
        names=lines_of(department.short_name, department.yomi),
        text=lines_of(department.mission, *(chore.name for chore in chores)),
        departments=(department.pk,),
        day=day_of(department.updated_at),
    )


def responsibility_document(chore: Responsibility) -> Document:
    """A chore by every word people use for it."""
    return Document(
        key=key_of(chore),
        kind="responsibility",
        quality=quality_of("responsibility"),
        title=chore.name,
        names=lines_of(*chore.words),
        text=lines_of(chore.note, chore.department.name),
        departments=(chore.department_id,),
        people=ids_of(chore.main_id, chore.sub_id),
        day=day_of(chore.updated_at),
    )


def topic_document(topic: Topic) -> Document:
    """A topic by its name and the other words for it."""
    return Document(
        key=key_of(topic),
        kind="topic",
        quality=quality_of("topic"),
        title=topic.name,
        names=lines_of(
            topic.yomi,
            *(synonym.word for synonym in topic.synonyms.all()),
            *(other.name for other in topic.merged_topics.all()),
        ),
        text=topic.description,
        topics=(topic.slug,),
    )


def community_document(community: Community) -> Document:
    """A community by its problem, why now, and the result."""
    slugs, topic_names = topic_words(community.topics.all())
    return Document(
        key=key_of(community),
        kind="community",
        title=community.title,
        names=lines_of(*topic_names, name_of(community.started_by)),
        text=lines_of(community.why_now, community.done_when, community.result),
        state=community.state,
        topics=slugs,
        people=ids_of(
            community.started_by_id,
            community.facilitator_id,
            *(m.person_id for m in community.members.all() if m.kind in ("joined", "listening")),
        ),
        day=day_of(community.updated_at),
        files=files_of(community),
    )
