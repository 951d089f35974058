"""One thing to do, taken apart: what, who, until when."""

import datetime as dt
import re
from dataclasses import dataclass, field

from kb.meetings.parsing.found import FoundDay, FoundName, FoundTodo, Span
from kb.meetings.parsing.labels import Label, label_of
from kb.meetings.parsing.names import (
    bare_name,
    has_honorific,
    is_group,
    looks_like_name,
    may_be_name,
)
from kb.text.day_words import DayFound, find_days

_TITLE = r"(?:さん|氏|様)?"
_NAME = r"[^\s、,。:@★()（）\[\]/|→⇒]{1,12}"
_AT = re.compile(rf"[@＠]\s*({_NAME}(?: (?=[一-龠々]{{1,3}}(?:\s|$)){_NAME})?)")
_STAR = re.compile(
    rf"[(\[]?\s*(?:[^()★☆]{{0,8}}?[-=]?[>→]\s*)?[★☆]\s*({_NAME}(?:\s?[(][^()]{{1,3}}[)])?(?:[、,・/]\s*{_NAME})*)?\s*(?:\([^()]{{2,12}}\))?\s*[)\]]?(?=\s*(?:、|,|$|[^★☆]{{0,8}}$))"
)
_FIELD_WORDS = (
    r"担当者?|主担当|実施者|責任者|owner|assignee|who|期限|期日|締切日?|締め切り|〆切り?|〆|納期|due|deadline"
    r"|いつまでに?|完了予定日?"
)
_FIELD = re.compile(
    rf"[(\[【/、,;\s]*({_FIELD_WORDS})\s*[:】\]]\s*((?:[^()\[\]/;|]|(?<=\d)/(?=\d)){{1,40}}?(?:\s?\([^()]{{1,3}}\))?)"
    rf"(?=\s*(?:[)\];|]|/(?!\d)|[、,。\s]\s*(?:{_FIELD_WORDS})\s*[:】\]]|$))[)\]]?",
    re.IGNORECASE,
)
_STAR_FIRST = re.compile(rf"^[★☆]\s*({_NAME})[\s:、]+(?=\S)")
_PARENS = re.compile(r"[(\[]([^()\[\]]*(?:\([^()]{1,3}\)[^()\[\]]*)?)[)\]]\s*[。.]?$")
_LEAD = re.compile(
    rf"^({_NAME}(?: {_NAME})?{_TITLE})\s*(?:[:：]|(?<=さん)、|(?<=氏)、|(?<=さん)\s+|→|⇒|⇨)\s*(?=\S)"
)
_SUBJECT = re.compile(
    r"^([一-龠々ヶァ-ヶーA-Za-z]{1,8})(?:さん|氏|課長|部長|係長|室長|主任|社長)(?:が|は|にて|の方で|から|より)[、,\s]?"
    r"|^([A-Z][a-z]{1,12}) to (?=[a-z])"
)
_DOER = re.compile(r"[がは]\s$")
_INSIDE = re.compile(r"(?:^|[はをにが、,\s])([一-龠々ヶァ-ヶー]{1,6})(?:さん|氏)(?:に|が|へ)")
_TAIL = re.compile(
    rf"\s*(?:[-=]?[>→⇒⇨]|[-–—―~]|\.{{2,}}|…+|\s{{2,}}|\t)\s*({_NAME}(?: {_NAME})?)\s*$"
)
_LAST = re.compile(rf"\s+({_NAME})$")
_UNTIL = re.compile(
    r"^\s*(?:まで(?:に|を目処に|をめどに)?|迄に?|中に?|締切?|〆切?|期限|期日|必着|頃|ごろ|目途|目処|に)?[、,:]?\s*"
)
_BEFORE_DAY = re.compile(
    r"(?:[~〜]|\b(?:by|until|due)\b|[(\[]?\s*(?:期限|期日|締切|締め切り|〆切|〆|納期|due)\s*[:：]?)\s*$"
)
_EMPTY = re.compile(r"[(\[]\s*[、,/\s]*[)\]]")
_ENDS = " 　、,。;:/|-–—→⇒*・~〜\t"
_NOTHING = re.compile(
    r"^(?:特に|特段)?(?:なし|無し|ありません|ない|none|n/?a|nothing|-+|―+|—+)[。.]?$", re.IGNORECASE
)


def says_nothing(words: str) -> bool:
    """Whether an entry only says that there is none (なし, 特になし)."""
    return not words.strip(_ENDS) or bool(_NOTHING.match(words.strip(_ENDS)))


@dataclass
class _Draft:
    """A task while its parts are cut out of the text."""

    text: str
    base: dt.date
    names: list[FoundName] = field(default_factory=list)
    weak: list[FoundName] = field(default_factory=list)
    due: FoundDay | None = None

    def name(self, words: str, *, is_marked: bool) -> bool:
        """Keeps the names of ``words``; False when there are none."""
        parts = [part for part in re.split(r"[、,・/&]|と(?=[一-龠])", words) if part.strip()]
        fits = may_be_name if is_marked else looks_like_name
        good = [part for part in parts if fits(_flat(part)) or is_group(part)]
        if not good or len(good) < len(parts) or (not is_marked and len(good) > 1):
            return False
        row = self.names if is_marked else self.weak
        row.extend(FoundName(bare_name(part), "", is_marked) for part in good)
        return True


def _flat(name: str) -> str:
    return re.sub(r"\([^()]*\)", "", name)


