"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "kb.articles"
    label = "articles"
    verbose_name = _("記事")
    default_auto_field = "django.db.models.BigAutoField"
