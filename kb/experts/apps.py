"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpertsConfig(AppConfig):
    name = "kb.experts"
    label = "experts"
    verbose_name = _("くわしい人")
    default_auto_field = "django.db.models.BigAutoField"
