"""Every way in which a request can fail, as JSON with a sentence."""

import functools
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError


class Refused(Exception):
    """The request cannot be done: status, sentence, and the fields it is about."""

    def __init__(
        self,
        status: int,
        detail: str,
        fields: dict[str, str] | None = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.fields = fields or {}
        self.headers = headers or {}


_SENTENCES: dict[str, str | Promise] = {
    "missing": gettext_lazy("この値が必要です。"),
    "extra_forbidden": gettext_lazy("知らない名前です。"),
    "string_too_long": gettext_lazy("長すぎます。"),
    "string_too_short": gettext_lazy("短すぎます。"),
    "too_long": gettext_lazy("数が多すぎます。"),
    "int_parsing": gettext_lazy("整数で指定してください。"),
    "int_type": gettext_lazy("整数で指定してください。"),
    "string_type": gettext_lazy("文字列で指定してください。"),
    "string_unicode": gettext_lazy(
        "文字として読めない部分があります(対になっていないサロゲート)。"
    ),
    "datetime_from_date_parsing": gettext_lazy(
        "日時を 2026-11-24T09:00:00+09:00 の形で書いてください。"
    ),
    "datetime_parsing": gettext_lazy("日時を 2026-11-24T09:00:00+09:00 の形で書いてください。"),
    "datetime_type": gettext_lazy("日時を 2026-11-24T09:00:00+09:00 の形で書いてください。"),
    "list_type": gettext_lazy("配列で指定してください。"),
    "enum": gettext_lazy("選べない値です。"),
    "greater_than_equal": gettext_lazy("小さすぎます。"),
    "less_than_equal": gettext_lazy("大きすぎます。"),
    "model_attributes_type": gettext_lazy("JSONのオブジェクトを送ってください。"),
}


def _answer(
    api: NinjaAPI,
    request: HttpRequest,
    status: int,
    detail: str,
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    problem = {"title": _title(status), "status": status, "detail": detail}
    response = api.create_response(request, problem | {"fields": fields or {}}, status=status)
    # RFC 9457, so that gateways tell a refusal from an answer.
    response["Content-Type"] = "application/problem+json; charset=utf-8"
    return response


def install(api: NinjaAPI) -> None:
    """Register the handlers of the API's errors."""

    answer = functools.partial(_answer, api)

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        response = answer(request, error.status, error.detail, error.fields)
        for name, value in error.headers.items():
            response[name] = value
        return response

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, _error: Exception) -> HttpResponse:
        return answer(
            request,
            401,
            _(
                "トークンが正しくありません。Authorization: Bearer に有効なトークンを付けてください。"
            ),
        )

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        # The framework raises this only for a body that is no JSON; its own words are English.
        return answer(request, error.status_code, _("送られた本文をJSONとして読めません。"))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, _error: Exception) -> HttpResponse:
        return answer(request, 404, _("見つかりません。"))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = dict(_field(item) for item in error.errors)
        return answer(request, 422, _("送られた値に誤りがあります。"), fields)


def _title(status: int) -> str:
    titles = {
        401: _("トークンが必要です"),
        404: _("見つかりません"),
        409: _("すでにあります"),
        413: _("大きすぎます"),
        422: _("値に誤りがあります"),
        429: _("回数が多すぎます"),
    }
    return titles.get(status, _("処理できません"))


def _field(item: dict[str, Any]) -> tuple[str, str]:
    # The first two places say where the value stood (query, body and the name of the argument).
    names = [
        str(part) for part in item.get("loc", ()) if part not in ("query", "body", "path", "data")
    ]
    sentence = _SENTENCES.get(str(item.get("type")))
    return ".".join(names) or "body", str(sentence) if sentence else str(item.get("msg", ""))
