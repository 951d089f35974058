"""``/touches``: read and record contacts with customers."""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field

from customers.models import Customer, Touch
from customers.services import ImportOrigin, TouchFields, record_touch
from kb.api.articles import acting
from kb.api.problems import Refused
from kb.api.shapes import Problem, TouchIn, TouchList, TouchOut
from kb.search.query import clean_text
from kb.topics.services import TooManyTopics

router = Router(tags=["touches"])

Limit = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]


@router.get("/touches", response={200: TouchList, 422: Problem}, operation_id="list_touches")
def list_touches(
    request: HttpRequest, customer: int | None = None, limit: Limit = 20, offset: Offset = 0
) -> TouchList:
    """Touches, the latest first; ``customer`` narrows to one customer."""
    touches = Touch.objects.visible()
    if customer is not None:
        touches = touches.filter(customer=min(max(customer, 0), 2**63 - 1))
    rows = touches.select_related("customer", "author").prefetch_related("topics")[
        offset : offset + limit
    ]
    return TouchList(total=touches.count(), touches=[touch_out(touch) for touch in rows])


@router.post(
    "/touches", response={201: TouchOut, 409: Problem, 422: Problem}, operation_id="create_touch"
)
def post_touch(request: HttpRequest, data: TouchIn) -> Status[TouchOut]:
    """Record a touch as the person of the token. The same ``source_path`` twice answers 409."""
    source_path = clean_text(data.source_path).strip()
    if source_path and (known := Touch.objects.filter(source_path=source_path).first()):
        detail = _("このsource_pathの対応記録は、もうあります(%(id)d番)。") % {"id": known.pk}
        raise Refused(409, detail, {"source_path": str(known.pk)})
    customer = Customer.objects.visible().filter(pk=min(max(data.customer, 0), 2**63 - 1)).first()
    if customer is None:
        raise Refused(422, _("このお客さまは見つかりません。"), {"customer": _("見つかりません。")})
    fields = _fields(data)
    origin = ImportOrigin(source_path, imported_by=acting(request)) if source_path else None
    try:
        touch = record_touch(customer, fields, by=acting(request), origin=origin)
    except TooManyTopics:
        raise Refused(422, _("テーマは5つまでです。"), {"topics": _("5つまでです。")}) from None
    return Status(201, touch_out(touch))


def _fields(data: TouchIn) -> TouchFields:
    text = clean_text(data.text).strip()
    wrong = {}
    if data.channel not in Touch.Channel.values:
        wrong["channel"] = _("次のどれかです: %(values)s") % {
            "values": ", ".join(Touch.Channel.values)
        }
    if data.mood and data.mood not in Touch.Mood.values:
        wrong["mood"] = _("次のどれかです: %(values)s") % {"values": ", ".join(Touch.Mood.values)}
    if not text:
        wrong["text"] = _("空にはできません。")
    elif len(text.encode()) > settings.BODY_MAX_BYTES:
        wrong["text"] = _("1 MBまでです。")
    if data.happened_at is not None and data.happened_at.tzinfo is None:
        wrong["happened_at"] = _("時差を付けてください(例: 2026-11-20T14:05:00+09:00)。")
    if wrong:
        raise Refused(422, _("送られた値に誤りがあります。"), wrong)
    return TouchFields(
        channel=data.channel,
        text=text,
        happened_at=data.happened_at,
        mood=data.mood,
        topics=[clean_text(topic) for topic in data.topics],
    )


def touch_out(touch: Touch) -> TouchOut:
    """A touch as the API gives it."""
    return TouchOut(
        id=touch.pk,
        customer=touch.customer_id,
        customer_name=touch.customer.name,
        channel=touch.channel,
        text=touch.text,
        mood=touch.mood,
        url=touch.get_absolute_url(),
        revision=touch.revision,
        author=touch.author.name,
        topics=[topic.name for topic in touch.topics.all()],
        source_path=touch.source_path or "",
        happened_at=touch.happened_at,
    )
