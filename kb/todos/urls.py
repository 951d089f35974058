"""Addresses of ToDos and of the calendar. Checking off lives with the home page."""

from django.urls import path

from kb.todos import views

urlpatterns = [
    path("todos/", views.todo_list, name="todo_list"),
    path("todos/<int:pk>/", views.todo_detail, name="todo_detail"),
    path("todos/<int:pk>/hand-over/", views.todo_hand_over, name="todo_hand_over"),
    path("todos/<int:pk>/postpone/", views.todo_postpone, name="todo_postpone"),
    path("todos/<int:pk>/drop/", views.todo_drop, name="todo_drop"),
    path("todos/calendar/renew/", views.calendar_renew, name="calendar_renew"),
    path("todos/calendar/stop/", views.calendar_stop, name="calendar_stop"),
    path("calendar/<str:key>/todo.ics", views.calendar_feed, name="calendar_feed"),
]
