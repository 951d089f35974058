"""What the clock does for those who asked colleagues to read something."""

from celery import shared_task
from django.utils import timezone

from kb.engagement.reading_rounds import ask_newcomers, release_movers, remind_readers


@shared_task(name="kb.engagement.tasks.follow_readings")
def follow_readings() -> None:
    """Every morning: let go who moved away, ask newcomers, remind the others. Safe to repeat."""
    today = timezone.localdate()
    release_movers()
    ask_newcomers(today)
    remind_readers(today)
