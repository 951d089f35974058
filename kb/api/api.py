"""The JSON API: ``/api/v1/``, with ``Authorization: Bearer TOKEN`` on every address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.security import HttpBearer

from kb.api import problems
from kb.api.articles import router as articles
from kb.api.limits import check_limits
from kb.api.searching import router as searching
from kb.api.services import token_of
from kb.api.touches import router as touches


class BearerToken(HttpBearer):
    """Lets those in who hold a valid token; the request then acts as its person."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's row, or None, which answers 401."""
        found = token_of(token)
        if found is not None:
            request.user = found.person
            check_limits(request, found)
        return found


def _with_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description of the API is for holders of a token too."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token_of(token.strip()) is None:
            return JsonResponse({"detail": _("トークンが必要です。"), "fields": {}}, status=401)
        return view(request, *args, **kwargs)

    return guarded


api = NinjaAPI(
    title="Chinowa",
    version="1",
    description="知の輪の検索、くわしい人、記事、対応記録。",
    auth=BearerToken(),
    openapi_url="/openapi.json",
    docs_url=None,
    docs_decorator=_with_token,
    urls_namespace="api",
)
problems.install(api)


@csrf_exempt
@_with_token
def nothing_here(_request: HttpRequest) -> HttpResponse:
    """404 as JSON for every address under the API that does not exist."""
    return JsonResponse({"detail": _("このアドレスはありません。"), "fields": {}}, status=404)


api.add_router("", searching)
api.add_router("", articles)
api.add_router("", touches)
