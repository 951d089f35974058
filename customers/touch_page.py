"""Everything the page of one touch shows."""

from typing import Any

from customers.forms import ICONS_OF_CHANNELS
from customers.models import Touch
from customers.page import problem_of, shown_voice, subject_of
from customers.voice_forms import VoiceForm
from kb.engagement.comments import comments_on
from kb.files.models import Attachment
from kb.todos.models import ActionItem
from people.models import Person
from people.querysets import attach_departments


def touch_page(touch: Touch, reader: Person, voice_form: VoiceForm | None = None) -> dict[str, Any]:
    """The context of ``customers/touch_detail.html``; ``voice_form`` as somebody filled it in."""
    todos = list(ActionItem.objects.born_in(touch).select_related("person").by_due_date())
    customer = touch.customer
    attach_departments(
        [
            touch.author,
            customer.sales_owner,
            customer.success_owner,
            *touch.colleagues.all(),
            *(todo.person for todo in todos),
        ]
    )
    return {
        "touch": touch,
        "author": touch.author,
        "subject": subject_of(touch),
        "call_title": problem_of(touch),
        "icon": ICONS_OF_CHANNELS[touch.channel],
        "voices": [{"voice": v, "shown": shown_voice(v)} for v in touch.voices.all()],
        "voice_form": voice_form or VoiceForm(touch=touch),
        "files": Attachment.objects.on(touch),
        "todos": todos,
        "reader": reader,
        **comments_on(touch),
    }
