"""Topics that people set aside or handed over: whoever took one over is named in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from kb.experts.ranking import Knower, RankedPerson, Standings, WhoKnows
from people.models import Person
from people.stances import TopicStance


@dataclass(frozen=True)
class Stances:
    """What was said of one topic: who is not to be asked, and who took it over from whom."""

    aside: frozenset[int] = frozenset()
    successors: Mapping[int, int] = field(default_factory=dict)
    givers: Mapping[int, Person] = field(default_factory=dict)

    def applied_to(self, standings: Standings, *, limit: int) -> Standings:
        """The standings with successors in the place of those who handed over."""
        named = {ranked.person_id: ranked for ranked in standings.people}
        order = [self.successors.get(pk, pk) for pk in (*named, *self.successors)]
        people = [
            named.get(pk, RankedPerson(pk, ()))
            for pk in dict.fromkeys(order)
            if pk not in self.aside
        ]
        return replace(standings, people=tuple(people[:limit]))

    def explained(self, who: WhoKnows) -> WhoKnows:
        """The people with the words that say from whom they took the topic over."""
        return replace(who, people=tuple(self._explained(knower) for knower in who.people))

    def _explained(self, knower: Knower) -> Knower:
        giver = self.givers.get(knower.person.pk)
        if giver is None:
            return knower
        words = _("%(name)sさんから、このテーマを引き継ぎました。") % {"name": giver.family_name}
        if knower.evidence:
            return replace(knower, why=f"{words}{knower.why}")
        return replace(knower, why=words, summary="")


def stances_on(topic_id: int | None) -> Stances:
    """What people said of the topic, in one query; nothing without a topic.

    Whoever was named and has left, or set the topic aside too, is not asked.
    """
    if topic_id is None:
        return Stances()
    stances = list(
        TopicStance.objects.filter(topic=topic_id)
        .with_successor()
        .select_related("person")
        .order_by("created_at", "pk")
    )
    aside = frozenset(stance.person_id for stance in stances)
    handed = [s for s in stances if s.has_successor and s.to_id not in aside]
    return Stances(
        aside=aside,
        successors={stance.person_id: stance.to_id for stance in handed},
        givers={stance.to_id: stance.person for stance in handed},
    )
