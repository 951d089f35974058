"""``/touches``: read and record contacts with customers."""

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from customers.models import Touch
from customers.querysets import TouchQuerySet
from customers.retention import note_bulk_view
from customers.services import ImportOrigin, TouchFields, record_touch
from kb.api.articles import acting
from kb.api.problems import Refused
from kb.api.receipts import once
from kb.api.shapes import Problem, TouchIn, TouchList, TouchOut
from kb.api.touch_parties import author_of, contacts_of, customer_of
from kb.search.query import clean_text
from kb.topics.services import TooManyTopics

router = Router(tags=["touches"])

NUMBER_MAX = 2**63 - 1


class TouchFilter(Schema):
    """Which touches, and which page of them."""

    customer: int | None = None
    author: str = ""
    channel: str = ""
    mood: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    updated_since: dt.datetime | None = None
    source_path: str = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@router.get("/touches", response={200: TouchList, 422: Problem}, operation_id="list_touches")
def list_touches(request: HttpRequest, query: Query[TouchFilter]) -> TouchList:
    """Touches, the latest first, narrowed by customer, author, channel, mood, days and source_path."""
    touches = _chosen(query)
    total = touches.count()
    end = query.offset + query.limit
    rows = list(touches.with_details()[query.offset : end])
    note_bulk_view(acting(request), "touches", len(rows))
    following = ""
    if end < total:
        params = request.GET.dict() | {"limit": str(query.limit), "offset": str(end)}
        following = f"{request.path}?{urlencode(params)}"
    return TouchList(total=total, touches=[touch_out(touch) for touch in rows], next=following)


@router.get("/touches/{int:pk}", response={200: TouchOut, 404: Problem}, operation_id="get_touch")
def get_touch(request: HttpRequest, pk: int) -> TouchOut:
    """One touch."""
    touches = Touch.objects.visible().select_related("customer", "author")
    return touch_out(get_object_or_404(touches, pk=min(pk, NUMBER_MAX)))


@router.post(
    "/touches",
    response={201: TouchOut, 409: Problem, 413: Problem, 422: Problem, 429: Problem},
    operation_id="create_touch",
)
def post_touch(request: HttpRequest, data: TouchIn) -> Status[Any]:
    """Record a touch. The same Idempotency-Key twice records it once; the same source_path answers 409."""
    return once(request, lambda: _record(request, data))


def _record(request: HttpRequest, data: TouchIn) -> TouchOut:
    sender = acting(request)
    source_path = clean_text(data.source_path).strip()
    if source_path and (known := Touch.objects.filter(source_path=source_path).first()):
        detail = _("このsource_pathの対応記録は、もうあります(%(id)d番)。") % {"id": known.pk}
        raise Refused(409, detail, {"source_path": str(known.pk)})
    fields = _fields(data)
    author = author_of(data, sender)
    customer = customer_of(data, by=author)
    contacts = contacts_of(data, customer)
    origin = ImportOrigin(source_path, imported_by=sender) if source_path else None
    fields = TouchFields(**{**vars(fields), "contacts": contacts})
    try:
        touch = record_touch(customer, fields, by=author, origin=origin)
    except TooManyTopics:
        raise Refused(422, _("テーマは5つまでです。"), {"topics": _("5つまでです。")}) from None
    if author != sender and origin is None:
        touch.imported_by = sender
        touch.save(update_fields=["imported_by"])
    return touch_out(touch)


def _chosen(query: TouchFilter) -> TouchQuerySet:
    touches: TouchQuerySet = Touch.objects.visible()
    exact = {
        "customer": None if query.customer is None else min(max(query.customer, 0), NUMBER_MAX),
        "author__login": clean_text(query.author),
        "channel": clean_text(query.channel),
        "mood": clean_text(query.mood),
        "source_path": clean_text(query.source_path),
    }
    touches = touches.filter(**{name: v for name, v in exact.items() if v not in (None, "")})
    if query.since is not None:
        touches = touches.filter(happened_at__date__gte=query.since)
    if query.until is not None:
        touches = touches.filter(happened_at__date__lte=query.until)
    if query.updated_since is not None:
        touches = touches.filter(updated_at__gte=_with_zone(query.updated_since, "updated_since"))
    return touches


def _with_zone(moment: dt.datetime, name: str) -> dt.datetime:
    if moment.tzinfo is None:
        words = _("時差を付けてください(例: 2026-11-20T14:05:00+09:00)。")
        raise Refused(422, _("送られた値に誤りがあります。"), {name: words})
    return moment


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
