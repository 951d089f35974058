"""Addresses of the browser's preferences, and of the icon it asks for by itself."""

from django.urls import path

from kb.foundation import views

urlpatterns = [
    path("favicon.ico", views.favicon, name="favicon"),
    path("preferences/display/", views.display_preferences, name="display_preferences"),
]
