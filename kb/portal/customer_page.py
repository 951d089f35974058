"""The page of one customer, gathered from all departments in a fixed number of queries."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.forms import ICONS_OF_CHANNELS
from customers.models import Customer, Touch, Voice, VoiceTheme, VoiceThemeReply
from customers.page import TONES, ShownVoice, open_todos, shown_voice, title_and_rest
from kb.articles.models import Article
from kb.engagement.models import Follow
from kb.experts.roster import people_by_id
from kb.portal.customer_people import departments_of, glance_at, knowers_of
from kb.portal.customer_timeline import KINDS, Entry, read_filter, timeline_page
from kb.portal.lines import ARTICLE_ICONS, gist
from people.models import Department, Person

TEXT_LENGTH = 160


@dataclass(frozen=True)
class ShownEntry:
    """One line of the timeline, in the words of ``components/_timeline.html``."""

    icon: str
    how: str
    at: dt.datetime
    url: str
    title: str
    text: str
    person: Person | None
    voices: Sequence[ShownVoice] = ()

    @property
    def department(self) -> Department | None:
        """Where the person works now."""
        return self.person.department if self.person is not None else None


@dataclass(frozen=True)
class CompanyTheme:
    """A voice theme of this customer; ``reply_id`` when somebody is to tell the company."""

    title: str
    url: str
    status: str
    tone: str
    reply_id: int | None


def find_customer(pk: int, *, reader: Person) -> Customer | None:
    """The customer with ``is_followed``, also one merged into another; None for what is gone."""
    follows = Follow.objects.filter(
        person=reader,
        is_muted=False,
        content_type=ContentType.objects.get_for_model(Customer),
        object_id=OuterRef("pk"),
    )
    customers = Customer.objects.filter(deleted_at__isnull=True).annotate(
        is_followed=Exists(follows)
    )
    found: Customer | None = customers.filter(pk=pk).first()
    return found


def customer_page(customer: Customer, reader: Person, query: Mapping[str, str]) -> dict[str, Any]:
    """The context of ``customers/customer_detail.html``. ``query`` filters the timeline."""
    former_names = [row.name for row in customer.former_names.all()]
    glance = glance_at(customer)
    todos = open_todos(customer)
    chosen = read_filter(query)
    page = timeline_page(customer, [customer.name, *former_names], chosen)
    voices = _voices(customer)
    people = people_by_id(
        {
            *glance.touched,
            *(entry.person_id for entry in page.entries if entry.person_id is not None),
            *(todo.person_id for todo in todos if todo.person_id is not None),
            *(pk for pk in (customer.sales_owner_id, customer.success_owner_id) if pk is not None),
        }
    )
    for todo in todos:
        todo.person = people.get(todo.person_id or 0)
    return {
        "customer": customer,
        "sales_owner": people.get(customer.sales_owner_id or 0),
        "success_owner": people.get(customer.success_owner_id or 0),
        "former_names": former_names,
        "glance": glance,
        "todos": todos,
        "page": page,
        "entries": [_shown(entry, people, voices) for entry in page.entries],
        "kinds": list(KINDS.items()),
        "departments": departments_of(glance, people),
        "chosen": chosen,
        "chosen_person": people.get(chosen.person_id or 0),
        "contacts": customer.contacts.all(),
        "deals": customer.deals.all(),
        "themes": _themes(voices),
        "who": knowers_of(customer, glance, people),
        "reader": reader,
    }


def _voices(customer: Customer) -> list[Voice]:
    """Every voice of the customer with its theme; ``reply_id`` when the company waits to hear."""
    waiting = VoiceThemeReply.objects.waiting().filter(customer=customer, theme=OuterRef("theme"))
    voices = Voice.objects.filter(touch__customer=customer, touch__deleted_at__isnull=True)
    return list(voices.select_related("theme").annotate(reply_id=waiting.values("pk")[:1]))


def _themes(voices: Sequence[Voice]) -> list[CompanyTheme]:
    shown: dict[int, CompanyTheme] = {}
    for voice in voices:
        theme = voice.theme
        if theme is not None and theme.merged_into_id is None and theme.pk not in shown:
            shown[theme.pk] = CompanyTheme(
                title=theme.title,
                url=theme.get_absolute_url(),
                status=str(theme.get_status_display()),
                tone=TONES.get(VoiceTheme.Status(theme.status), ""),
                reply_id=getattr(voice, "reply_id", None),
            )
    return list(shown.values())


def _shown(entry: Entry, people: Mapping[int, Person], voices: Sequence[Voice]) -> ShownEntry:
    show = {"touch": _touch, "article": _article, "meeting": _meeting, "file": _file}[entry.kind]
    icon, how, url, title, text = show(entry)
    own = [v for v in voices if v.touch_id == entry.pk] if entry.kind == "touch" else []
    return ShownEntry(
        icon=icon,
        how=how,
        at=entry.at,
        url=url,
        title=title,
        text=text,
        person=people.get(entry.person_id or 0),
        voices=[shown_voice(v, is_to_tell=bool(getattr(v, "reply_id", None))) for v in own],
    )


def _touch(entry: Entry) -> tuple[str, str, str, str, str]:
    title, rest = title_and_rest(entry.text)
    url = reverse("touch_detail", args=[entry.pk])
    return ICONS_OF_CHANNELS[entry.how], str(Touch.Channel(entry.how).label), url, title, rest


def _article(entry: Entry) -> tuple[str, str, str, str, str]:
    kind = Article.Kind(entry.how)
    how = _("%(kind)s（この会社の名前があります）") % {"kind": kind.label}
    url = Article(pk=entry.pk, kind=entry.how).get_absolute_url()
    return ARTICLE_ICONS.get(kind, "file"), how, url, entry.title, gist(entry.text, TEXT_LENGTH)


def _meeting(entry: Entry) -> tuple[str, str, str, str, str]:
    named = _("%(series)s 第%(number)s回") % {"series": entry.text, "number": entry.how}
    url = reverse("meeting_detail", args=[entry.pk])
    return "meeting", _("会議（この会社の話が出ました）"), url, entry.title or named, ""


def _file(entry: Entry) -> tuple[str, str, str, str, str]:
    url = reverse("attachment_download", args=[uuid.UUID(entry.how)])
    return "file", _("ファイル"), url, entry.title, ""
