"""What the clock does for those who asked colleagues to read something."""

from celery import shared_task
from django.utils import timezone

from kb.engagement.readings import ask_newcomers, remind_readers


@shared_task(name="kb.engagement.tasks.follow_readings")
def follow_readings() -> None:
    """Every morning: ask newcomers, remind the others. Safe to repeat."""
    today = timezone.localdate()
    ask_newcomers(today)
    remind_readers(today)
