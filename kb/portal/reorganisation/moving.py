"""Moves what belongs to a department, row by row, telling each move in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import VoiceTheme
from kb.articles.models import Article
from kb.foundation.ledger import Ledger
from kb.meetings.models import Decision
from kb.portal.lines import BODY
from kb.portal.models import WantedArticle
from kb.search import outbox
from people.models import Department, Membership, Person, Responsibility


@dataclass(frozen=True)
class Effect:
    """One thing that changes: its group, in words, and where it is read."""

    group: str
    text: str
    url: str = ""


@dataclass
class Move:
    """What goes from one department to another on a day: the ledger, and the same in words."""

    source: Department
    target: Department
    on: dt.date
    ledger: Ledger
    effects: list[Effect] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)

    def say(self, group: str, text: str, url: str = "") -> None:
        """Adds a line to what the dry run shows."""
        self.effects.append(Effect(group, text, url))

    def members(self, only: Iterable[int] | None = None) -> None:
        """Posts that hold on that day or later; the new ones begin on it."""
        posts = Membership.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=self.on), department=self.source
        ).select_related("person")
        if only is not None:
            posts = posts.filter(person__in=list(only))
        for post in posts.order_by("person__yomi", "pk"):
            self._member(post)

    def _member(self, post: Membership) -> None:
        there = self.target.memberships.filter(person=post.person, ended_on__isnull=True).first()
        has_begun = post.started_on is None or post.started_on < self.on
        self.people[post.person_id] = post.person
        words = post.person.name if post.is_primary else _("%(name)s（兼務）")
        words = words % {"name": post.person.name} if not post.is_primary else words
        self.say(_("ひと"), words, post.person.get_absolute_url())
        if has_begun:
            # Ended first: a person has one open main post at most.
            until = post.ended_on
            self.ledger.change(post, ended_on=self.on - dt.timedelta(days=1))
            if there is None:
                self.ledger.made(self._new_post(post, until))
        elif there is None:
            self.ledger.change(post, department=self.target)
        else:
            self.ledger.change(post, ended_on=post.started_on)
        if there is not None and post.is_primary and not there.is_primary:
            self.ledger.change(there, is_primary=True)

    def _new_post(self, post: Membership, until: dt.date | None) -> Membership:
        made: Membership = Membership.objects.create(
            person=post.person,
            department=self.target,
            is_primary=post.is_primary,
            title=post.title,
            started_on=self.on,
            ended_on=until,
        )
        return made

    def chores(self, only: Iterable[int] | None = None) -> None:
        """担当業務; where the target has one of that name, the two become one."""
        chores = Responsibility.objects.visible().filter(department=self.source).with_people()
        if only is not None:
            chores = chores.filter(pk__in=list(only))
        names = {chore.name: chore for chore in self.target.responsibilities.with_people()}
        for chore in chores.order_by("name"):
            twin = names.get(chore.name)
            if twin is None:
                self.say(_("担当業務"), chore.name)
                self.ledger.change(chore, department=self.target)
            else:
                self.say(
                    _("担当業務"), _("%(name)s（同じ業務にまとめます）") % {"name": chore.name}
                )
                self._unite(chore, twin)

    def _unite(self, chore: Responsibility, twin: Responsibility) -> None:
        main = twin.main or chore.main
        sub = next((p for p in (twin.sub, chore.main, chore.sub) if p and p != main), None)
        words = "\n".join(dict.fromkeys([*twin.words, *chore.words]))
        self.ledger.change(twin, main=main, sub=sub, other_words=words, is_active=True)
        self.ledger.change(chore, is_active=False)

    def articles(self, owners: Iterable[int] | None = None) -> None:
        """Texts and waiting questions that the department answers for."""
        articles = Article.objects.visible().filter(department=self.source).defer(*BODY)
        if owners is not None:
            articles = articles.filter(owner__in=list(owners))
        for article in articles.order_by("kind", "title"):
            group = article.get_kind_display()
            self.say(
                _("記事（%(kind)s）") % {"kind": group}, article.title, article.get_absolute_url()
            )
            self.ledger.change(article, department=self.target)

    def wishes_and_voices(self) -> None:
        """「書いてほしい」 and 要望テーマ of the department."""
        waiting = (WantedArticle.State.OPEN, WantedArticle.State.TAKEN)
        for wish in WantedArticle.objects.filter(department=self.source, state__in=waiting):
            self.say(_("書いてほしい"), wish.title, wish.get_absolute_url())
            self.ledger.change(wish, department=self.target)
        for theme in VoiceTheme.objects.visible().filter(owner_department=self.source):
            self.say(_("お客さまの声"), theme.title, theme.get_absolute_url())
            self.ledger.change(theme, owner_department=self.target)

    def decisions(self) -> None:
        """決まったこと in force hold for the successor too; they stay with the old name as well."""
        valid = Decision.objects.valid().filter(departments=self.source)
        through = Decision.departments.through
        for decision in valid.exclude(departments=self.target):
            self.say(_("決まったこと"), decision.title, decision.get_absolute_url())
            row = through._default_manager.create(
                decision_id=decision.pk, department_id=self.target.pk
            )
            self.ledger.made(row)
            outbox.mark(decision)

    def children(self) -> None:
        """The departments below; the target itself moves up if it stood there."""
        for child in Department.objects.visible().filter(parent=self.source):
            above = self.source.parent if child == self.target else self.target
            self.say(_("下の部署"), child.name, child.get_absolute_url())
            self.ledger.change(child, parent=above)
