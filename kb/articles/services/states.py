"""Changes of an article's state: published, in the bin. Reviews: ``reviewing``."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article
from kb.articles.reviews import next_review
from kb.articles.services.rendering import fill_waiting_links
from kb.articles.telling import tell_published
from kb.foundation.bin import put_into_bin, take_out_of_bin, write_down
from people.models import Person


@transaction.atomic
def publish(article: Article, *, by: Person) -> Article:
    """The article, published: a 書きかけ, or one that is used again after all."""
    is_new = article.status == Article.Status.DRAFT
    article.status = Article.Status.PUBLISHED
    if article.published_at is None:
        article.published_at = timezone.now()
    if article.review_due_on is None:
        article.review_due_on = next_review(article, timezone.localdate())
    article.updated_at = timezone.now()
    article.save(update_fields=["status", "published_at", "review_due_on", "updated_at"])
    write_down(article, "publish", by=by)
    if is_new:
        tell_published(article, by=by)
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
