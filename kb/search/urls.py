"""Addresses of the search."""

from django.urls import path

from kb.search import miss_views, near_views, views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/suggest", views.search_suggest, name="search_suggest"),
    path("search/miss", miss_views.miss_record, name="miss_record"),
    path("search/similar", near_views.similar_suggest, name="similar_suggest"),
]
