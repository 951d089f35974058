"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    name = "kb.foundation"
    label = "foundation"
    verbose_name = _("記録の土台")
    default_auto_field = "django.db.models.BigAutoField"
