"""Everything the page of one customer shows, in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from customers.forms import ICONS_OF_CHANNELS
from customers.models import Customer, Touch, Voice, VoiceTheme
from kb.engagement.models import Follow
from kb.todos.models import ActionItem
from people.models import Department, Person
from people.querysets import attach_departments

TOUCHES_PER_PAGE = 20
TITLE_MAX_CHARACTERS = 60
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


@dataclass(frozen=True)
class ShownTouch:
    """One entry of the timeline: the first sentence as its title, then the rest."""

    touch: Touch
    icon: str
    title: str
    rest: str
    department: Department | None
    voices: list[ShownVoice]


def customer_page(customer: Customer, reader: Person, query: Mapping[str, str]) -> dict[str, Any]:
    """The context of ``customers/customer_detail.html``. ``query`` filters the timeline."""
    touches = customer.touches.visible().with_details()
    departments = _departments(customer)
    chosen = next((d for d in departments if d.slug == query.get("department")), None)
    only_voices = query.get("voices") == "1"
    shown = touches.filter(voices__isnull=False).distinct() if only_voices else touches
    if chosen is not None:
        shown = shown.filter(
            author__memberships__department=chosen, author__memberships__ended_on__isnull=True
        ).distinct()
    page = Paginator(shown, TOUCHES_PER_PAGE).get_page(query.get("page"))
    last = touches.first()
    attach_departments([customer.sales_owner, customer.success_owner])
    return {
        "customer": customer,
        "former_names": [row.name for row in customer.former_names.all()],
        "last": last,
        "todos": todos_of(customer),
        "page": page,
        "entries": timeline(page),
        "departments": departments,
        "department": chosen,
        "only_voices": only_voices,
        "contacts": customer.contacts.all(),
        "deals": customer.deals.all(),
        "themes": _themes(customer),
        "is_followed": Follow.objects.on(customer).filter(person=reader, is_muted=False).exists(),
        "reader": reader,
    }


def todos_of(customer: Customer) -> list[ActionItem]:
    """What is still to be done for the customer, earliest due first."""
    from django.contrib.contenttypes.models import ContentType

    touches = ContentType.objects.get_for_model(Touch)
    ids = customer.touches.visible().values("pk")
    open_items = ActionItem.objects.open().filter(content_type=touches, object_id__in=ids)
    items = list(open_items.select_related("person").by_due_date())
    attach_departments(item.person for item in items)
    return items


def timeline(page: Page[Touch]) -> list[ShownTouch]:
    """The touches of a page with what the timeline shows; departments in one query."""
    touches = list(page.object_list)
    authors = Person.objects.filter(pk__in={touch.author_id for touch in touches})
    by_id = {person.pk: person for person in authors.with_departments()}
    shown = []
    for touch in touches:
        touch.author = by_id[touch.author_id]
        title, rest = title_and_rest(touch.text)
        shown.append(
            ShownTouch(
                touch=touch,
                icon=ICONS_OF_CHANNELS[touch.channel],
                title=title,
                rest=rest,
                department=touch.author.department,
                voices=[shown_voice(voice) for voice in touch.voices.all()],
            )
        )
    return shown


def shown_voice(voice: Voice) -> ShownVoice:
    """What a page shows of a voice and its theme."""
    theme = voice.theme
    return ShownVoice(
        text=voice.quote,
        kind=str(voice.get_kind_display()),
        theme=theme.title if theme else "",
        theme_url=theme.get_absolute_url() if theme else "",
        status=str(theme.get_status_display()) if theme else "",
        tone=TONES.get(VoiceTheme.Status(theme.status), "") if theme else "",
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


def summary_of(touch: Touch) -> str:
    """The first sentence of a touch, for lists."""
    return title_and_rest(touch.text)[0]


def subject_of(touch: Touch) -> str:
    """What a touch is about in a few words: its topics, else its first sentence."""
    return " ".join(topic.name for topic in touch.topics.all()) or summary_of(touch)


def _departments(customer: Customer) -> list[Department]:
    return list(
        Department.objects.filter(
            memberships__person__touches__customer=customer,
            memberships__person__touches__deleted_at__isnull=True,
            memberships__ended_on__isnull=True,
            memberships__is_primary=True,
        ).distinct()
    )


def _themes(customer: Customer) -> list[dict[str, Any]]:
    themes = VoiceTheme.objects.visible().filter(
        voices__touch__customer=customer, voices__touch__deleted_at__isnull=True
    )
    return [
        {"theme": theme, "tone": TONES.get(VoiceTheme.Status(theme.status), "")}
        for theme in themes.distinct()
    ]
