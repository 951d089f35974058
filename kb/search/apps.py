"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "kb.search"
    label = "search"
    verbose_name = _("さがす")
    default_auto_field = "django.db.models.BigAutoField"
