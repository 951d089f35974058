"""検索の索引のようす: the operators' page of the index, with the jobs that care for it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb.foundation.models import Job
from kb.foundation.queue import send
from kb.search import index_jobs, tasks
from kb.search.index_state import index_state
from people.acting import acting

MAY_CARE = "search.care_for_index"
MAY_SEE = "search.view_outboxentry"
_SHOWN_JOBS = 5


def addresses(site: admin.AdminSite) -> list[URLPattern]:
    """The page, its fragment with the jobs, and its two buttons."""

    @require_safe
    def health(request: HttpRequest) -> HttpResponse:
        _check(request, MAY_SEE)
        title = _("検索の索引のようす")
        context = {**site.each_context(request), "title": title, "state": index_state()}
        return TemplateResponse(request, "admin/search/health.html", context | _jobs(request))

    views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
        "health/": ("search_health", health),
        "health/jobs/": ("search_jobs", show_jobs),
        "health/start/": ("search_job_start", start_job),
        "health/jobs/<int:pk>/cancel/": ("search_job_cancel", cancel_job),
    }
    return [path(at, site.admin_view(view), name=name) for at, (name, view) in views.items()]


@require_safe
def show_jobs(request: HttpRequest) -> HttpResponse:
    """The jobs alone, for the script that watches them."""
    _check(request, MAY_SEE)
    return TemplateResponse(request, "admin/search/_jobs.html", _jobs(request))


# Without a worker the job runs in here, and its progress must be visible from the first step on.
@transaction.non_atomic_requests
@require_POST
def start_job(request: HttpRequest) -> HttpResponse:
    """Start a job of the kind that the button names."""
    _check(request, MAY_CARE)
    kind = request.POST.get("kind", "")
    if kind not in index_jobs.LABELS:
        return HttpResponseBadRequest(_("どの作業かわかりません。前のページから押してください。"))
    try:
        job = index_jobs.open_job(kind, by=acting(request))
    except index_jobs.AlreadyRunning:
        words = _("まだ終わっていない作業があります。終わるのを待つか、取りやめてください。")
        messages.warning(request, words)
        return _back()
    if send(tasks.run_job, job.pk):
        messages.success(request, _("受け付けました。終わるまで、いまの索引で検索できます。"))
    else:
        words = _("作業を頼む先（キュー）につながりません。少し待って、もう一度押してください。")
        index_jobs.finish(job, Job.State.FAILED, words)
        messages.error(request, words)
    return _back()


@require_POST
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a job; what is finished stays as it is."""
    _check(request, MAY_CARE)
    index_jobs.cancel(get_object_or_404(index_jobs.jobs(), pk=pk))
    messages.success(request, _("取りやめを伝えました。"))
    return _back()


def _check(request: HttpRequest, permission: str) -> None:
    person = acting(request)
    if not (person.has_perm(permission) or person.has_perm(MAY_CARE)):
        raise PermissionDenied


def _jobs(request: HttpRequest) -> dict[str, Any]:
    shown = list(index_jobs.jobs()[:_SHOWN_JOBS])
    return {
        "jobs": [(job, index_jobs.LABELS[job.kind]) for job in shown],
        "labels": index_jobs.LABELS,
        "is_busy": any(job.state in index_jobs.UNFINISHED for job in shown),
        "may_care": acting(request).has_perm(MAY_CARE),
    }


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:search_health"))
