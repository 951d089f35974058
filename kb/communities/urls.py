"""Addresses of communities."""

from django.urls import path

from kb.communities import views

urlpatterns = [
    path("communities/", views.community_list, name="community_list"),
    path("communities/<int:pk>/", views.community_detail, name="community_detail"),
    path("communities/<int:pk>/join/", views.community_join, name="community_join"),
    path("communities/<int:pk>/leave/", views.community_leave, name="community_leave"),
    path("communities/<int:pk>/state/", views.community_state, name="community_state"),
    path("write/community/", views.community_create, name="community_create"),
]
