"""Addresses of communities."""

from django.urls import path

from kb.communities import views
from kb.communities.views import inside

urlpatterns = [
    path("communities/", views.community_list, name="community_list"),
    path("communities/<int:pk>/", views.community_detail, name="community_detail"),
    path("communities/<int:pk>/join/", views.community_join, name="community_join"),
    path("communities/<int:pk>/leave/", views.community_leave, name="community_leave"),
    path("communities/<int:pk>/invite/", inside.community_invite, name="community_invite"),
    path("communities/<int:pk>/introduce/", inside.community_introduce, name="community_introduce"),
    path("communities/<int:pk>/lead/", inside.community_lead, name="community_lead"),
    path("communities/<int:pk>/records/", inside.community_record, name="community_record"),
    path(
        "communities/records/<int:pk>/remove/",
        inside.community_record_remove,
        name="community_record_remove",
    ),
    path("communities/<int:pk>/todos/", inside.community_todo, name="community_todo"),
    path("communities/<int:pk>/state/", inside.community_state, name="community_state"),
    path("write/community/", views.community_create, name="community_create"),
]
