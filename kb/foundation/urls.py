"""Addresses of the browser's preferences."""

from django.urls import path

from kb.foundation import views

urlpatterns = [
    path("preferences/display/", views.display_preferences, name="display_preferences"),
]
