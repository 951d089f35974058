"""Autosave: keeps what is being typed, and forgets it when asked."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.articles.drafts import DraftTaken, DraftText, editors_now, save_draft
from kb.articles.kind_forms import FORMS
from kb.articles.models import Article, Draft
from kb.engagement.forms import check_body_size
from kb.foundation.idempotency import FIELD
from kb.foundation.notices import tell
from people.acting import acting
from people.models import Person

_OWN_COLUMNS = {"title", "body", "base_revision", "draft_key", "kind", "article", "save_as"}
_NOT_KEPT = _OWN_COLUMNS | {"csrfmiddlewaretoken", FIELD, "allows_empty"}
FIELD_MAX_CHARACTERS = 4000
DESK_MAX_CHARACTERS = 50


@require_POST
def draft_save(request: HttpRequest) -> JsonResponse:
    """Keep the form as it stands. Answers with the time, and with who else is writing."""
    kind, key = request.POST.get("kind", ""), _uuid(request.POST.get("draft_key", ""))
    if kind not in FORMS or key is None:
        raise Http404
    article = _article(request.POST.get("article", ""))
    text = _text(request, kind)
    if not (text.title.strip() or text.body.strip()):
        return JsonResponse({"words": ""})
    person = acting(request)
    try:
        check_body_size(text.body)
        draft = save_draft(key, text, by=person, article=article)
    except DraftTaken as taken:
        raise Http404 from taken
    except ValidationError as refused:
        return JsonResponse({"error": refused.messages[0]}, status=422)
    at = timezone.localtime(draft.updated_at)
    return JsonResponse(
        {
            "words": _("下書きを保存しました %(time)s（あなただけに見えます）")
            % {"time": f"{at:%H:%M}"},
            "key": str(draft.key),
            "editors": _editors(article, person) if article else "",
        }
    )


@require_POST
def draft_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw one's own draft away."""
    draft = get_object_or_404(Draft.objects.filter(person=acting(request)), key=key)
    article = draft.article
    draft.delete()
    tell(request, _("下書きを捨てました。"))
    return redirect("article_edit", article.pk) if article else redirect("write")


def _editors(article: Article, person: Person) -> str:
    names = editors_now(article, but=person)
    return (
        _("いま %(names)sさんも直しています。") % {"names": _("さん、").join(names)}
        if names
        else ""
    )


def _text(request: HttpRequest, kind: str) -> DraftText:
    base = request.POST.get("base_revision", "")
    return DraftText(
        kind=kind,
        title=request.POST.get("title", "").replace("\0", ""),
        body=request.POST.get("body", ""),
        base_revision=int(base) if base.isdecimal() and len(base) < 9 else 0,
        fields={
            name: str(value)[:FIELD_MAX_CHARACTERS].replace("\0", "")
            for name, value in request.POST.items()
            if name not in _NOT_KEPT and name in FORMS[kind].base_fields
        },
        desk=request.POST.get("desk", "")[:DESK_MAX_CHARACTERS].replace("\0", ""),
        seen=request.POST.get("draft_seen", "")[:DESK_MAX_CHARACTERS],
    )


def _article(number: str) -> Article | None:
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    article: Article = get_object_or_404(Article.objects.visible(), pk=int(number))
    return article


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
