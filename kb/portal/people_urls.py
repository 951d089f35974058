"""Addresses around one person or department: what was handed over to whom, and edits in place."""

from django.urls import path

from kb.portal.views import leaving

urlpatterns = [
    path("people/<int:pk>/handover/", leaving.person_handover, name="person_handover"),
]
