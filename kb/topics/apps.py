"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TopicsConfig(AppConfig):
    name = "kb.topics"
    label = "topics"
    verbose_name = _("テーマ")
    default_auto_field = "django.db.models.BigAutoField"
