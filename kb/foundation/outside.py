"""Apps of others that have a section in the administration: their names for operators."""

from axes.apps import AppConfig as AxesConfig
from django.utils.translation import gettext_lazy as _
from taggit.apps import TaggitAppConfig


class SignInGuardConfig(AxesConfig):  # type: ignore[misc]
    """Failed sign-ins and who is kept out for a while."""

    verbose_name = _("ログインの見張り")


class TopicTablesConfig(TaggitAppConfig):  # type: ignore[misc]
    """The tables beneath our own topics."""

    verbose_name = _("タグ(部品)")
