"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    name = "kb.communities"
    label = "communities"
    verbose_name = _("コミュニティ")
    default_auto_field = "django.db.models.BigAutoField"
