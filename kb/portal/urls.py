"""Addresses of ホーム, ひと, 部署, テーマ, お知らせ, 書いてほしい and the way in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.i18n import set_language

from kb.portal import linking, naming
from kb.portal.first_days import views as newcomer
from kb.portal.telling import feeds
from kb.portal.telling import views as telling
from kb.portal.views import (
    account,
    customers,
    daily,
    departments,
    endorsing,
    everything,
    guides,
    home,
    notices,
    people,
    topics,
    voices,
    wishes,
)


class SlugInAnyScript(StringConverter):
    """A slug of letters in any script; control characters are no part of one."""

    regex = r"[^/\x00-\x1f\x7f]+"


register_converter(SlugInAnyScript, "anyslug")

urlpatterns = [
    path("", home.home, name="home"),
    path("todos/<int:pk>/done/", home.todo_done, name="todo_done"),
    path("todos/<int:pk>/reopen/", home.todo_reopen, name="todo_reopen"),
    path("reviews/<int:pk>/confirm/", home.review_confirm, name="review_confirm"),
    path("people/", people.person_list, name="person_list"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("departments/", departments.department_list, name="department_list"),
    path("departments/<int:pk>/", departments.department_detail, name="department_detail"),
    path("topics/", topics.topic_list, name="topic_list"),
    path("topics/<anyslug:slug>/", topics.topic_detail, name="topic_detail"),
    path("topics/<anyslug:slug>/edit/", topics.topic_edit, name="topic_edit"),
    path("topics/<anyslug:slug>/merge/", topics.topic_merge, name="topic_merge"),
    path("merges/topics/<int:pk>/undo/", topics.topic_part, name="topic_part"),
    path("topics/<anyslug:slug>/endorse/", endorsing.topic_endorse, name="topic_endorse"),
    path(
        "endorsements/restore/<str:kept>/",
        endorsing.endorsement_restore,
        name="endorsement_restore",
    ),
    path(
        "endorsements/<int:pk>/take-back/",
        endorsing.endorsement_take_back,
        name="endorsement_take_back",
    ),
    path("topics/<anyslug:slug>/aside/", people.topic_aside, name="topic_aside"),
    path("topics/<anyslug:slug>/take-up/", people.topic_take_up, name="topic_take_up"),
    path("customers/<int:pk>/", customers.customer_detail, name="customer_detail"),
    path("voices/propose", voices.voice_propose, name="voice_propose"),
    path("voices/<int:pk>/theme/", voices.voice_sort, name="voice_sort"),
    path("map/", topics.knowledge_map, name="knowledge_map"),
    path("reports/daily/", daily.daily_report, name="daily_report"),
    path("reports/daily/note/", daily.daily_note, name="daily_note"),
    path("reports/daily/comment/", daily.daily_comment, name="daily_comment"),
    path("transfer/everything/", everything.everything_export, name="everything_export"),
    path("help/", guides.help_page, name="help"),
    path("first-days/", newcomer.first_days, name="first_days"),
    path("first-days/tick/", newcomer.first_days_tick, name="first_days_tick"),
    path("notices/", notices.notification_list, name="notification_list"),
    path("notices/<int:pk>/open/", notices.notification_open, name="notification_open"),
    path("notices/read/", notices.notification_read_all, name="notification_read_all"),
    path("notices/settings/", telling.notification_settings, name="notification_settings"),
    path("notices/feed/new/", telling.feed_address_create, name="feed_address_create"),
    path("notices/feed/delete/", telling.feed_address_delete, name="feed_address_delete"),
    path("feeds/<str:secret>/all.atom", feeds.feed, name="feed_all"),
    path("feeds/<str:secret>/<slug:kind>/<int:pk>.atom", feeds.feed, name="feed_of"),
    path("write/suggest/pages/", linking.link_suggest, name="link_suggest"),
    path("write/suggest/topics/", naming.topic_suggest, name="topic_suggest"),
    path("write/suggest/people/", naming.person_suggest, name="person_suggest"),
    path("wanted/", wishes.wanted_list, name="wanted_list"),
    path("wanted/new/", wishes.wanted_create, name="wanted_create"),
    path("wanted/<int:pk>/take/", wishes.wanted_take, name="wanted_take"),
    path("wanted/<int:pk>/give-back/", wishes.wanted_give_back, name="wanted_give_back"),
    path("wanted/<int:pk>/close/", wishes.wanted_close, name="wanted_close"),
    path("wanted/<int:pk>/written/", wishes.wanted_fulfil, name="wanted_fulfil"),
    path("account/password/", account.password_change, name="password_change"),
    path("login/", account.login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
]
