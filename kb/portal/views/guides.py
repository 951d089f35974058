"""使い方."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.portal.guides import guides


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The guides, one for each role, and the keys of the keyboard."""
    return render(request, "portal/help.html", {"guides": guides()})
