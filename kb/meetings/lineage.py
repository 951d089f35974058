"""決定の系譜: what a decision replaced, what replaced it, and what came of it."""

from collections.abc import Iterable
from typing import Any

from kb.meetings.models import Decision

# A chain of replacements longer than this is cut, so that a circle ends.
GENERATIONS_MAX = 20


def with_successors(decisions: list[Any]) -> list[Any]:
    """The decisions, each with ``next``: the newest decision that holds instead, or None."""
    following = _following(decision.pk for decision in decisions)
    for decision in decisions:
        decision.next = following.get(decision.pk)
    return decisions


def _following(ids: Iterable[int]) -> dict[int, Decision]:
    rows = Decision.objects.visible().filter(supersedes__in=list(ids))
    return {
        row.supersedes_id: row for row in rows.order_by("decided_on", "pk") if row.supersedes_id
    }


def generations(decision: Decision) -> tuple[list[Decision], list[Decision]]:
    """What came before a decision, oldest first, and what came after, in order."""
    before: list[Decision] = []
    step = decision.supersedes
    while step is not None and step not in before and len(before) < GENERATIONS_MAX:
        if step.deleted_at is None:
            before.insert(0, step)
        step = step.supersedes
    after: list[Decision] = []
    found = _successor(decision)
    while found is not None and found not in after and len(after) < GENERATIONS_MAX:
        after.append(found)
        found = _successor(found)
    return before, after


def _successor(decision: Decision) -> Decision | None:
    rows = Decision.objects.visible().filter(supersedes=decision)
    newest: Decision | None = rows.order_by("-decided_on", "-pk").first()
    return newest
