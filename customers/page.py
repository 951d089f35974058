"""What several pages show of customers, touches and voices."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from customers.models import Customer, Touch, Voice, VoiceTheme
from kb.todos.models import ActionItem
from people.querysets import attach_departments

TODOS_MAX = 50
TITLE_MAX_CHARACTERS = 60
_PROBLEM_MAX_CHARACTERS = 120
_PROBLEMS = (Voice.Kind.REQUEST, Voice.Kind.COMPLAINT, Voice.Kind.CHURN)
TONES = {
    VoiceTheme.Status.PLANNED: "accent",
    VoiceTheme.Status.DONE: "ok",
    VoiceTheme.Status.DECLINED: "",
}


@dataclass(frozen=True)
class ShownVoice:
    """What components/_voice.html shows of a voice."""

    text: str
    kind: str
    theme: str
    theme_url: str
    status: str
    tone: str
    is_to_tell: bool = False


def open_todos(customer: Customer) -> list[ActionItem]:
    """What is still to be done for the customer, earliest due first, without the people."""
    touches = ContentType.objects.get_for_model(Touch)
    ids = customer.touches.filter(deleted_at__isnull=True).order_by().values("pk")
    items = ActionItem.objects.open().filter(content_type=touches, object_id__in=ids)
    return list(items.by_due_date()[:TODOS_MAX])


def todos_of(customer: Customer) -> list[ActionItem]:
    """The same with the people and their departments."""
    items = open_todos(customer)
    prefetch_related_objects(items, "person")
    attach_departments(item.person for item in items)
    return items


def shown_voice(voice: Voice, *, is_to_tell: bool = False) -> ShownVoice:
    """What a page shows of a voice and its theme."""
    theme = voice.theme
    return ShownVoice(
        text=voice.quote,
        kind=str(voice.get_kind_display()),
        theme=theme.title if theme else "",
        theme_url=theme.get_absolute_url() if theme else "",
        status=str(theme.get_status_display()) if theme else "",
        tone=TONES.get(VoiceTheme.Status(theme.status), "") if theme else "",
        is_to_tell=is_to_tell,
    )


def title_and_rest(text: str) -> tuple[str, str]:
    """The first sentence of a text, without its full stop, and what follows it.

    A first sentence that is too long for a title is cut there, and the rest holds the whole text.
    """
    plain = text.strip()
    first = plain.split("\n", 1)[0]
    end = first.find("。")
    # A full stop inside 「…」 does not end the sentence.
    while end >= 0 and first.count("「", 0, end) > first.count("」", 0, end):
        end = first.find("。", end + 1)
    sentence = first if end < 0 else first[:end]
    if len(sentence) > TITLE_MAX_CHARACTERS:
        return _("%(start)s…") % {"start": sentence[: TITLE_MAX_CHARACTERS - 2]}, plain
    return sentence.strip(), plain[len(sentence) :].lstrip("。").strip()


def problem_of(touch: Touch) -> str:
    """The first of the customer's words that was marked as a problem; empty without one."""
    quotes = (voice.quote for voice in touch.voices.all() if voice.kind in _PROBLEMS)
    return next(quotes, "")[:_PROBLEM_MAX_CHARACTERS]


def summary_of(touch: Touch) -> str:
    """The first sentence of a touch, for lists."""
    return title_and_rest(touch.text)[0]


def subject_of(touch: Touch) -> str:
    """What a touch is about in a few words: its topics, else its first sentence."""
    return " ".join(topic.name for topic in touch.topics.all()) or summary_of(touch)
