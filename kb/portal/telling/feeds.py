"""Atom feeds with secret addresses: what is new in all, in a department, on a topic, in a series."""

import datetime as dt
import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.meetings.models import Decision, Meeting, Series
from kb.portal.telling.digest import full_address
from kb.portal.telling.models import FeedAddress
from kb.topics.models import Topic
from kb.topics.services import end_of
from people.models import Department, Person

ITEMS_MAX = 50
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_KINDS: dict[str, Any] = {"departments": Department, "topics": Topic, "series": Series}


class News(Feed):  # type: ignore[type-arg]
    """The newest records, of everything or of one department, topic or series."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, **where: Any) -> Any:  # noqa: D102
        kind, pk = where.get("kind"), where.get("pk")
        if kind is None:
            return None
        if kind not in _KINDS:
            raise Http404
        place = get_object_or_404(_KINDS[kind], pk=pk)
        # Whoever reads about a topic that was merged reads on about the one it went into.
        return end_of(place) if isinstance(place, Topic) else place

    def title(self, place: Any) -> str:  # noqa: D102
        name = _readable(place.name) if place else ""
        return _("知の輪：%(name)s") % {"name": name} if name else _("知の輪の新しい記録")

    def link(self, place: Any) -> str:  # noqa: D102
        has_page = place is not None and hasattr(place, "get_absolute_url")
        return full_address(place.get_absolute_url() if has_page else "/")

    def items(self, place: Any) -> list[Any]:  # noqa: D102
        rows = [*_articles(place), *_meetings(place), *_decisions(place)]
        return sorted(rows, key=_moment, reverse=True)[:ITEMS_MAX]

    def item_title(self, item: Any) -> str:  # noqa: D102
        return _readable(str(item))

    def item_description(self, item: Any) -> str:  # noqa: D102
        return _readable(str(getattr(item, "summary", "") or getattr(item, "reason", "")))

    def item_link(self, item: Any) -> str:  # noqa: D102
        return full_address(item.get_absolute_url())

    def item_author_name(self, item: Any) -> str | None:  # noqa: D102
        who = getattr(item, "author", None) or getattr(item, "proposed_by", None)
        # None leaves the author out; an empty name is none that readers take.
        return _readable(who.name) if isinstance(who, Person) else None

    def item_updateddate(self, item: Any) -> dt.datetime:  # noqa: D102
        return _moment(item)


_news = News()


@login_not_required
def feed(request: HttpRequest, secret: str, **where: Any) -> HttpResponse:
    """The feed of the person whose secret address this is; whoever has left sees nothing."""
    get_object_or_404(FeedAddress, secret=secret, person__is_active=True)
    response = _news(request, **where)
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


def _readable(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return _UNWRITABLE.sub("", text)


def _moment(item: Any) -> dt.datetime:
    moment: dt.datetime = getattr(item, "published_at", None) or item.created_at
    return moment


def _articles(place: Any) -> Any:
    rows = Article.objects.published().exclude(published_at=None).select_related("author")
    rows = rows.defer("body", "body_html").order_by("-published_at")
    if isinstance(place, Department):
        rows = rows.filter(department=place)
    elif isinstance(place, Topic):
        rows = rows.filter(topics=place)
    elif isinstance(place, Series):
        rows = rows.none()
    return rows[:ITEMS_MAX]


def _meetings(place: Any) -> Any:
    rows = Meeting.objects.visible().exclude(published_at=None).select_related("series")
    rows = rows.defer("body", "body_html").order_by("-published_at")
    if isinstance(place, Series):
        rows = rows.filter(series=place)
    elif isinstance(place, Topic):
        rows = rows.filter(topics=place)
    elif isinstance(place, Department):
        rows = rows.none()
    return rows[:ITEMS_MAX]


def _decisions(place: Any) -> Any:
    rows = Decision.objects.visible().select_related("proposed_by").order_by("-created_at")
    if isinstance(place, Department):
        rows = rows.filter(departments=place)
    elif isinstance(place, Topic):
        rows = rows.filter(topics=place)
    elif isinstance(place, Series):
        rows = rows.filter(meeting__series=place)
    return rows[:ITEMS_MAX]
