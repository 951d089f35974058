"""Addresses of what goes in and out, of merging customers and of personal data."""

from django.urls import path

from customers.views import exporting, importing, merging, privacy

_IMPORT = "customers/transfer/import/<uuid:key>/"

urlpatterns = [
    path("customers/transfer/", importing.customer_transfer, name="customer_transfer"),
    path("customers/transfer/import/", importing.customer_import_create, name="customer_import_create"),
    path(_IMPORT, importing.customer_import, name="customer_import"),
    path(f"{_IMPORT}progress/", importing.customer_import_progress, name="customer_import_progress"),
    path(f"{_IMPORT}write/", importing.customer_import_write, name="customer_import_write"),
    path(f"{_IMPORT}undo/", importing.customer_import_undo, name="customer_import_undo"),
    path(f"{_IMPORT}cancel/", importing.customer_import_cancel, name="customer_import_cancel"),
    path(f"{_IMPORT}discard/", importing.customer_import_discard, name="customer_import_discard"),
    path(f"{_IMPORT}problems.csv", importing.customer_import_problems, name="customer_import_problems"),
    path("customers/transfer/export/<slug:what>/", exporting.customer_export, name="customer_export"),
    path("customers/duplicates/", merging.customer_duplicates, name="customer_duplicates"),
    path("customers/<int:pk>/merge/", merging.customer_merge, name="customer_merge"),
    path("customers/<int:pk>/apart/", merging.customer_apart, name="customer_apart"),
    path("customers/merges/<int:pk>/undo/", merging.customer_unmerge, name="customer_unmerge"),
    path("customers/personal-data/", privacy.personal_data, name="personal_data"),
    path("customers/contacts/<int:pk>/anonymise/", privacy.contact_anonymise, name="contact_anonymise"),
]  # fmt: skip
