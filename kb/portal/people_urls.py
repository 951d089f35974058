"""Addresses around one person or department: edits in place, photos, what was handed over."""

from django.urls import path

from kb.portal.views import chores, leaving, own_page

urlpatterns = [
    path("people/<int:pk>/handover/", leaving.person_handover, name="person_handover"),
    path("people/<int:pk>/edit/photo/", own_page.person_photo_edit, name="person_photo_edit"),
    path(
        "people/<int:pk>/edit/photo/remove/",
        own_page.person_photo_remove,
        name="person_photo_remove",
    ),
    path("people/<int:pk>/edit/<slug:part>/", own_page.person_part, name="person_part"),
    path("people/<int:pk>/photo/<slug:version>/", own_page.person_photo, name="person_photo"),
    path("departments/<int:pk>/mission/", chores.department_mission, name="department_mission"),
    path("departments/<int:pk>/chores/new/", chores.chore_create, name="chore_create"),
    path("chores/<int:pk>/edit/", chores.chore_edit, name="chore_edit"),
    path("chores/<int:pk>/retire/", chores.chore_retire, name="chore_retire"),
    path("chores/<int:pk>/revive/", chores.chore_revive, name="chore_revive"),
]
