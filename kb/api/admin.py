"""Tokens for operators: who holds one, when it was used, and the end of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.api.models import ApiReceipt, ApiToken
from kb.api.services import revoke_token
from kb.foundation.readonly import ReadOnlyAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made by ``create_api_token``; here they are seen and ended."""

    list_display = ["person", "name", "created_at", "last_used_at", "revoked_at"]
    list_filter = ["revoked_at"]
    search_fields = ["person__name", "person__login", "name"]
    date_hierarchy = "created_at"
    exclude = ["digest"]
    readonly_fields = ["person", "created_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False

    @admin.action(description=gettext_lazy("選んだトークンを止める"))
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """End the chosen tokens now."""
        for token in tokens:
            revoke_token(token)
        self.message_user(
            request, _("%(count)d件のトークンを止めました。") % {"count": len(tokens)}
        )


@admin.register(ApiReceipt)
class ApiReceiptAdmin(ReadOnlyAdmin):
    """Requests that carried an Idempotency-Key, with the answer they got."""

    list_display = ["token", "key", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["token__person"]
    search_fields = ["key", "token__person__name", "token__name"]
    date_hierarchy = "created_at"
    exclude = ["digest"]
