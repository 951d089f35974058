"""Addresses of the operators' pages that gather from several apps; they stand in the admin."""

from collections.abc import Callable

from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLPattern, path

from kb.portal.views import data_imports, leaving, reorganisation


def _staff(at: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """The page with the same door as the rest of the administration."""
    return path(at, admin.site.admin_view(view), name=name)


urlpatterns = [
    _staff("people/person/<int:pk>/leaving/", leaving.person_leaving, "person_leaving"),
    _staff("people/reorganisation/", reorganisation.department_changes, "department_changes"),
    _staff(
        "people/reorganisation/new/<slug:kind>/",
        reorganisation.department_change_create,
        "department_change_create",
    ),
    _staff(
        "people/reorganisation/<int:pk>/", reorganisation.department_change, "department_change"
    ),
    _staff(
        "people/reorganisation/<int:pk>/cancel/",
        reorganisation.department_change_cancel,
        "department_change_cancel",
    ),
    _staff(
        "people/reorganisation/<int:pk>/undo/",
        reorganisation.department_change_undo,
        "department_change_undo",
    ),
    _staff("people/import/<slug:kind>/", data_imports.data_import_create, "data_import_create"),
    _staff(
        "people/import/<slug:kind>/template/",
        data_imports.data_import_template,
        "data_import_template",
    ),
    _staff("people/imports/<int:pk>/", data_imports.data_import, "data_import"),
    _staff("people/imports/<int:pk>/apply/", data_imports.data_import_apply, "data_import_apply"),
    _staff("people/imports/<int:pk>/undo/", data_imports.data_import_undo, "data_import_undo"),
]
