"""A site of three pages that show every component, with the addresses the frame links to."""

from django.urls import include, path

from kb.foundation import errors
from kb.foundation.views import display_preferences
from tests.browser.gallery import views

_STUBS = {
    "search": "search/",
    "person_list": "people/",
    "person_detail": "people/<int:pk>/",
    "department_detail": "departments/<int:pk>/",
    "topic_list": "topics/",
    "topic_detail": "topics/<slug:slug>/",
    "meeting_list": "meetings/",
    "customer_list": "customers/",
    "community_list": "communities/",
    "book_list": "books/",
    "write": "write/",
    "notification_list": "notices/",
    "help": "help/",
    "notification_settings": "notices/settings/",
    "logout": "logout/",
    "set_language": "language/",
    "password_change": "account/password/",
}
_admin = [path("", views.show("components.html"), name="index")]

urlpatterns = [
    path("", views.show("components.html"), name="home"),
    path("task/", views.show("task.html"), name="touch_new"),
    path("article/", views.show("article.html"), name="topic_article"),
    path("login/", views.sign_in, name="login"),
    path("lost/", views.as_person(errors.page_not_found)),
    path("broken/", views.as_person(errors.server_error)),
    path("too-old/", views.as_person(errors.csrf_failure)),
    path("suggest/", views.suggest, name="search_suggest"),
    path("preferences/", views.as_person(display_preferences), name="display_preferences"),
    path("admin/", include((_admin, "admin"))),
    *[path(address, views.show("components.html"), name=name) for name, address in _STUBS.items()],
]