def read_task(text: str, span: Span, *, base: dt.date, is_sure: bool) -> FoundTodo | None:
    """The task of one line, None when the line says that there is none."""
    if says_nothing(text):
        return None
    draft = _Draft(text, base)
    _take_fields(draft)
    _take_marked(draft)
    _take_parens(draft)
    _take_due(draft)
    if not draft.names:
        full = _clean(draft.text)
        _take_weak(draft)
    else:
        full = ""
    words = _clean(draft.text)
    if not words:
        return None
    return FoundTodo(
        text=words,
        full=full or words,
        span=span,
        names=tuple(draft.names or draft.weak),
        due=draft.due,
        is_sure=is_sure and (draft.due is None or draft.due.is_sure),
    )


def _clean(text: str) -> str:
    text = re.sub(r"\s+(?:by|until|due)\s*$", "", _EMPTY.sub("", text))
    return re.sub(r"[ 　\t]{2,}", " ", text).strip(_ENDS)


def _take_fields(draft: _Draft) -> None:
    """担当：山田, 期限：12/3."""
    for match in list(_FIELD.finditer(draft.text)):
        label, value = label_of(match[1]), match[2].strip()
        if label is Label.ASSIGNEE and draft.name(value, is_marked=True):
            draft.text = draft.text.replace(match[0], " ", 1)
        elif label is Label.DUE and draft.due is None:
            days = find_days(value, base=draft.base)
            draft.due = _day_of(days[0]) if days else FoundDay(value, None, is_sure=False)
            draft.text = draft.text.replace(match[0], " ", 1)


def _take_marked(draft: _Draft) -> None:
    """@山田, ★山田, （★全員）."""
    for match in list(_AT.finditer(draft.text)):
        if draft.name(match[1], is_marked=True):
            draft.text = draft.text.replace(match[0], " ", 1)
    first = _STAR_FIRST.match(draft.text)
    if first is not None and draft.name(first[1], is_marked=True):
        draft.text = draft.text[first.end() :]
    star = _STAR.search(draft.text)
    if star is not None and (star[1] is None or draft.name(star[1], is_marked=True)):
        draft.text = draft.text[: star.start()] + " " + draft.text[star.end() :]
    draft.text = draft.text.lstrip("★☆ ")


def _take_parens(draft: _Draft) -> None:
    """（山田、12/3まで） at the end of the line."""
    match = _PARENS.search(draft.text)
    if match is None:
        return
    inner = match[1]
    days = find_days(inner, base=draft.base)
    rest = inner
    for one in reversed(days):
        rest = rest[: one.start] + "、" + _UNTIL.sub("", rest[one.end :])
    rest = _BEFORE_DAY.sub("", rest).strip("、,/ ~〜:")
    marked = has_honorific(rest)
    if rest and not draft.name(rest.replace(" ", "、") if days else rest, is_marked=marked):
        return
    if days and draft.due is None:
        draft.due = _day_of(days[0])
    if not rest or marked or days:
        draft.names, draft.weak = draft.names + draft.weak, []
        draft.text = draft.text[: match.start()]
    elif draft.weak:
        # Only a guess: the words stay in the full text.
        return


def _take_due(draft: _Draft) -> None:
    if draft.due is not None:
        return
    days = find_days(draft.text, base=draft.base)
    if not days:
        return
    day = next((one for one in days if _is_deadline(draft.text, one)), None)
    if day is None:
        # A day in the middle of a sentence belongs to the sentence.
        day = days[0]
        if not _stands_free(draft.text, day):
            draft.due = FoundDay(day.words, day.day, is_sure=False)
            return
    draft.due = _day_of(day)
    head = _BEFORE_DAY.sub("", draft.text[: day.start])
    draft.text = head.rstrip() + " " + _UNTIL.sub("", draft.text[day.end :])


def _is_deadline(text: str, day: DayFound) -> bool:
    after = text[day.end :]
    return bool(re.match(r"\s*(?:まで|迄|中に|締|〆|期限|必着)", after)) or bool(
        _BEFORE_DAY.search(text[: day.start])
    )


def _stands_free(text: str, day: DayFound) -> bool:
    before, after = text[: day.start], text[day.end :]
    at_start = not before.strip("・-* (") or before[-1] in " 　、,(:/~〜→⇒\t|"
    at_end = not after.strip("。. )") or after[0] in " 　、,):/\t|" or after.startswith("に")
    return at_start and at_end


def _day_of(found: DayFound) -> FoundDay:
    return FoundDay(found.words, found.day, found.is_sure)


def _take_subject(draft: _Draft, match: re.Match[str]) -> None:
    """「桐山さんが12/5までに当番表を出す」: the day between is gone already, and who does it stands beside."""
    is_named = draft.name(match[1] or match[2], is_marked=False)
    if is_named and _DOER.search(match[0]):
        draft.text = match.string[match.end() :]


def _take_weak(draft: _Draft) -> None:
    """Names that only their place gives away: 「山田：見積」, 「見積 → 山田」, 「見積（山田）」."""
    if draft.weak:
        match = _PARENS.search(draft.text)
        draft.text = draft.text[: match.start()] if match else draft.text
        return
    text = draft.text.strip()
    for pattern in (_LEAD, _TAIL):
        match = pattern.search(text)
        if match and draft.name(match[1], is_marked=False):
            draft.text = text[: match.start()] + text[match.end() :]
            return
    if match := _SUBJECT.match(text):
        _take_subject(draft, match)
        return
    inside = _INSIDE.findall(text)
    if len(inside) == 1 and draft.name(inside[0], is_marked=False):
        return
    match = _LAST.search(text)
    if (
        match
        and (has_honorific(match[1]) or draft.due is not None)
        and draft.name(match[1], is_marked=False)
    ):
        draft.text = text[: match.start()]
        return
    first, _space, rest = text.partition(" ")
    if (
        rest
        and (has_honorific(first) or draft.due is not None)
        and draft.name(first, is_marked=False)
    ):
        draft.text = rest
