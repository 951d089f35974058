"""Questions under an item of the agenda: they reach its proposer, and the answer who asked."""

from django.db import transaction
from django.utils.translation import gettext as _

from kb.engagement.notifying import Kind, notify
from kb.meetings.models import AgendaItem, ItemQuestion, Meeting
from kb.text.markdown import clean_source
from people.models import Person


@transaction.atomic
def ask_about(item: AgendaItem, text: str, *, by: Person) -> ItemQuestion:
    """The new question; the proposer is told, or who chaired or wrote the minutes."""
    question = ItemQuestion.objects.create(item=item, asked_by=by, text=clean_source(text).strip())
    meeting = item.meeting
    reached = item.proposer or meeting.chair or meeting.scribe
    title = item.title[:80]

    def words() -> str:
        return _("%(name)sさんから「%(title)s」への質問：%(text)s") % {
            "name": by.name,
            "title": title,
            "text": question.text[:120],
        }

    notify([reached], Kind.QUESTION, words, url=place_of(question), by=by, about=meeting)
    return question


@transaction.atomic
def answer_question(question: ItemQuestion, text: str, *, by: Person) -> ItemQuestion:
    """The question with its answer; whoever asked is told."""
    question.answer, question.answered_by = clean_source(text).strip(), by
    question.save(update_fields=["answer", "answered_by"])
    title = question.item.title[:80]

    def words() -> str:
        values = {"name": by.name, "title": title}
        return _("%(name)sさんが「%(title)s」への質問に答えました。") % values

    notify([question.asked_by], Kind.ANSWER, words, url=place_of(question), by=by)
    return question


def place_of(question: ItemQuestion) -> str:
    """Where the question stands on the page of its meeting."""
    meeting: Meeting = question.item.meeting
    return f"{meeting.get_absolute_url()}#question-{question.pk}"
