"""Changes of an article's state: published, retired, confirmed, in the bin."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article, Contributor
from kb.articles.review_rounds import note_reviewed
from kb.articles.reviews import next_review
from kb.articles.services.rendering import fill_waiting_links
from kb.articles.services.writing import count_contribution
from kb.articles.telling import tell_published
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.foundation.bin import put_into_bin, take_out_of_bin, write_down
from people.models import Person


@transaction.atomic
def publish(article: Article, *, by: Person) -> Article:
    """The article, published: a 書きかけ or a retired one."""
    article.status = Article.Status.PUBLISHED
    if article.published_at is None:
        article.published_at = timezone.now()
    article.updated_at = timezone.now()
    article.save(update_fields=["status", "published_at", "updated_at"])
    write_down(article, "publish", by=by)
    tell_published(article, by=by)
    return article


@transaction.atomic
def retire(article: Article, *, by: Person) -> Article:
    """The article, marked もう使わない: still readable and found, after everything that holds."""
    article.status = Article.Status.RETIRED
    article.review_due_on = article.review_escalated_at = None
    article.save(update_fields=["status", "review_due_on", "review_escalated_at"])
    note_reviewed(article)
    write_down(article, "retire", by=by)
    return article


@transaction.atomic
def confirm_article(article: Article, *, by: Person) -> Article:
    """The article with 「まだ正しい」 said by a person today, and its next review set."""
    now = timezone.now()
    article.confirmed_at, article.confirmed_by = now, by
    article.review_due_on = next_review(article, timezone.localdate())
    article.review_escalated_at = None
    article.save(
        update_fields=["confirmed_at", "confirmed_by", "review_due_on", "review_escalated_at"]
    )
    note_reviewed(article)
    if by.pk != article.author_id:
        count_contribution(article, by, lines=0, at=now, role=Contributor.Role.REVIEWER)
    return article


@transaction.atomic
def pass_review_on(article: Article, to: Person, *, by: Person) -> Article:
    """The article, kept right by somebody who knows it better from now on; they hear of it."""
    article.owner, article.review_escalated_at = to, None
    article.save(update_fields=["owner", "review_escalated_at"])
    note_reviewed(article)
    write_down(article, "pass_on", by=by)
    notify(
        [to],
        Notification.Kind.HANDOVER,
        lambda: (
            _("%(name)sさんが、「%(title)s」はあなたが詳しいと言っています。見直しをお願いします。")
            % {"name": by.name, "title": article.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=article.get_absolute_url(),
        by=by,
    )
    return article


@transaction.atomic
def delete_article(article: Article, *, by: Person) -> Article:
    """Puts the article into the bin; it vanishes from every page and from search at once.

    Its author and owner hear of it.
    """
    way_back = reverse("binned_record", args=["article", article.pk])
    put_into_bin(article, by=by, tell=[article.author, article.owner], way_back=way_back)
    return article


@transaction.atomic
def restore_article(article: Article, *, by: Person) -> Article:
    """Takes the article out of the bin, as it was."""
    take_out_of_bin(article, by=by)
    fill_waiting_links(article)
    return article
