"""Addresses of meetings and decisions."""

from django.urls import path

from kb.meetings.views import decisions, meetings, writing

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meeting_list"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/edit/", writing.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/history/", meetings.meeting_history, name="meeting_history"),
    path("meetings/<int:pk>/delete/", meetings.meeting_delete, name="meeting_delete"),
    path("meetings/<int:pk>/restore/", meetings.meeting_restore, name="meeting_restore"),
    path("write/meeting/", writing.meeting_create, name="meeting_create"),
    path("decisions/", decisions.decision_list, name="decision_list"),
    path("decisions/<int:pk>/", decisions.decision_detail, name="decision_detail"),
    path("decisions/<int:pk>/edit/", decisions.decision_edit, name="decision_edit"),
    path("write/meeting/read/", writing.meeting_read, name="meeting_read"),
    path("write/decision/", decisions.decision_create, name="decision_create"),
]
