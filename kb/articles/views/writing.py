"""Writing: choosing a kind, a new text, changing one, the preview."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.articles import services
from kb.articles.beginnings import begun_from
from kb.articles.choices import choices, other_choices
from kb.articles.drafts import DESK, drop_draft, editors_now, stamp_of
from kb.articles.forms import TITLE_MAX_CHARACTERS, ArticleForm
from kb.articles.kind_forms import FORMS
from kb.articles.links import resolver_for
from kb.articles.merge import compare
from kb.articles.models import Article, Book, Draft
from kb.articles.services import EditConflict, EmptyBody
from kb.articles.templates_for import templates_for
from kb.engagement.forms import check_body_size
from kb.foundation.idempotency import FIELD, create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.text.markdown import render_markdown
from kb.topics.services import TOPICS_MAX
from people.acting import acting

SAVED_COOKIE = "kb_saved"
DAY_S = 60 * 60 * 24
# A preview is drawn at every pause of the keys; a longer text would hold a worker for seconds.
PREVIEW_MAX_BYTES = 200 * 1024
PREVIEW_MAX_LINES = 10_000
DRAFTS_OFFERED_MAX = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text may hold, told while one writes."""

    title_characters: int = TITLE_MAX_CHARACTERS
    topics: int = TOPICS_MAX

    @property
    def body_bytes(self) -> int:
        """The longest body, as it is sent."""
        return int(settings.BODY_MAX_BYTES)

    @property
    def file_bytes(self) -> int:
        """The largest file."""
        return int(settings.ATTACHMENT_MAX_BYTES)

    @property
    def file_megabytes(self) -> int:
        """The same, in the unit people know."""
        return self.file_bytes // 1024 // 1024


@require_GET
def write(request: HttpRequest) -> HttpResponse:
    """何を残しますか? The choice of what to write, and what was left unfinished."""
    drafts = Draft.objects.filter(person=acting(request)).select_related("article")
    title = request.GET.get("title", "")[:200]
    context = {
        "choices": choices(title),
        "others": other_choices(title),
        "drafts": drafts,
        "title": title,
    }
    return render(request, "articles/write.html", context)


@require_http_methods(["GET", "POST"])
def article_create(request: HttpRequest, kind: str) -> HttpResponse:
    """A new text of a kind. Sent twice, it is created once."""
    form_class = FORMS.get(kind)
    if form_class is None:
        raise Http404
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            return _create(request, kind, form)
    else:
        form = form_class(initial=_initial(request, kind, form_class))
    return _editor(request, form, kind, article=None)


