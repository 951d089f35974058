"""Small POST addresses: comment, 助かった, フォロー, 読みました. All lead back to the record."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.engagement import services
from kb.engagement.forms import CommentForm, ThanksForm
from kb.engagement.models import Comment, Follow
from kb.engagement.records import find_record, place_on
from kb.foundation.idempotency import create_once, form_key_of, key_of
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from people.acting import acting


class _Placed:
    """A comment as a place on its record's page."""

    def __init__(self, record: Any, comment: Comment) -> None:
        self.address = f"{record.get_absolute_url()}#comment-{comment.pk}"

    def get_absolute_url(self) -> str:
        return self.address


def _back(record: Any, anchor: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(place_on(record, anchor))


@require_POST
def comment_create(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Add a comment; what cannot be kept is shown again with the reason."""
    record = find_record(label, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        context = {
            "form": form,
            "record": record,
            "label": label,
            "form_key": form_key_of(request),
        }
        return render(request, "engagement/comment_form.html", context, status=422)
    person = acting(request)

    def create() -> _Placed:
        return _Placed(record, services.add_comment(record, form.cleaned_data["body"], by=person))

    url = create_once(key_of(request), by=person, create=create)
    return mark_sent(request, HttpResponseRedirect(url))


@require_http_methods(["GET", "POST"])
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own comment."""
    comment = get_object_or_404(Comment.objects.visible(), pk=pk, author=acting(request))
    record = find_record(_label(comment), comment.object_id)
    form = CommentForm(
        request.POST if request.method == "POST" else None, initial={"body": comment.body}
    )
    if request.method == "POST" and form.is_valid():
        services.change_comment(comment, form.cleaned_data["body"], by=acting(request))
        tell(request, _("コメントを直しました。"))
        return mark_sent(request, _back(record, f"comment-{pk}"))
    context = {
        "form": form,
        "record": record,
        "comment": comment,
        "form_key": form_key_of(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/comment_form.html", context, status=status)


@require_POST
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own comment away, with a way back."""
    comment = get_object_or_404(Comment.objects.visible(), pk=pk, author=acting(request))
    record = find_record(_label(comment), comment.object_id)
    services.delete_comment(comment, by=acting(request))
    tell(request, _("コメントを消しました。"), undo_url=reverse("comment_restore", args=[pk]))
    return _back(record, "comments")


@require_POST
def comment_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring one's own comment back."""
    comment = get_object_or_404(Comment.objects.all(), pk=pk, author=acting(request))
    record = find_record(_label(comment), comment.object_id)
    services.restore_comment(comment, by=acting(request))
    tell(request, _("コメントを戻しました。"))
    return _back(record, f"comment-{pk}")


@require_POST
def thanks_give(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """助かった, with or without one line."""
    record = find_record(label, pk)
    form = ThanksForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    services.give_thanks(record, by=acting(request), words=words)
    if words:
        tell(request, _("ひとことを届けました。"))
    else:
        undo_url = reverse("thanks_take_back", args=[label, pk])
        tell(request, _("「助かった」を届けました。"), undo_url=undo_url)
    return _back(record, "reactions")


@require_POST
def thanks_take_back(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Take 助かった back."""
    record = find_record(label, pk)
    services.take_back_thanks(record, by=acting(request))
    tell(request, _("「助かった」を取り消しました。"))
    return _back(record, "reactions")


@require_POST
def follow_start(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Follow the record."""
    record = find_record(label, pk)
    services.follow(record, by=acting(request))
    undo_url = reverse("follow_stop", args=[label, pk])
    tell(request, _("フォローしました。変わったら知らせます。"), undo_url=undo_url)
    return HttpResponseRedirect(record.get_absolute_url())


@require_POST
def follow_stop(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Follow the record no longer."""
    record = find_record(label, pk)
    was_muted = Follow.objects.on(record).filter(person=acting(request), is_muted=True).exists()
    services.unfollow(record, by=acting(request))
    if was_muted:
        undo_url = reverse("follow_mute", args=[label, pk])
        tell(request, _("また、知らせます。"), undo_url=undo_url)
    else:
        undo_url = reverse("follow_start", args=[label, pk])
        tell(request, _("フォローをやめました。"), undo_url=undo_url)
    return HttpResponseRedirect(record.get_absolute_url())


@require_POST
def follow_mute(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Hear nothing of the record."""
    record = find_record(label, pk)
    services.mute(record, by=acting(request))
    undo_url = reverse("follow_stop", args=[label, pk])
    tell(request, _("このページのことは、知らせません。"), undo_url=undo_url)
    return HttpResponseRedirect(record.get_absolute_url())


@require_POST
def reading_confirm(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """読みました."""
    record = find_record(label, pk)
    services.confirm_reading(record, by=acting(request))
    undo_url = reverse("reading_take_back", args=[label, pk])
    tell(request, _("「読みました」を伝えました。"), undo_url=undo_url)
    return _back(record, "reading")


@require_POST
def reading_take_back(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """読みました taken back."""
    record = find_record(label, pk)
    services.take_back_confirmation(record, by=acting(request))
    tell(request, _("「読みました」を取り消しました。"))
    return _back(record, "reading")


def _label(comment: Comment) -> str:
    return f"{comment.content_type.app_label}.{comment.content_type.model}"
