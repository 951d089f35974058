"""Celery's ways into the portal: mails, rooms of chat tools, planned reorganisations."""

from celery import shared_task
from django.utils import timezone

from kb.communities import idle
from kb.portal import asking, emptying, merging
from kb.portal.reorganisation import steps
from kb.portal.telling import letters, rooms


@shared_task(name="kb.portal.tasks.send_digests")
def send_digests() -> None:
    """Every ten minutes: the digests of this morning that have not left yet."""
    letters.send_digests()


@shared_task(name="kb.portal.tasks.send_direct_mails")
def send_direct_mails() -> None:
    """Every two minutes: questions and calls to single persons."""
    letters.send_direct_mails()


@shared_task(name="kb.portal.tasks.tell_rooms")
def tell_rooms() -> None:
    """Every three minutes: what is new for the rooms of the chat tools."""
    rooms.tell_rooms()


@shared_task(name="kb.portal.tasks.reorganise")
def reorganise() -> None:
    """Every hour: the planned changes of departments whose day has come."""
    steps.carry_out_due()


@shared_task(name="kb.portal.tasks.prompt_idle_communities")
def prompt_idle_communities() -> None:
    """Every morning: ask where nothing happened for 45 days."""
    idle.prompt_idle()


@shared_task(name="kb.portal.tasks.ask_around")
def ask_around() -> None:
    """Every minute: new questions are put to two who know. Safe to repeat."""
    asking.ask_around(timezone.now())


@shared_task(name="kb.portal.tasks.carry_on_questions")
def carry_on_questions() -> None:
    """Every hour: what nobody answers goes to whose chore it is, then to the department."""
    asking.carry_on(timezone.now())


@shared_task(name="kb.portal.tasks.empty_bin")
def empty_bin() -> None:
    """Every night: what has lain in the bin for 30 days is gone for good, and merges stay merged."""
    emptying.empty_bin(timezone.now())
    merging.forget_old_merges(timezone.now())
