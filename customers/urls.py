"""Addresses of customers, touches and voices."""

from django.urls import path

from customers.views import customers, deals, marks, replies, themes, touches, voices

urlpatterns = [
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.customer_create, name="customer_create"),
    path("customers/suggest", customers.customer_suggest, name="customer_suggest"),
    path("colleagues/suggest", customers.colleague_suggest, name="colleague_suggest"),
    path("customers/<int:pk>/choices", customers.customer_choices, name="customer_choices"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("write/touch/", touches.touch_create, name="touch_create"),
    path("touches/next", touches.next_action_read, name="next_action_read"),
    path("touches/<int:pk>/", touches.touch_detail, name="touch_detail"),
    path("touches/<int:pk>/edit/", touches.touch_edit, name="touch_edit"),
    path("touches/<int:pk>/delete/", touches.touch_delete, name="touch_delete"),
    path("touches/<int:pk>/restore/", touches.touch_restore, name="touch_restore"),
    path("touches/<int:pk>/voices/", marks.voice_mark, name="voice_mark"),
    path("voices/<int:pk>/unmark/", marks.voice_unmark, name="voice_unmark"),
    path("deals/", deals.deal_list, name="deal_list"),
    path("deals/new/", deals.deal_create, name="deal_create"),
    path("deals/<int:pk>/edit/", deals.deal_edit, name="deal_edit"),
    path("deals/<int:pk>/change/", deals.deal_change, name="deal_change"),
    path("voices/", voices.voice_board, name="voice_board"),
    path("voices/themes/<int:pk>/", voices.voice_theme_detail, name="voice_theme_detail"),
    path("voices/themes/<int:pk>/status/", voices.voice_theme_status, name="voice_theme_status"),
    path("voices/themes/new/", themes.voice_theme_create, name="voice_theme_create"),
    path("voices/themes/<int:pk>/edit/", themes.voice_theme_edit, name="voice_theme_edit"),
    path("voices/themes/<int:pk>/merge/", themes.voice_theme_merge, name="voice_theme_merge"),
    path("voices/merges/<int:pk>/undo/", themes.voice_theme_unmerge, name="voice_theme_unmerge"),
    path("voices/replies/<int:pk>/", replies.voice_reply, name="voice_reply"),
]
