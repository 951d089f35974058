"""Writes of voice themes: making, changing what becomes of them, merging with a way back."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import replies
from customers.models import Voice, VoiceTheme, VoiceThemeChange, VoiceThemeMerge
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, followers, notify
from kb.topics.services import set_topics
from people.models import Person


class ReasonMissing(Exception):
    """A theme was declined without a reason."""


class CannotMerge(Exception):
    """A theme cannot go into itself or into one that was merged."""


@transaction.atomic
def create_theme(title: str, *, by: Person, voice: Voice | None = None) -> VoiceTheme:
    """The theme of that title, new or known, with the voice in it."""
    plain = " ".join(title.split())
    theme = VoiceTheme.objects.visible().filter(title__iexact=plain).first()
    if theme is None:
        department = by.department
        theme = VoiceTheme.objects.create(title=plain, owner_department=department)
    if voice is not None:
        sort_voice(voice, theme)
    return theme


@transaction.atomic
def sort_voice(voice: Voice, theme: VoiceTheme | None) -> Voice:
    """The voice under a theme, or back in the inbox."""
    voice.theme = theme
    voice.save(update_fields=["theme"])
    if theme is not None:
        theme.updated_at = timezone.now()
        theme.save(update_fields=["updated_at"])
    return voice


@transaction.atomic
def describe_theme(theme: VoiceTheme, topics: Iterable[str]) -> VoiceTheme:
    """The theme as its form left it, saved with its topics."""
    theme.updated_at = timezone.now()
    theme.save()
    set_topics(theme, topics)
    return theme


@transaction.atomic
def change_theme_status(
    theme: VoiceTheme, status: str, *, by: Person, reason: str = "", planned_for: str = ""
) -> VoiceTheme:
    """The theme in its new status; everybody who recorded a voice of it is told.

    できた and やらない also ask somebody to tell each company. Raises ``ReasonMissing`` for やらない
    alone. Saying the same once more changes nothing.
    """
    reason, planned_for = reason.strip(), planned_for.strip()
    if status == VoiceTheme.Status.DECLINED and not reason:
        raise ReasonMissing
    if (theme.status, theme.reason, theme.planned_for) == (status, reason, planned_for):
        return theme
    theme.status, theme.reason, theme.planned_for = status, reason, planned_for
    theme.status_changed_at = theme.updated_at = timezone.now()
    theme.save()
    VoiceThemeChange.objects.create(theme=theme, status=status, reason=reason, changed_by=by)
    replies.withdraw(theme)
    if status in replies.TOLD_STATUSES:
        replies.ask_to_tell(theme, by=by)
    _tell_recorders(theme, by=by)
    return theme


@transaction.atomic
def merge_themes(theme: VoiceTheme, into: VoiceTheme, *, by: Person) -> VoiceThemeMerge:
    """The merge, which ``undo_merge`` takes back. Raises ``CannotMerge``."""
    if theme.pk == into.pk or theme.merged_into_id or into.merged_into_id:
        raise CannotMerge
    moved = list(theme.voices.all())
    for voice in moved:
        # One by one, so that the search hears of it.
        voice.theme = into
        voice.save(update_fields=["theme"])
    replies.withdraw(theme, every_status=True)
    theme.merged_into, theme.updated_at = into, timezone.now()
    theme.save(update_fields=["merged_into", "updated_at"])
    into.topics.add(*theme.topics.all())
    into.save(update_fields=["updated_at"])
    return VoiceThemeMerge.objects.create(
        theme=theme, into=into, merged_by=by, voice_ids=[voice.pk for voice in moved]
    )


@transaction.atomic
def undo_merge(merge: VoiceThemeMerge, *, by: Person) -> VoiceTheme:
    """The theme as it was, with those of its voices that still stand where they were moved to."""
    theme, into = merge.theme, merge.into
    if merge.undone_at is None and theme.merged_into_id == into.pk:
        for voice in Voice.objects.filter(pk__in=merge.voice_ids, theme=into):
            voice.theme = theme
            voice.save(update_fields=["theme"])
        theme.merged_into, theme.updated_at = None, timezone.now()
        theme.save(update_fields=["merged_into", "updated_at"])
        into.save(update_fields=["updated_at"])
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        if theme.status in replies.TOLD_STATUSES:
            replies.ask_to_tell(theme, by=by)
    return theme


def _tell_recorders(theme: VoiceTheme, *, by: Person) -> None:
    voices = theme.voices.visible().select_related("marked_by", "touch__author")
    people = [person for voice in voices for person in (voice.marked_by, voice.touch.author)]

    def words() -> str:
        return _(
            "あなたが残したお客さまの声「%(theme)s」が「%(status)s」になりました。%(reason)s"
        ) % {
            "theme": theme.title[:TITLE_MAX_CHARACTERS],
            "status": theme.get_status_display(),
            "reason": theme.reason or theme.planned_for,
        }

    notify(
        [*people, *followers(theme)],
        Notification.Kind.VOICE,
        words,
        url=theme.get_absolute_url(),
        by=by,
        about=theme,
    )
