"""The answers to 「まだ正しいですか」: it holds, it is no longer used, another one knows it better.

What each of them changed is written into the log, so that it can be taken back as it was.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article, Contributor
from kb.articles.review_rounds import open_asks
from kb.articles.reviews import next_review
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify, settle
from kb.foundation.bin import write_down
from kb.foundation.ledger import Ledger, take_back
from kb.foundation.models import AuditEntry
from people.models import Person

_CONFIRM, _RETIRE, _PASS_ON, _UNDO = "confirm", "retire", "pass_on", "review_undo"


class NothingToUndo(Exception):
    """The last answer about the text is not this person's, or was taken back already."""


@transaction.atomic
def confirm_article(article: Article, *, by: Person) -> Article:
    """The article with 「まだ正しい」 said by a person today, and its next review set."""
    now, ledger = timezone.now(), Ledger()
    ledger.change(
        article,
        confirmed_at=now,
        confirmed_by=by,
        review_due_on=next_review(article, timezone.localdate()),
        review_escalated_at=None,
    )
    if by.pk != article.author_id:
        _count_review(ledger, article, by)
    _close(ledger, article, _CONFIRM, by=by)
    return article


@transaction.atomic
def retire(article: Article, *, by: Person) -> Article:
    """The article, marked もう使わない: still readable and found, after everything that holds."""
    ledger = Ledger()
    ledger.change(
        article, status=Article.Status.RETIRED, review_due_on=None, review_escalated_at=None
    )
    _close(ledger, article, _RETIRE, by=by)
    return article


@transaction.atomic
def pass_review_on(article: Article, to: Person, *, by: Person) -> Article:
    """The article, kept right by somebody who knows it better from now on; they hear of it."""
    ledger = Ledger()
    ledger.change(article, owner=to, review_escalated_at=None)
    _close(ledger, article, _PASS_ON, by=by)
    _tell(
        to,
        article,
        lambda: _(
            "%(name)sさんが、「%(title)s」はあなたが詳しいと言っています。見直しをお願いします。"
        ),
        by=by,
    )
    return article


@transaction.atomic
def undo_review(article: Article, *, by: Person) -> Article:
    """The article as it was before the person's answer; what others changed since stays.

    Raises ``NothingToUndo``.
    """
    actions = [f"article.{verb}" for verb in (_CONFIRM, _RETIRE, _PASS_ON, _UNDO)]
    rows = AuditEntry.objects.filter(target=f"articles.article.{article.pk}", action__in=actions)
    last = rows.order_by("-pk").first()
    if last is None or last.person_id != by.pk or "ledger" not in last.detail:
        raise NothingToUndo
    handed_to = article.owner if last.action == f"article.{_PASS_ON}" else None
    take_back(last.detail["ledger"])
    write_down(article, _UNDO, by=by)
    if handed_to is not None:
        _call_off(article, handed_to, by=by)
    article.refresh_from_db()
    return article


def _close(ledger: Ledger, article: Article, verb: str, *, by: Person) -> None:
    """Whoever was asked about the text this week has had an answer; the log keeps how it was."""
    for ask in open_asks(article):
        ledger.change(ask, answered_at=timezone.now())
    write_down(article, verb, by=by, ledger=ledger.entries)


def _count_review(ledger: Ledger, article: Article, by: Person) -> None:
    now = timezone.now()
    row, is_new = Contributor.objects.get_or_create(
        article=article, person=by, role=Contributor.Role.REVIEWER, defaults={"last_at": now}
    )
    if is_new:
        ledger.made(row)
    else:
        ledger.change(row, edits=row.edits + 1, last_at=now)


def _call_off(article: Article, person: Person, *, by: Person) -> None:
    """Whoever has not read that the text is theirs now never hears of it; the others do."""
    if settle(Notification.Kind.HANDOVER, url=article.get_absolute_url(), people=[person]):
        return
    _tell(
        person, article, lambda: _("%(name)sさんが、「%(title)s」の担当を元に戻しました。"), by=by
    )


def _tell(person: Person, article: Article, words: Callable[[], str], *, by: Person) -> None:
    """Tells of a text that changed hands; ``words`` with ``%(name)s`` and ``%(title)s``, in the reader's language."""
    named = {"name": by.name, "title": article.title[:TITLE_MAX_CHARACTERS]}
    notify(
        [person],
        Notification.Kind.HANDOVER,
        lambda: words() % named,
        url=article.get_absolute_url(),
        by=by,
    )
