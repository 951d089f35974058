"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    name = "kb.engagement"
    label = "engagement"
    verbose_name = _("反応")
    default_auto_field = "django.db.models.BigAutoField"
