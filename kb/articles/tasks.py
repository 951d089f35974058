"""What the clock does for articles: the week's reviews, and how books served at work."""

from celery import shared_task
from django.utils import timezone

from kb.articles.review_rounds import begin_week
from kb.articles.services.books import ask_how_it_went


@shared_task(name="kb.articles.tasks.ask_reviews")
def ask_reviews() -> None:
    """Every morning: this week's reviews, asked once. Safe to repeat."""
    begin_week(timezone.localdate())


@shared_task(name="kb.articles.tasks.ask_about_books")
def ask_about_books() -> None:
    """Every morning: readers whose note is 60 days old. Safe to repeat."""
    ask_how_it_went(timezone.now())
