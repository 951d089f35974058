"""同じ会社らしいお客さま: compare two, make them one, part them again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.duplicates import duplicates
from customers.lookup import customers_named
from customers.merging import (
    FIELDS,
    CannotMerge,
    CannotUndo,
    keep_apart,
    merge_customers,
    undo_merge,
)
from customers.models import Customer, CustomerMerge
from kb.foundation.notices import tell, warn
from kb.foundation.numbers import whole_number
from people.acting import acting

MERGES_SHOWN = 20
FOUND_MAX = 10


@require_GET
def customer_duplicates(request: HttpRequest) -> HttpResponse:
    """Likely duplicates with their reasons, and the merges so far."""
    merges = CustomerMerge.objects.filter(undone_at=None).select_related(
        "kept", "merged", "merged_by"
    )
    context = {"pairs": duplicates(), "merges": merges[:MERGES_SHOWN]}
    return render(request, "customers/duplicates.html", context)


@require_http_methods(["GET", "POST"])
def customer_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Two customers side by side; a POST makes them one."""
    kept = get_object_or_404(Customer.objects.visible(), pk=pk)
    merged = _other(request, kept)
    if merged is None:
        return _choose(request, kept)
    if request.method == "POST":
        chosen = [name for name in FIELDS if request.POST.get(name) == "merged"]
        try:
            record = merge_customers(kept, merged, from_merged=chosen, by=acting(request))
        except CannotMerge:
            warn(request, _("いまはまとめられません。どちらかが、ほかでまとめられたようです。"))
            return redirect("customer_duplicates")
        undo_url = reverse("customer_unmerge", args=[record.pk])
        tell(request, _("ひとつにまとめました。"), undo_url=undo_url)
        return redirect(record.kept)
    context = {"kept": kept, "merged": merged, "rows": _compared(kept, merged)}
    return render(request, "customers/merge.html", context | _tallies(kept, merged))


@require_POST
def customer_unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Part two customers that were made one."""
    record = get_object_or_404(CustomerMerge.objects.select_related("kept", "merged"), pk=pk)
    try:
        undo_merge(record, by=acting(request))
    except CannotUndo:
        warn(request, _("元に戻せません。もう戻したか、そのあとさらにまとめられています。"))
        return redirect("customer_duplicates")
    tell(request, _("元の2社に戻しました。"))
    return redirect(record.merged)


@require_POST
def customer_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that two customers are two companies."""
    first = get_object_or_404(Customer.objects.visible(), pk=pk)
    other = _other(request, first)
    if other is not None:
        keep_apart(first, other, by=acting(request))
        tell(request, _("別の会社と覚えました。もう出しません。"))
    return redirect("customer_duplicates")


def _other(request: HttpRequest, customer: Customer) -> Customer | None:
    number = whole_number(request.POST.get("other") or request.GET.get("other"))
    if number is None or number == customer.pk:
        return None
    found: Customer | None = Customer.objects.visible().filter(pk=number).first()
    return found


def _choose(request: HttpRequest, kept: Customer) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = customers_named(words).exclude(pk=kept.pk)[:FOUND_MAX] if words else []
    context = {"kept": kept, "words": words, "found": found}
    return render(request, "customers/merge_choose.html", context)


def _compared(kept: Customer, merged: Customer) -> list[dict[str, Any]]:
    """Every field with both values, and which one is proposed."""
    rows = []
    for name in FIELDS:
        ours, theirs = getattr(kept, name), getattr(merged, name)
        rows.append(
            {
                "name": name,
                "label": Customer._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                "kept": ours or "",
                "merged": theirs or "",
                "differs": bool(theirs) and (ours or "") != theirs,
                "takes_merged": not ours and bool(theirs),
            }
        )
    return rows


def _tallies(kept: Customer, merged: Customer) -> dict[str, Any]:
    return {
        "tallies": [
            (_("対応記録"), kept.touches.visible().count(), merged.touches.visible().count()),
            (_("先方担当者"), kept.contacts.count(), merged.contacts.count()),
            (_("商談"), kept.deals.count(), merged.deals.count()),
        ]
    }
