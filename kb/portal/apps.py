"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "kb.portal"
    label = "portal"
    verbose_name = _("入口")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begins to write sign-ins into the log."""
        from kb.portal.sign_ins import watch_sign_ins

        watch_sign_ins()
