"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TodosConfig(AppConfig):
    name = "kb.todos"
    label = "todos"
    verbose_name = _("ToDo")
    default_auto_field = "django.db.models.BigAutoField"
