"""The head of minutes: title, when, where, who was there."""

import datetime as dt
import re

from kb.meetings.parsing.found import FoundDay, FoundMoment, FoundName, FoundPerson, Role, Span
from kb.meetings.parsing.labels import HEADER, PEOPLE, Label, label_of
from kb.meetings.parsing.lines import Line
from kb.meetings.parsing.names import looks_like_name, role_in, split_people
from kb.meetings.parsing.sections import Section, taken_text
from kb.text.day_words import DayFound, find_clock, find_days

# Where nothing says 日時, the day stands in one of the first lines.
TOP_LINES = 10
_ROLES = {
    Label.PRESENT: Role.PRESENT,
    Label.ABSENT: Role.ABSENT,
    Label.OBSERVER: Role.OBSERVER,
    Label.CHAIR: Role.CHAIR,
    Label.SCRIBE: Role.SCRIBE,
}
_URL = re.compile(r"https?://\S+")
_AT_PLACE = re.compile(r"@\s*([^\s@].{1,60})$")
_MEETING_WORD = re.compile(
    r"第\d+回|会議|会合|定例|ミーティング|MTG|meeting|議事録|打ち?合わ?せ|委員会|部会|朝会|メモ|WG|SG"
    r"|minutes|sync\b|stand-?up",
    re.IGNORECASE,
)
_NOT_TITLE = re.compile(r"^(?:slack|https?:|file:|<)", re.IGNORECASE)
# A day behind these words is that of a task or of the next meeting.
_OTHER_DAY = re.compile(
    r"次回|次いつ|次は|まで|迄|〆|締|期限|[→⇒]|決ま|\b(?:by|due|next)\b", re.IGNORECASE
)
_NUMBERED = ("1.", "(1)", "①")
_ROLE_INSIDE = re.compile(
    r"[/;、,|\s(]\s*(欠席者?|欠|不参加|陪席|オブザーバー|書記|記録|司会|進行|議長)\s*:\s*"
)
# 「司会 藤堂 記録 中谷」: a second role in the line of the first.
_ROLE_BESIDE = re.compile(r"[\s、,]\s*(書記|記録者?|司会|進行|議長)[\s:]\s*(?=\S)")
_DATE_IN_TITLE = re.compile(r"[(\[【]?\s*\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?.*$")


def moment_of(lines: list[Line], sections: list[Section], *, today: dt.date) -> FoundMoment | None:
    """When the meeting was: what stands behind 日時, else a day in the first lines (unsure)."""
    for section in sections:
        if section.label is Label.MOMENT:
            words = section.value or taken_text(section.lines)
            if (
                found := _moment(words, Span(section.head.number, section.last), today)
            ) is not None:
                return found
    return _unlabelled_moment([line for line in lines if not line.is_blank][:TOP_LINES], today)


def _unlabelled_moment(top: list[Line], today: dt.date) -> FoundMoment | None:
    """A day in the first lines, up to the first item: from there days are what was talked about."""
    for line in top:
        labelled = line.label is not None
        if line.label not in HEADER and (labelled or line.style in _NUMBERED):
            break
        words = _URL.sub("", line.plain)
        if line is not top[0] and not labelled and _OTHER_DAY.search(words):
            continue
        found = _moment(words, Span(line.number, line.number), today)
        if found is not None and found.day.day is not None:
            alone = line is top[0] or len(line.body) <= len(found.day.words) + 14
            sure = found.day.is_sure and alone and found.day.day <= today
            day = FoundDay(found.day.words, found.day.day, sure)
            return FoundMoment(day, found.time, found.span)
    return None


def next_time_of(sections: list[Section], *, held_on: dt.date) -> FoundMoment | None:
    """When the next meeting is, as 次回 says."""
    for at, section in reversed(list(enumerate(sections))):
        if section.label is Label.NEXT:
            words = f"{section.value}\n{taken_text(section.lines)}"
            after = sections[at + 1] if at + 1 < len(sections) else None
            if after is not None and after.label is Label.MOMENT:
                words += f"\n{after.value}"
            days = [day for day in find_days(words, base=held_on) if day.day is not None]
            if days:
                line_end = words.find("\n", days[0].end)
                tail = words[days[0].end : line_end if line_end > 0 else None]
                span = Span(section.head.number, section.last)
                return FoundMoment(_as_day(days[0]), find_clock(tail), span)
    return None


def _moment(words: str, span: Span, today: dt.date) -> FoundMoment | None:
    days = find_days(words, base=today, ahead=False)
    # A day of the week alone, or 今週, does not say when a meeting was.
    days = [day for day in days if re.search(r"\d", day.words)]
    if not days:
        return None
    cut = words[: days[0].start] + " " + words[days[0].end :]
    return FoundMoment(_as_day(days[0]), find_clock(cut), span)


