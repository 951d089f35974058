"""The way back: 「この会社に知らせてください」, the draft of what to write, and what was told."""

from collections import defaultdict

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.models import Customer, Touch, Voice, VoiceTheme, VoiceThemeReply
from customers.services import TouchFields, record_touch
from kb.todos.models import ActionItem
from people.models import Person

TOLD_STATUSES = (VoiceTheme.Status.DONE, VoiceTheme.Status.DECLINED)
TEXT_MAX_CHARACTERS = 300
QUOTES_MAX = 3


@transaction.atomic
def ask_to_tell(theme: VoiceTheme, *, by: Person) -> list[VoiceThemeReply]:
    """One reply with a ToDo for every company that said so and has not heard of this status."""
    asked = []
    for customer, voices in _by_customer(theme).items():
        reply, _created = VoiceThemeReply.objects.get_or_create(
            theme=theme, customer=customer, status=theme.status
        )
        if reply.told_at is None and not _is_open(reply.todo):
            reply.todo = _todo(reply, _who_tells(customer, voices, by), by=by)
            reply.save(update_fields=["todo"])
            asked.append(reply)
    return asked


@transaction.atomic
def withdraw(theme: VoiceTheme, *, every_status: bool = False) -> None:
    """Takes back the ToDos that speak of a status the theme no longer has."""
    open_replies = theme.replies.filter(told_at__isnull=True, todo__state=ActionItem.State.OPEN)
    if not every_status:
        open_replies = open_replies.exclude(status=theme.status)
    for reply in open_replies.select_related("todo"):
        reply.todo.state, reply.todo.updated_at = ActionItem.State.DROPPED, timezone.now()
        reply.todo.save(update_fields=["state", "updated_at"])


@transaction.atomic
def record_reply(reply: VoiceThemeReply, *, by: Person, channel: str, text: str) -> Touch:
    """The touch that tells the company; the reply and its ToDo are settled by it."""
    touch = record_touch(reply.customer, TouchFields(channel=channel, text=text), by=by)
    reply.touch, reply.told_at = touch, timezone.now()
    reply.save(update_fields=["touch", "told_at"])
    todo = reply.todo
    if todo is not None and todo.state == ActionItem.State.OPEN:
        # Whoever told the company did it, also in place of the one who was asked.
        todo.state, todo.done_at = ActionItem.State.DONE, timezone.now()
        todo.updated_at = timezone.now()
        todo.save(update_fields=["state", "done_at", "updated_at"])
    return touch


def voices_behind(reply: VoiceThemeReply) -> list[Voice]:
    """What this company said about the theme, latest first."""
    voices = Voice.objects.visible().filter(theme=reply.theme, touch__customer=reply.customer)
    return list(voices.select_related("touch__author").order_by("-touch__happened_at")[:QUOTES_MAX])


# Customers read Japanese, whatever language the colleague who writes has chosen.
@override(settings.LANGUAGE_CODE)
def draft_for(reply: VoiceThemeReply, *, by: Person) -> str:
    """A letter to the company in the wording of business mail, to be corrected by who sends it."""
    theme, voices = reply.theme, voices_behind(reply)
    lines = [
        _("%(company)s ご担当者さま") % {"company": reply.customer.name},
        "",
        _("いつもお世話になっております。%(name)sです。") % {"name": by.family_name},
        "",
    ]
    if voices:
        lines += [_heard(voices[0]), ""]
    lines += [_outcome(theme, reply.status), ""]
    lines.append(
        _("ご不明な点がございましたら、どうぞお知らせください。今後ともよろしくお願いいたします。")
    )
    return "\n".join(lines)


@override(settings.LANGUAGE_CODE)
def subject_for(reply: VoiceThemeReply) -> str:
    """The subject line of the letter."""
    return _("いただいたご意見について（%(theme)s）") % {"theme": reply.theme.title}


def _heard(voice: Voice) -> str:
    day = date_format(timezone.localtime(voice.touch.happened_at), _("n月j日"))
    words = {"day": day, "quote": " ".join(voice.quote.split())}
    return _("%(day)sに「%(quote)s」というお声をいただきました。ありがとうございました。") % words


def _outcome(theme: VoiceTheme, status: str) -> str:
    if status == VoiceTheme.Status.DONE:
        said = _("その後、社内で検討を重ね、このたび対応いたしました。%(reason)s")
    else:
        said = _(
            "社内で検討いたしましたが、今回は見送らせていただくことにいたしました。"
            "理由は次のとおりです。%(reason)s"
        )
    return said % {"reason": f"\n{theme.reason}" if theme.reason else ""}


def _by_customer(theme: VoiceTheme) -> dict[Customer, list[Voice]]:
    voices = theme.voices.visible().select_related(
        "touch__customer__success_owner", "touch__customer__sales_owner", "touch__author"
    )
    found: dict[Customer, list[Voice]] = defaultdict(list)
    for voice in voices.order_by("-touch__happened_at", "-pk"):
        if voice.touch.customer.merged_into_id is None:
            found[voice.touch.customer].append(voice)
    return found


def _who_tells(customer: Customer, voices: list[Voice], by: Person) -> Person:
    """Who heard it last, else who looks after the customer, else who changed the status."""
    candidates = [
        *(voice.touch.author for voice in voices),
        customer.success_owner,
        customer.sales_owner,
    ]
    return next((p for p in candidates if p is not None and p.is_active), by)


def _is_open(todo: ActionItem | None) -> bool:
    return todo is not None and todo.state != ActionItem.State.DROPPED


def _todo(reply: VoiceThemeReply, person: Person, *, by: Person) -> ActionItem:
    text = _("この会社に知らせてください：%(company)s「%(theme)s」が%(status)s") % {
        "company": reply.customer.name,
        "theme": reply.theme.title,
        "status": reply.get_status_display(),
    }
    return ActionItem.objects.create(
        text=text[:TEXT_MAX_CHARACTERS],
        person=person,
        content_type=ContentType.objects.get_for_model(VoiceThemeReply),
        object_id=reply.pk,
        created_by=by,
    )
