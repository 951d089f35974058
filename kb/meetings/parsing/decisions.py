"""Decisions in minutes: those under 決定事項, and those said in a line (決定：…, …ことに決定)."""

import re
from dataclasses import replace

from kb.meetings.parsing.found import FoundDecision, Span
from kb.meetings.parsing.labels import Label
from kb.meetings.parsing.lines import Line
from kb.meetings.parsing.sections import Section
from kb.meetings.parsing.tasks import says_nothing

TITLE_MAX_CHARACTERS = 200
_REASON = re.compile(r"\s*[(、,。]?\s*(?:理由|背景|根拠)\s*[:は]\s*([^()]{2,300}?)\)?\s*$")
_SAID = re.compile(
    r"(?:こと|方針|案|形|方向)(?:に|で|を)(?:決定|合意|決め|決まっ|承認)|(?:に|を|で|は|と)決定(?:した|しました|し、|済み?|。|$|する。?$|\))|で合意(?:した|しました|。|$)"
    r"|(?:を|が)承認(?:した|しました|された|されました|。|$)|ことに(?:なった|なりました|した。?$|しました)|(?:に|と)決まっ(?:た|ている)|で決まり"
    r"|(?<!目的)(?<!必要)(?<!対象)(?<!中心)(?<!可能)(?<!得意)(?<!前提)(?<!よう)(?<![>」』])と(?:する|した|します|しました)[。)]?$"
    r"|(?:で|を|が)了承(?:した|しました|された|されました|。|$)|[(]決(?:定)?[)]|(?:で|に変更で)OK$"
    r"|\b(?:[Ww]e|[Tt]eam|[Ii]t was) (?:agreed|decided)\b"
)
_NOT_SAID = re.compile(
    r"未決定|決定(?:して|され|でき|し)(?:い)?(?:ない|ず|ません)|決定(?:権|者|的|版|前|後|プロセス|方法|には|までは|待ち)|か(?:を)?決定|(?:議論|検討|協議|相談|確認|調整)(?:を?(?:する|していく|進める))?(?:こと|方向|方針)|なら|場合|たら|[?？]$|(?:か|の)$|予定$|次第"
)
_RESULT = re.compile(r"(?:結果|結論)\s*:.*決定")


def decisions_of(lines: list[Line], sections: list[Section]) -> list[FoundDecision]:
    """All decisions, in the order of the text; the same sentence only once."""
    found: list[FoundDecision] = []
    inside: set[int] = set()
    for section in sections:
        if section.label is Label.DECISION:
            found += _in_section(section)
            inside.update(range(section.head.number, section.last + 1))
        elif section.label in (Label.TODO, Label.HOLD, Label.AGENDA, Label.NEXT):
            inside.update(range(section.head.number, section.last + 1))
    found += _with_reasons(lines, sections)
    for line in lines:
        if line.number not in inside and _is_said(line):
            text = _trim(line.body)
            found.append(FoundDecision(text, Span(line.number, line.number), is_sure=False))
    found += _after_result(lines, inside)
    return _once(sorted(found, key=lambda one: one.span.first))


def _after_result(lines: list[Line], inside: set[int]) -> list[FoundDecision]:
    """The arrows under 「議論の結果: … 決定」."""
    found = []
    for line in lines:
        if line.number in inside or not _RESULT.search(line.plain):
            continue
        for arrow in lines[line.number :]:
            if not arrow.is_arrow:
                break
            span = Span(arrow.number, arrow.number)
            found.append(FoundDecision(_trim(arrow.body), span, is_sure=False))
    return found


def _is_said(line: Line) -> bool:
    words = line.plain
    return bool(
        len(words) >= 8
        and not line.is_heading
        and _SAID.search(words)
        and not _NOT_SAID.search(words)
    )


def _in_section(section: Section) -> list[FoundDecision]:
    """The entries under the heading; lines deeper in belong to the entry above them."""
    if section.value:
        return []
    rows = [line for line in section.lines if not line.is_blank]
    least = min((line.depth for line in rows), default=0)
    found: list[FoundDecision] = []
    for line in rows:
        if found and _belongs_to_above(line, rows[0], least):
            found[-1] = _with_detail(found[-1], line)
        elif not says_nothing(line.value or line.body):
            words = line.value if line.label is Label.DECISION and line.value else line.body
            found.append(_decision(words, Span(line.number, line.number)))
    return [one for one in found if one.text]


def _belongs_to_above(line: Line, first: Line, least: int) -> bool:
    if line.label in (Label.REASON, Label.REJECTED, Label.PROPOSER) or line.is_arrow:
        return True
    deeper = line.depth > least and line.depth > first.depth
    return deeper or (bool(first.style) and not line.style and line.raw[:1] in " \t　")


def _with_detail(decision: FoundDecision, line: Line) -> FoundDecision:
    span = Span(decision.span.first, line.number)
    if line.label is Label.REJECTED and line.value:
        return replace(decision, rejected=(*decision.rejected, _option(line.value)), span=span)
    words = line.value if line.label is Label.REASON else ""
    if words:
        return replace(decision, reason=_join(decision.reason, words), span=span)
    return replace(decision, span=span)


def _with_reasons(lines: list[Line], sections: list[Section]) -> list[FoundDecision]:
    """決定：… in one line, with 理由：… and 却下：… in those that follow."""
    by_number = {line.number: line for line in lines}
    found = []
    for section in sections:
        if section.label is not Label.DECISION or not section.value or says_nothing(section.value):
            continue
        decision = _decision(section.value, Span(section.head.number, section.head.number))
        number = section.head.number + 1
        while (line := by_number.get(number)) is not None and line.label in (
            Label.REASON,
            Label.REJECTED,
        ):
            decision = _with_detail(decision, line)
            number += 1
        found.append(decision)
    return found


def _decision(words: str, span: Span) -> FoundDecision:
    match = _REASON.search(words)
    if match is not None and match.start() > 3:
        return FoundDecision(_trim(words[: match.start()]), span, reason=match[1].strip())
    return FoundDecision(_trim(words), span)


def _option(words: str) -> tuple[str, str]:
    option, _mark, why = words.partition(":")
    if not why and (match := re.match(r"^(.+?)\((.+)\)$", words)):
        option, why = match[1], match[2]
    return option.strip()[:TITLE_MAX_CHARACTERS], why.strip()


def _trim(words: str) -> str:
    words = re.sub(r"^[→⇒⇨➡>\-=\s・*]+", "", words)
    return words.strip(" 　。*_")[:TITLE_MAX_CHARACTERS]


def _join(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _once(decisions: list[FoundDecision]) -> list[FoundDecision]:
    kept: dict[str, FoundDecision] = {}
    for one in decisions:
        key = re.sub(r"[\s、。,.]", "", one.text)
        if key and (key not in kept or (one.is_sure and not kept[key].is_sure)):
            kept[key] = one
    return list(kept.values())
