"""Changes of an article's state: published, retired, confirmed, in the bin."""

from django.db import transaction
from django.utils import timezone

from kb.articles.models import Article, Contributor
from kb.articles.reviews import next_review
from kb.articles.services.rendering import fill_waiting_links
from kb.articles.services.writing import count_contribution
from kb.foundation.models import AuditEntry
from people.models import Person


@transaction.atomic
def publish(article: Article, *, by: Person) -> Article:
    """The article, published: a 書きかけ or a retired one."""
    article.status = Article.Status.PUBLISHED
    if article.published_at is None:
        article.published_at = timezone.now()
    article.updated_at = timezone.now()
    article.save(update_fields=["status", "published_at", "updated_at"])
    _note(article, "article.publish", by)
    return article


@transaction.atomic
def retire(article: Article, *, by: Person) -> Article:
    """The article, marked もう使わない: still readable and found, after everything that holds."""
    article.status = Article.Status.RETIRED
    article.review_due_on = None
    article.save(update_fields=["status", "review_due_on"])
    _note(article, "article.retire", by)
    return article


@transaction.atomic
def confirm_article(article: Article, *, by: Person) -> Article:
    """The article with 「まだ正しい」 said by a person today, and its next review set."""
    now = timezone.now()
    article.confirmed_at, article.confirmed_by = now, by
    article.review_due_on = next_review(article, timezone.localdate())
    article.save(update_fields=["confirmed_at", "confirmed_by", "review_due_on"])
    if by.pk != article.author_id:
        count_contribution(article, by, lines=0, at=now, role=Contributor.Role.REVIEWER)
    return article


@transaction.atomic
def delete_article(article: Article, *, by: Person) -> Article:
    """Puts the article into the bin; it vanishes from every page and from search at once."""
    article.deleted_at, article.deleted_by = timezone.now(), by
    article.save(update_fields=["deleted_at", "deleted_by"])
    _note(article, "article.delete", by)
    return article


@transaction.atomic
def restore_article(article: Article, *, by: Person) -> Article:
    """Takes the article out of the bin, as it was."""
    article.deleted_at = article.deleted_by = None
    article.save(update_fields=["deleted_at", "deleted_by"])
    _note(article, "article.restore", by)
    fill_waiting_links(article)
    return article


def _note(article: Article, action: str, by: Person) -> None:
    AuditEntry.objects.create(
        person=by,
        action=action,
        target=f"articles.article.{article.pk}",
        detail={"title": article.title},
    )
