"""Proposes whom to call for a problem, from its words, its topics and the records collected for it."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models

from kb.experts import proposals
from kb.experts.proposals import PER_DEPARTMENT, Proposal
from kb.experts.roster import people_by_id
from kb.search.knowers import who_knows
from kb.topics.models import Topic
from people.models import Person

# So many are ranked that several departments are among them.
_RANKED_PEOPLE = 40
_MOST_RECORDS = 60


def propose_people(
    text: str,
    topics: Sequence[Topic] = (),
    evidence: Sequence[models.Model] = (),
    *,
    by: Person | None = None,
    limit_per_department: int = PER_DEPARTMENT,
    without: Collection[Any] = (),
) -> list[Proposal]:
    """Up to eight colleagues from as many departments as know of it, one reason each.

    ``text`` is the problem in a sentence, ``evidence`` the records collected for it. Neither ``by``,
    who calls, nor those ``without`` (ids: who is in it already, or has declined) are proposed, nor
    leavers, nor who has set the topic aside. Empty when nobody is known.
    """
    records = list(evidence)[:_MOST_RECORDS]
    context = "\n".join([*(topic.name for topic in topics), *(str(record) for record in records)])
    who = who_knows(text=text, context=context, limit=_RANKED_PEOPLE)
    behind = proposals.people_behind(records) if records else []
    people = people_by_id(behind)
    candidates = [
        *proposals.of_evidence(people[pk] for pk in behind if pk in people),
        *proposals.of_knowers(who),
    ]
    left_out = {*without, by.pk} if by is not None else set(without)
    return proposals.chosen(
        candidates,
        without=left_out,
        limit_per_department=limit_per_department,
    )
