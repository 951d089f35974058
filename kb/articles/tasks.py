"""What the clock does for articles: reviews, books, and whom they helped."""

import time

from celery import shared_task
from django.utils import timezone

from kb.articles.helped import tell_whom_they_helped as tell_week
from kb.articles.importing import batches, undoing
from kb.articles.models import ImportBatch
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


@shared_task(name="kb.articles.tasks.tell_whom_they_helped")
def tell_whom_they_helped() -> None:
    """On Mondays: authors hear whom their texts helped last week. Safe to repeat."""
    tell_week(timezone.localdate())


@shared_task(name="kb.articles.tasks.run_import")
def run_import(batch_id: int) -> None:
    """Bring the files of one upload in. Safe to repeat: a batch is claimed once."""
    batches.run(batch_id)


@shared_task(name="kb.articles.tasks.undo_import")
def undo_import(batch_id: int) -> None:
    """Take a large import back. Safe to repeat: every piece looks at what is left."""
    undoing.go_on(batch_id)


@shared_task(name="kb.articles.tasks.run_waiting_imports")
def run_waiting_imports() -> None:
    """Every minute: uploads whose wake-up was lost or worker killed; forgotten previews go."""
    waiting = ImportBatch.objects.filter(state=ImportBatch.State.RUNNING, total_count=0)
    for batch_id in waiting.values_list("pk", flat=True):
        batches.run(batch_id)
    batches.resume_silent(time.time())
    batches.drop_forgotten(timezone.now())
    undoing.resume_silent(timezone.now())
