"""お知らせ."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kb.engagement.models import Notification
from kb.foundation.notices import tell
from kb.portal.services import read_all_notices, read_notice
from people.acting import acting

PER_PAGE = 50


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """One's own notices, the newest first."""
    notices = Notification.objects.filter(person=acting(request))
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "params": request.GET,
        "unread": notices.filter(read_at=None).count(),
    }
    return render(request, "portal/notification_list.html", context)


@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a notice as read and goes where it leads."""
    notice = get_object_or_404(Notification, pk=pk, person=acting(request))
    read_notice(notice)
    if url_has_allowed_host_and_scheme(notice.url, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(notice.url)
    return redirect("notification_list")


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """Marks all as read."""
    count = read_all_notices(acting(request))
    words = ngettext("%(count)d件を既読にしました。", "%(count)d件を既読にしました。", count)
    tell(request, words % {"count": count} if count else _("未読はありません。"))
    return redirect("notification_list")