@require_http_methods(["GET", "POST"])
def article_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an article. Changes of others are merged; clashes are shown side by side."""
    article = get_object_or_404(_editable(), pk=pk)
    form_class = FORMS[article.kind]
    if request.method == "GET":
        form = form_class(initial=_initial_of(request, article, form_class))
        return _editor(request, form, article.kind, article=article)
    form = form_class(request.POST)
    if not form.is_valid():
        return _editor(request, form, article.kind, article=article)
    try:
        return _save(request, article, form)
    except EmptyBody:
        form.add_error(
            "body", _("本文が空です。本当に空にするときは、下のしるしを付けてください。")
        )
        return _editor(request, form, article.kind, article=article, asks_about_empty=True)
    except EditConflict as conflict:
        return _conflict(request, form, conflict)


@require_POST
def article_preview(request: HttpRequest) -> HttpResponse:
    """The typed text as it will look: same renderer, same rules."""
    body = request.POST.get("body", "")
    article = None
    if request.POST.get("article", "").isdecimal():
        article = Article.objects.visible().filter(pk=int(request.POST["article"])).first()
    if problem := _why_no_preview(body):
        return render(request, "articles/_preview.html", {"problem": problem}, status=422)
    rendered = render_markdown(body, resolve=resolver_for(article))
    return render(request, "articles/_preview.html", {"rendered": rendered})


def _why_no_preview(body: str) -> str:
    """Words for a text that is too long to be drawn while somebody types; else empty."""
    try:
        check_body_size(body)
    except ValidationError as refused:
        return refused.messages[0]
    if (
        len(body.encode("utf-8", "replace")) > PREVIEW_MAX_BYTES
        or body.count("\n") > PREVIEW_MAX_LINES
    ):
        return _(
            "長い文章なので、プレビューは表示しません（200 KB、1万行まで）。このまま保存できます。"
        )
    return ""


def _editable() -> Any:
    details = ("manual", "question", "book_note__book", "rule")
    return (
        Article.objects.visible()
        .select_related("owner", "author", "department", *details)
        .prefetch_related("topics")
    )


def _create(request: HttpRequest, kind: str, form: ArticleForm) -> HttpResponse:
    person, data = acting(request), form.cleaned_data
    status = Article.Status.DRAFT if _wants_draft(request) else Article.Status.PUBLISHED

    def create() -> Article:
        return services.create_article(
            by=person,
            kind=kind,
            title=data["title"],
            body=data["body"],
            fields=form.to_fields(status=status),
        )

    url = create_once(key_of(request), by=person, create=create)
    drop_draft(person, data["draft_key"])
    tell(request, _created_words(kind, is_draft=_wants_draft(request)))
    return _leave(url, form)


def _created_words(kind: str, *, is_draft: bool) -> str:
    if is_draft:
        return _("書きかけとして保存しました。")
    if kind == Article.Kind.QUESTION:
        return _("質問しました。くわしい人に届きます。")
    return _("公開しました。")


def _save(request: HttpRequest, article: Article, form: ArticleForm) -> HttpResponse:
    person, data = acting(request), form.cleaned_data
    status = ""
    if article.status == Article.Status.DRAFT and not _wants_draft(request):
        status = Article.Status.PUBLISHED
    saved = services.save_article(
        article,
        by=person,
        base_revision=data["base_revision"] or 0,
        title=data["title"],
        body=data["body"],
        fields=form.to_fields(status=status),
    )
    drop_draft(person, data["draft_key"])
    begun_from(request, article).settle(by=person)
    if saved.was_merged:
        tell(request, _("保存しました。同じころに直した人の変更も、いっしょに入っています。"))
    else:
        tell(request, _("保存しました。"))
    return _leave(saved.article.get_absolute_url(), form)


def _leave(url: str, form: ArticleForm) -> HttpResponse:
    """To the saved text; the cookie tells the browser to forget its local copy."""
    response = HttpResponseRedirect(url)
    key = form.cleaned_data["draft_key"]
    if key is not None:
        response.set_cookie(SAVED_COOKIE, str(key), max_age=DAY_S, samesite="Lax")
    return response


def _wants_draft(request: HttpRequest) -> bool:
    return request.POST.get("save_as") == "draft"


def _initial(request: HttpRequest, kind: str, form_class: type[ArticleForm]) -> dict[str, Any]:
    person = acting(request)
    draft = _asked_draft(request).filter(article__isnull=True, kind=kind).first()
    if draft is not None:
        return _from_draft(draft)
    department = person.department if kind != Article.Kind.QUESTION else None
    return {
        "title": request.GET.get("title", "")[:200],
        "topics": request.GET.get("topics", "")[:300],
        "department": request.GET.get("department") or (department.pk if department else None),
        "owner": request.GET.get("owner", "")[:100],
        "draft_key": uuid4(),
        **{
            name: request.GET[name][:200]
            for name in ("about", "about_anchor", "book_title", "book_author", "isbn")
            if name in request.GET and name in form_class.base_fields
        },
    }


def _initial_of(
    request: HttpRequest, article: Article, form_class: type[ArticleForm]
) -> dict[str, Any]:
    initial = form_class.initial_of(article)
    draft = _asked_draft(request).filter(article=article).first()
    if draft is not None:
        return initial | _from_draft(draft)
    return initial | begun_from(request, article).initial()


def _asked_draft(request: HttpRequest) -> Any:
    """The person's draft named in the address, or in the form that was sent, if any."""
    own = Draft.objects.filter(person=acting(request))
    is_sent = request.method == "POST"
    key = request.POST.get("draft_key", "") if is_sent else request.GET.get("draft", "")
    try:
        return own.filter(key=UUID(key))
    except ValueError:
        return own.none()


