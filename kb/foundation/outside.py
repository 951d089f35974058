"""Apps of others that have a section in the administration: their names for operators."""

from axes.apps import AppConfig as AxesConfig
from django.utils.translation import gettext_lazy as _
from taggit.apps import TaggitAppConfig

_AXES_NAMES = {
    "AccessAttempt": _("失敗したログイン"),
    "AccessFailureLog": _("失敗したログインの記録"),
    "AccessLog": _("ログインの記録"),
    "AccessAttemptExpiration": _("締め出しの期限"),
}


class SignInGuardConfig(AxesConfig):  # type: ignore[misc]
    """Failed sign-ins and who is kept out for a while."""

    verbose_name = _("ログインの見張り")

    def ready(self) -> None:
        """Names its tables in the language of the other sections."""
        super().ready()
        for model, name in _AXES_NAMES.items():
            options = self.get_model(model)._meta
            options.verbose_name = options.verbose_name_plural = name


class TopicTablesConfig(TaggitAppConfig):  # type: ignore[misc]
    """The tables beneath our own topics."""

    verbose_name = _("タグ(部品)")
