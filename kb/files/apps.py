"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "kb.files"
    label = "files"
    verbose_name = _("添付ファイル")
    default_auto_field = "django.db.models.BigAutoField"
