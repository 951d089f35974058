"""Loads touches with the people on both sides, next actions and voices."""

import datetime as dt
from collections import defaultdict
from itertools import chain

from customers.models import Touch, Voice, VoiceTheme, VoiceThemeChange
from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read_folder
from kb.todos.models import ActionItem

WRITTEN_AFTER = dt.timedelta(minutes=20)


def load_touches(cast: Cast) -> None:
    """Everything of ``touches/``, the oldest first."""
    entries: list[Entry] = cast.calendar.filled(list(chain(*read_folder("touches"))))
    entries.sort(key=lambda entry: (entry["day"], entry["time"]))
    touches = Touch.objects.bulk_create(_touch(entry, cast) for entry in entries)
    pairs = list(zip(entries, touches, strict=True))
    _load_people(pairs, cast)
    cast.give_topics(touches, [entry["topics"] for entry in entries])
    ActionItem.objects.bulk_create(
        _action(entry["next_action"], touch, cast)
        for entry, touch in pairs
        if "next_action" in entry
    )
    Voice.objects.bulk_create(
        _voice(voice, touch, cast) for entry, touch in pairs for voice in entry.get("voices", [])
    )
    _date_themes(cast)


def _touch(entry: Entry, cast: Cast) -> Touch:
    happened_at = cast.calendar.moment(entry["day"], entry["time"])
    deal = entry.get("deal")
    return Touch(
        customer=cast.customers[entry["customer"]],
        author=cast.people[entry["by"]],
        channel=entry["channel"],
        happened_at=happened_at,
        text=entry["text"].strip(),
        mood=entry["mood"],
        deal=cast.deals[entry["customer"], deal] if deal else None,
        created_at=min(happened_at + WRITTEN_AFTER, cast.calendar.now),
        updated_at=min(happened_at + WRITTEN_AFTER, cast.calendar.now),
    )


def _load_people(pairs: list[tuple[Entry, Touch]], cast: Cast) -> None:
    Touch.contacts.through.objects.bulk_create(
        Touch.contacts.through(
            touch_id=touch.pk, contact_id=cast.contacts[entry["customer"], name].pk
        )
        for entry, touch in pairs
        for name in entry["with"]
    )
    Touch.colleagues.through.objects.bulk_create(
        Touch.colleagues.through(touch_id=touch.pk, person_id=cast.people[login].pk)
        for entry, touch in pairs
        for login in entry.get("together", [])
    )


def _action(entry: Entry, touch: Touch, cast: Cast) -> ActionItem:
    is_done = entry.get("done", False)
    return ActionItem(
        text=entry["text"],
        person=cast.people[entry["person"]],
        due_on=cast.calendar.day(entry["day"]),
        state=ActionItem.State.DONE if is_done else ActionItem.State.OPEN,
        done_at=max(cast.calendar.moment(entry["day"], "17:30"), touch.created_at)
        if is_done
        else None,
        origin=touch,
        created_by=touch.author,
        created_at=touch.created_at,
        updated_at=touch.created_at,
    )


def _voice(entry: Entry, touch: Touch, cast: Cast) -> Voice:
    theme = entry.get("theme")
    return Voice(
        touch=touch,
        quote=entry["quote"],
        kind=entry["kind"],
        theme=cast.themes[theme] if theme else None,
        marked_by=touch.author,
        created_at=touch.created_at,
    )


def _date_themes(cast: Cast) -> None:
    """A theme begins with its first voice and was last touched by its latest or its status."""
    heard: dict[int, list[dt.datetime]] = defaultdict(list)
    for theme_id, moment in Voice.objects.filter(theme__isnull=False).values_list(
        "theme_id", "created_at"
    ):
        heard[theme_id].append(moment)
    themes = list(cast.themes.values())
    for theme in themes:
        theme.created_at = min([*heard[theme.pk], theme.status_changed_at])
        theme.updated_at = max([*heard[theme.pk], theme.status_changed_at])
    VoiceTheme.objects.bulk_update(themes, ["created_at", "updated_at"])
    VoiceThemeChange.objects.bulk_create(chain(*map(_changes, themes)))


def _changes(theme: VoiceTheme) -> list[VoiceThemeChange]:
    received = VoiceThemeChange(
        theme=theme,
        status=VoiceTheme.Status.RECEIVED,
        changed_by=theme.owner,
        changed_at=theme.created_at,
    )
    if theme.status == VoiceTheme.Status.RECEIVED:
        return [received]
    later = VoiceThemeChange(
        theme=theme,
        status=theme.status,
        reason=theme.reason,
        changed_by=theme.owner,
        changed_at=theme.status_changed_at,
    )
    return [received, later]
