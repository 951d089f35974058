"""Mails that left, rooms of chat tools, and how people want to hear of things, for operators."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kb.engagement.models import NotificationPreference
from kb.foundation.readonly import ReadOnlyAdmin
from kb.portal.telling.models import Letter, Webhook, WebhookMessage
from kb.portal.telling.rooms import try_room


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    """Rooms that hear of what is new; the action posts a first message."""

    list_display = ("name", "service", "department", "series", "is_active", "state", "last_sent_at")
    list_filter = ("service", "is_active")
    list_select_related = ("department", "series")
    search_fields = ("name",)
    readonly_fields = ("since", "failures", "last_sent_at", "last_error")
    actions = ["try_out"]

    @admin.display(description=_("ようす"))
    def state(self, webhook: Webhook) -> str:
        if webhook.last_error:
            return webhook.last_error
        return str(_("届いています") if webhook.last_sent_at else _("まだ何も届けていません"))

    @admin.action(description=_("ためしに届ける"))
    def try_out(self, request: HttpRequest, rooms: "QuerySet[Webhook]") -> None:
        for room in rooms:
            problem = try_room(room)
            words = f"{room}: {problem or _('届きました。')}"
            self.message_user(request, words, messages.ERROR if problem else messages.SUCCESS)


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    """What was told to which room."""

    list_display = ("title", "webhook", "attempts", "sent_at", "given_up_at")
    list_filter = ("webhook", ("given_up_at", admin.EmptyFieldListFilter))
    list_select_related = ("webhook",)
    search_fields = ("title",)


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Which mail left on which day, and why one did not."""

    list_display = ("person", "day", "kind", "state", "attempts", "error", "sent_at")
    list_filter = ("state", "kind")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__yomi", "person__email")
    date_hierarchy = "day"


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(ReadOnlyAdmin):
    """Each person sets this; operators look when a mail does not come."""

    list_display = ("person", "wants_digest", "wants_direct_mail", "quiet_from", "quiet_until")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__yomi")
