"""Addresses of the search."""

from django.urls import path

from kb.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/suggest", views.search_suggest, name="search_suggest"),
]