def _from_draft(draft: Draft) -> dict[str, Any]:
    return {
        **draft.fields,
        "title": draft.title,
        "body": draft.body,
        "base_revision": draft.base_revision or None,
        "draft_key": draft.key,
    }


def _editor(
    request: HttpRequest,
    form: ArticleForm,
    kind: str,
    *,
    article: Article | None,
    asks_about_empty: bool = False,
) -> HttpResponse:
    person = acting(request)
    context = {
        "form": form,
        "kind": kind,
        # Whoever was told to ask somebody sees the name above the question, not folded away below it.
        "is_addressed": kind == Article.Kind.QUESTION
        and article is None
        and bool(form["owner"].value()),
        "heading": _heading(kind),
        "title_label": _("質問") if kind == Article.Kind.QUESTION else "",
        "publish_label": _("質問する") if kind == Article.Kind.QUESTION else _("公開する"),
        "article": article,
        "form_key": request.POST.get(FIELD) or new_form_key(),
        "drafts": [] if form.is_bound else _waiting_drafts(request, kind, article),
        "draft_seen": _seen_of(request),
        "editors": editors_now(article, but=person) if article else [],
        "templates": templates_for(kind, person) if article is None else [],
        "books": Book.objects.visible()[:500] if kind == Article.Kind.BOOK_NOTE else [],
        "asks_about_empty": asks_about_empty,
        "limits": Limits(),
        "begun_from": begun_from(request, article) if article else None,
    }
    return render(
        request, "articles/article_form.html", context, status=422 if form.is_bound else 200
    )


def _heading(kind: str) -> str:
    if kind == Article.Kind.QUESTION:
        return _("質問する")
    return _("%(kind)sを書く") % {"kind": Article.Kind(kind).label}


def _waiting_drafts(request: HttpRequest, kind: str, article: Article | None) -> list[Draft]:
    """Drafts of this person that are not the one in the form, the newest first."""
    drafts = Draft.objects.filter(person=acting(request), article=article)
    if article is None:
        drafts = drafts.filter(kind=kind)
    shown = _asked_draft(request).values("pk")
    return list(drafts.exclude(pk__in=shown)[:DRAFTS_OFFERED_MAX])


def _seen_of(request: HttpRequest) -> str:
    """The stamp of the draft that the form shows, or that its window wrote; else empty."""
    draft = _asked_draft(request).first()
    if request.method == "POST" and draft is not None:
        draft = draft if draft.fields.get(DESK, "") == request.POST.get(DESK) else None
    return stamp_of(draft) if draft else ""


def _conflict(request: HttpRequest, form: ArticleForm, conflict: EditConflict) -> HttpResponse:
    """Both texts and a proposal. Saving it begins from what stands there now."""
    resent = request.POST.copy()
    resent["base_revision"] = str(conflict.current.revision)
    resent["body"] = conflict.merge.text
    if conflict.mine.title == conflict.base.title:
        resent["title"] = conflict.theirs.title
    last = conflict.current.revisions.select_related("author").first()
    settling = FORMS[conflict.current.kind](initial=resent.dict())
    settling.fields["body"].label = _("まとめた本文")
    context = {
        "form": settling,
        "article": conflict.current,
        "kind": conflict.current.kind,
        "draft_seen": _seen_of(request),
        "limits": Limits(),
        "conflict": conflict,
        "last": last,
        "theirs": compare(conflict.base.body, conflict.theirs.body),
        "mine": compare(conflict.base.body, conflict.mine.body),
        "form_key": new_form_key(),
        "begun_from": begun_from(request, conflict.current),
    }
    return render(request, "articles/article_conflict.html", context, status=409)
