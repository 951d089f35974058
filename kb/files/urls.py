"""Addresses of attachments."""

from django.urls import path

from kb.files import views

urlpatterns = [
    path("files/", views.attachment_upload, name="attachment_upload"),
    path("files/<uuid:key>/", views.attachment_download, name="attachment_download"),
    path("files/<uuid:key>/preview/", views.attachment_preview, name="attachment_preview"),
]
