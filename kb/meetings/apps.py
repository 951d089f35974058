"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "kb.meetings"
    label = "meetings"
    verbose_name = _("会議・決まりごと")
    default_auto_field = "django.db.models.BigAutoField"
