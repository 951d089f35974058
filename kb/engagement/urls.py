"""Addresses of what people hang on records; ``label`` is "app.model"."""

from django.urls import path

from kb.engagement import reading_views, views

urlpatterns = [
    path("on/<str:label>/<int:pk>/comments/", views.comment_create, name="comment_create"),
    path("comments/<int:pk>/edit/", views.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/delete/", views.comment_delete, name="comment_delete"),
    path("comments/<int:pk>/restore/", views.comment_restore, name="comment_restore"),
    path("on/<str:label>/<int:pk>/thanks/", views.thanks_give, name="thanks_give"),
    path("on/<str:label>/<int:pk>/thanks/undo/", views.thanks_take_back, name="thanks_take_back"),
    path("on/<str:label>/<int:pk>/follow/", views.follow_start, name="follow_start"),
    path("on/<str:label>/<int:pk>/follow/stop/", views.follow_stop, name="follow_stop"),
    path("on/<str:label>/<int:pk>/mute/", views.follow_mute, name="follow_mute"),
    path("on/<str:label>/<int:pk>/read/", views.reading_confirm, name="reading_confirm"),
    path("on/<str:label>/<int:pk>/read/undo/", views.reading_take_back, name="reading_take_back"),
    path("on/<str:label>/<int:pk>/ask/", reading_views.confirmation_ask, name="confirmation_ask"),
    path(
        "on/<str:label>/<int:pk>/readers/",
        reading_views.confirmation_status,
        name="confirmation_status",
    ),
    path("readings/<int:pk>/stop/", reading_views.confirmation_stop, name="confirmation_stop"),
    path(
        "readings/<int:pk>/resume/", reading_views.confirmation_resume, name="confirmation_resume"
    ),
]
