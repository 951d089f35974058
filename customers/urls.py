"""Addresses of customers, touches and voices."""

from django.urls import path

from customers.views import customers, touches, voices

urlpatterns = [
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.customer_create, name="customer_create"),
    path("customers/suggest", customers.customer_suggest, name="customer_suggest"),
    path("customers/<int:pk>/", customers.customer_detail, name="customer_detail"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("write/touch/", touches.touch_create, name="touch_create"),
    path("touches/<int:pk>/", touches.touch_detail, name="touch_detail"),
    path("touches/<int:pk>/edit/", touches.touch_edit, name="touch_edit"),
    path("touches/<int:pk>/delete/", touches.touch_delete, name="touch_delete"),
    path("touches/<int:pk>/restore/", touches.touch_restore, name="touch_restore"),
    path("touches/<int:pk>/voices/", touches.voice_mark, name="voice_mark"),
    path("voices/<int:pk>/unmark/", touches.voice_unmark, name="voice_unmark"),
    path("voices/", voices.voice_board, name="voice_board"),
    path("voices/themes/<int:pk>/", voices.voice_theme_detail, name="voice_theme_detail"),
    path("voices/themes/<int:pk>/status/", voices.voice_theme_status, name="voice_theme_status"),
]
