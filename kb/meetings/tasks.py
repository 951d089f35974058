"""Draws first pages in the worker."""

from celery import shared_task

from kb.foundation.queue import send_after_commit
from kb.meetings.models import Material


def draw_later(material_id: int) -> None:
    """Has the worker draw the first page once the transaction is committed."""
    send_after_commit(draw_preview, material_id)


@shared_task
def draw_preview(material_id: int) -> None:
    """Draws one first page. Safe to repeat: what has a picture is left alone."""
    from kb.meetings.materials import draw_first_page

    material = Material.objects.filter(pk=material_id, preview="").first()
    if material is not None:
        draw_first_page(material)
