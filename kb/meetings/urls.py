"""Addresses of meetings and decisions."""

from django.urls import path

from kb.meetings.views import all_hands, decisions, items, meetings, writing

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meeting_list"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/edit/", writing.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/history/", meetings.meeting_history, name="meeting_history"),
    path("meetings/<int:pk>/delete/", meetings.meeting_delete, name="meeting_delete"),
    path("meetings/<int:pk>/restore/", meetings.meeting_restore, name="meeting_restore"),
    path("write/meeting/", writing.meeting_create, name="meeting_create"),
    path("meetings/series/<slug:slug>/story/", items.series_story, name="series_story"),
    path("meetings/<int:pk>/items/", items.item_add, name="item_add"),
    path("meetings/items/<int:pk>/ask/", items.item_ask, name="item_ask"),
    path("meetings/questions/<int:pk>/answer/", items.item_answer, name="item_answer"),
    path("meetings/<int:pk>/materials/", items.material_add, name="material_add"),
    path("meetings/materials/<int:pk>/remove/", items.material_remove, name="material_remove"),
    path("meetings/materials/<int:pk>/restore/", items.material_restore, name="material_restore"),
    path("meetings/<int:pk>/sessions/", all_hands.sessions_set_up, name="sessions_set_up"),
    path("meetings/sessions/<int:pk>/edit/", all_hands.session_edit, name="session_edit"),
    path("meetings/sessions/<int:pk>/ask/", all_hands.session_ask, name="session_ask"),
    path(
        "meetings/team-questions/<int:pk>/want/",
        all_hands.session_question_want,
        name="session_question_want",
    ),
    path(
        "meetings/team-questions/<int:pk>/answer/",
        all_hands.session_question_answer,
        name="session_question_answer",
    ),
    path("meetings/<int:pk>/questions/", all_hands.questions_hand_on, name="questions_hand_on"),
    path("decisions/", decisions.decision_list, name="decision_list"),
    path("decisions/<int:pk>/", decisions.decision_detail, name="decision_detail"),
    path("decisions/<int:pk>/edit/", decisions.decision_edit, name="decision_edit"),
    path("write/meeting/read/", writing.meeting_read, name="meeting_read"),
    path("decisions/<int:pk>/delete/", decisions.decision_delete, name="decision_delete"),
    path("decisions/<int:pk>/restore/", decisions.decision_restore, name="decision_restore"),
    path("write/decision/", decisions.decision_create, name="decision_create"),
]