def _as_day(found: DayFound) -> FoundDay:
    return FoundDay(found.words, found.day, found.is_sure)


def place_of(lines: list[Line], sections: list[Section]) -> str:
    """Where: what stands behind 場所, else behind @ after the day."""
    for section in sections:
        if section.label is Label.PLACE:
            words = section.value or taken_text(section.lines).split("\n")[0]
            if words.strip():
                return words.strip()[:100]
    for section in sections:
        if section.label is Label.MOMENT and (match := _AT_PLACE.search(section.value)):
            return match[1].strip()
    top = [line for line in lines if not line.is_blank][:TOP_LINES]
    for line in top:
        match = _AT_PLACE.search(line.plain)
        days = find_days(line.plain, base=dt.date(2020, 1, 1)) if match else []
        # 「12/3 10:00 @会議室A」; a day behind the sign is that of a task: 「@山田 12/3 …」.
        if match and days and days[0].end <= match.start():
            return match[1].strip()
    return ""


def people_of(lines: list[Line], sections: list[Section]) -> list[FoundPerson]:
    """Who took part, each name once with its weightiest role."""
    found: list[FoundPerson] = []
    for section in sections:
        if section.label in PEOPLE:
            found += _people_in(section)
    if not any(person.role is Role.PRESENT for person in found):
        found += _unlabelled(lines)
    return _once(found)


def _people_in(section: Section) -> list[FoundPerson]:
    text = f"{section.value}\n{taken_text(section.lines)}"
    is_role = section.label in (Label.CHAIR, Label.SCRIBE)
    text, *others = (_ROLE_BESIDE if is_role else _ROLE_INSIDE).split(text)
    role = _ROLES[section.label]
    span = Span(section.head.number, section.last)
    names = split_people(text)
    if 2 * len(names) < len([line for line in section.lines if not line.is_blank]):
        # A list about those present (how many, from where), not of them.
        return []
    if section.label in (Label.SCRIBE, Label.CHAIR) and len(names) > 4:
        return []
    people = []
    for name in names:
        noted = role_in(name.note)
        people.append(FoundPerson(FoundName(name.words, _shown_note(name.note)), role, span))
        if noted and noted != role:
            if noted == Role.ABSENT:
                people.pop()
            people.append(FoundPerson(FoundName(name.words), Role(noted), span))
    for word, listed in zip(others[::2], others[1::2], strict=True):
        label = label_of(word)
        if label is not None:
            people += [FoundPerson(name, _ROLES[label], span) for name in split_people(listed)]
    return people


def _shown_note(note: str) -> str:
    return "" if role_in(note) or len(note) > 12 else note


def _unlabelled(lines: list[Line]) -> list[FoundPerson]:
    """A line among the first that holds nothing but names."""
    for line in [line for line in lines if not line.is_blank][:6]:
        parts = [part for part in re.split(r"[、,\s]+", line.body.strip("。. ")) if part.strip()]
        names = split_people(line.body)
        if (
            len(parts) >= 3
            and len(names) >= len(parts)
            and all(looks_like_name(n.words) for n in names)
        ):
            span = Span(line.number, line.number)
            return [FoundPerson(name, Role.PRESENT, span, is_sure=False) for name in names]
    return []


def _once(people: list[FoundPerson]) -> list[FoundPerson]:
    seen: dict[tuple[str, str, Role], FoundPerson] = {}
    for person in people:
        seen.setdefault((person.name.words, person.name.note, person.role), person)
    return list(seen.values())


def title_of(lines: list[Line], sections: list[Section]) -> tuple[str, int]:
    """What the minutes call themselves, and in which line; ("", 0) where they do not."""
    for section in sections:
        if section.label is Label.TITLE and section.value:
            return section.value[:200], section.head.number
    for line in [line for line in lines if not line.is_blank][:3]:
        if line.label is not None or _NOT_TITLE.match(line.plain):
            continue
        words = line.body.strip("★☆■【】[] ")
        words = re.sub(
            r"^(?:議事録|議事メモ|minutes)[】\])\s]+(?=\S)", "", words, flags=re.IGNORECASE
        )
        if (line.style == "#1" or _MEETING_WORD.search(words)) and _is_short(words):
            return _DATE_IN_TITLE.sub("", words).strip(" -:：　【】[]") or words, line.number
    return "", 0


def _is_short(words: str) -> bool:
    return 2 <= len(words) <= 80 and not words.endswith(("。", "!", "?", "、"))
