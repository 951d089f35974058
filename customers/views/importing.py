"""取り込む: choose a file, say what its columns mean, see what will be, write it, take it back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.importing import jobs
from customers.importing.forms import ColumnsForm, UploadForm
from customers.importing.intake import beginning, choose_columns, foresee, take_file
from customers.importing.reading import UnreadableFile
from customers.models import CustomerImport, PersonalDataRules
from customers.spreadsheets import csv_response
from customers.tasks import run_import
from kb.foundation.notices import tell, warn
from kb.foundation.queue import send_after_commit
from people.acting import acting

EARLIER_MAX = 20
PROBLEMS_SHOWN = 50


@require_GET
def customer_transfer(request: HttpRequest) -> HttpResponse:
    """取り込む・書き出す: everything that goes in or out, and the imports so far."""
    return _transfer_page(request, UploadForm())


@require_POST
def customer_import_create(request: HttpRequest) -> HttpResponse:
    """Take a file; the next page asks what its columns mean."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            return redirect(take_file(data["kind"], data["file"], by=acting(request)))
        except UnreadableFile as error:
            form.add_error("file", str(error))
    return _transfer_page(request, form)


@require_http_methods(["GET", "POST"])
def customer_import(request: HttpRequest, key: str) -> HttpResponse:
    """One import: its columns while they are open, else how far it is and what became of it."""
    batch = _batch(key)
    if batch.state not in (CustomerImport.State.DRAFT, CustomerImport.State.CHECKED):
        return _state_page(request, batch)
    if (
        batch.state == CustomerImport.State.CHECKED
        and request.method == "GET"
        and "columns" not in request.GET
    ):
        return _state_page(request, batch)
    try:
        first = beginning(batch)
    except UnreadableFile as error:
        warn(request, str(error))
        return redirect("customer_transfer")
    width = len(first.columns)
    form = ColumnsForm(request.POST or None, batch=batch, columns=width, initial=_initial(batch))
    if request.method == "POST" and form.is_valid():
        choices = {**form.cleaned_data, "mapping": form.mapping}
        if request.POST.get("then") == "check":
            choose_columns(batch, choices, by=acting(request))
            return _start(request, batch, jobs.CHECK)
        for name in ("header_row", "policy", "makes_customers", "default_channel", "mapping"):
            if choices.get(name) is not None or name == "header_row":
                setattr(batch, name, choices[name])
    context = {
        "batch": batch,
        "form": form,
        "columns": [(column, form[f"column_{i}"]) for i, column in enumerate(first.columns)],
        "system": first.system,
        "foreseen": foresee(batch, first.rows),
        "words": _words_of_actions(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "customers/import_columns.html", context, status=status)


@require_GET
def customer_import_progress(request: HttpRequest, key: str) -> HttpResponse:
    """The progress alone, for the script that watches it."""
    return render(request, "customers/_import_job.html", _progress(_batch(key)))


@require_POST
def customer_import_write(request: HttpRequest, key: str) -> HttpResponse:
    """Write what was checked."""
    return _start(request, _batch(key), jobs.WRITE)


@require_POST
def customer_import_undo(request: HttpRequest, key: str) -> HttpResponse:
    """Take a whole import back."""
    return _start(request, _batch(key), jobs.UNDO)


@require_POST
def customer_import_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Stop what is at work; nothing of it stays."""
    batch = _batch(key)
    if batch.job is not None:
        jobs.cancel(batch.job)
    tell(request, _("取りやめを伝えました。"))
    return redirect(batch)


@require_POST
def customer_import_discard(request: HttpRequest, key: str) -> HttpResponse:
    """Forget a file that was not taken in."""
    batch = _batch(key)
    if batch.state in (CustomerImport.State.DRAFT, CustomerImport.State.CHECKED):
        batch.file.delete(save=False)
        batch.delete()
        tell(request, _("ファイルを消しました。何も取り込んでいません。"))
    return redirect("customer_transfer")


@require_GET
def customer_import_problems(request: HttpRequest, key: str) -> HttpResponseBase:
    """Every mistake by row and column, as a list to work through in a spreadsheet."""
    batch = _batch(key)
    heading = [_("行"), _("列"), _("まちがい")]
    return csv_response(_("まちがいの一覧"), [heading, *batch.problems])


def _batch(key: str) -> CustomerImport:
    return get_object_or_404(CustomerImport.objects.select_related("job", "started_by"), key=key)


def _start(request: HttpRequest, batch: CustomerImport, kind: str) -> HttpResponse:
    try:
        job = jobs.open_job(batch, kind, by=acting(request))
    except jobs.NotNow:
        warn(request, _("いまはできません。いまのようすを見てください。"))
    else:
        send_after_commit(run_import, job.pk)
    return redirect(batch)


def _initial(batch: CustomerImport) -> dict[str, Any]:
    columns = {f"column_{index}": name for index, name in enumerate(batch.mapping)}
    return columns | {
        "header_row": batch.header_row,
        "policy": batch.policy,
        "makes_customers": batch.makes_customers,
        "default_channel": batch.default_channel,
    }


def _words_of_actions() -> dict[str, str]:
    return {
        "create": _("新しく足す"),
        "update": _("直す"),
        "same": _("そのまま"),
        "skip": _("飛ばす"),
        "problem": _("取り込めません"),
    }


def _progress(batch: CustomerImport) -> dict[str, Any]:
    job = batch.job
    return {
        "batch": batch,
        "job": job,
        "done": jobs.done_count(job) if job else 0,
        "is_busy": job is not None and job.state in jobs.UNFINISHED,
    }


def _state_page(request: HttpRequest, batch: CustomerImport) -> HttpResponse:
    words = _words_of_actions()
    counts = [(words[name], batch.counts.get(name, 0)) for name in ("create", "update", "same", "skip")]  # fmt: skip
    context = _progress(batch) | {
        "counts": counts if batch.counts else [],
        "problems": batch.problems[:PROBLEMS_SHOWN],
        "problem_count": batch.counts.get("problems", 0),
        "rules": PersonalDataRules.now(),
    }
    return render(request, "customers/import_state.html", context)


def _transfer_page(request: HttpRequest, form: UploadForm) -> HttpResponse:
    context = {
        "form": form,
        "rules": PersonalDataRules.now(),
        "earlier": CustomerImport.objects.select_related("started_by", "job")[:EARLIER_MAX],
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/transfer.html", context, status=status)
