"""ひと・部署の取り込み: for operators a table is sent, looked at, written, and taken back."""

import csv

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb.foundation.notices import tell, warn
from people.acting import acting
from people.importing import runs
from people.importing.table import MAX_BYTES, UnreadableFile
from people.models import DataImport, Person

PREVIEW_ROWS = 10
PROBLEMS_MAX = 100
RIGHTS = {
    DataImport.Kind.PEOPLE: "people.change_person",
    DataImport.Kind.DEPARTMENTS: "people.change_department",
}
_EXAMPLES = {
    DataImport.Kind.PEOPLE: {
        "login": "kiriyama", "name": "桐山 美和", "yomi": "きりやま みわ",
        "email": "kiriyama@example.co.jp", "department": "カスタマーサクセス部",
        "title": "リーダー", "joined_on": "2026-04-01", "extension": "2104", "languages": "英語",
    },
    DataImport.Kind.DEPARTMENTS: {
        "name": "カスタマーサクセス部", "short_name": "CS部", "yomi": "かすたまーさくせすぶ",
        "head": "kiriyama", "mission": "お客さまが使い続けられるように支えます。",
        "opened_on": "2020-04-01",
    },
}  # fmt: skip


class TableForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("ファイル"),
        help_text=gettext_lazy(
            "CSVかタブ区切り。文字コードはUTF-8でもShift_JIS（Excelの「CSV」）でも読めます。5MBまで。"
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )


def _operator(request: HttpRequest, kind: str) -> Person:
    me = acting(request)
    if kind not in RIGHTS:
        raise Http404
    if not me.has_perm(RIGHTS[DataImport.Kind(kind)]):
        raise PermissionDenied
    return me


@require_http_methods(["GET", "HEAD", "POST"])
def data_import_create(request: HttpRequest, kind: str) -> HttpResponse:
    """Sends a table; nothing of it is written yet."""
    me = _operator(request, kind)
    is_sent = request.method == "POST"
    form = TableForm(request.POST, request.FILES) if is_sent else TableForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = runs.receive(kind, file.read(MAX_BYTES + 1), filename=file.name, by=me)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            return redirect(run)
    columns = runs.READERS[kind].columns
    context = {
        "form": form,
        "kind": DataImport.Kind(kind),
        "columns": [
            (columns.label(name), words, name in columns.required)
            for name, words in columns.headings.items()
        ],
        "runs": DataImport.objects.filter(kind=kind).exclude(state=DataImport.State.CHECKED)[:10],
    }
    status = 422 if form.errors else 200
    return render(request, "people/data_import_form.html", context, status=status)


@require_safe
def data_import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the headings and one example row, for spreadsheets."""
    _operator(request, kind)
    columns, example = runs.READERS[kind].columns, _EXAMPLES[DataImport.Kind(kind)]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    # The mark by which spreadsheets know UTF-8.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([columns.label(name) for name in columns.headings])
    writer.writerow([example.get(name, "") for name in columns.headings])
    return response


def _run(request: HttpRequest, pk: int) -> tuple[DataImport, Person]:
    run: DataImport = get_object_or_404(DataImport.objects.select_related("sent_by"), pk=pk)
    return run, _operator(request, run.kind)


@require_safe
def data_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its first rows, every mistake, and what it would do or did."""
    run, _me = _run(request, pk)
    if run.state != DataImport.State.CHECKED:
        return render(request, "people/data_import_done.html", {"run": run})
    look = runs.look_at(run)
    names = list(look.table.typed)
    context = {
        "run": run,
        "look": look,
        "headings": list(look.table.typed.values()),
        "rows": [
            (number, [cells.get(name, "") for name in names])
            for number, cells in look.table.rows[:PREVIEW_ROWS]
        ],
        "problems": look.problems[:PROBLEMS_MAX],
    }
    return render(request, "people/data_import.html", context)


@require_POST
def data_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes the whole table, or nothing where something is wrong by now."""
    run, me = _run(request, pk)
    try:
        runs.apply(run, by=me)
    except runs.NotThatState:
        warn(request, _("もう取り込まれています。"))
    except runs.HasProblems:
        warn(request, _("直すところがあります。まだ何も取り込んでいません。"))
    else:
        tell(request, _("取り込みました。"))
    return redirect(run)


@require_POST
def data_import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the whole import back, as far as nobody has built on it since."""
    run, me = _run(request, pk)
    try:
        stayed = runs.undo(run, by=me)
    except runs.NotThatState:
        warn(request, _("もう元に戻されています。"))
        return redirect(run)
    if stayed:
        names = "、".join(stayed[:8])
        warn(request, _("元に戻しました。あとから使われたものは残しました：%s") % names)
    else:
        tell(request, _("元に戻しました。"))
    return redirect(run)
