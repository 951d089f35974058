"""この会社に知らせてください: the draft, and the button that records that it was told."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.forms import ICONS_OF_CHANNELS
from customers.models import Touch, VoiceThemeReply
from customers.replies import draft_for, record_reply, subject_for, voices_behind
from customers.voice_forms import ReplyForm
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from people.acting import acting


@require_http_methods(["GET", "POST"])
def voice_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """What to write to one company about one theme; recorded as a touch when it was told."""
    replies = VoiceThemeReply.objects.visible().select_related("theme", "customer", "touch", "todo")
    reply = get_object_or_404(replies, pk=pk)
    person = acting(request)
    form = ReplyForm(request.POST or None, initial={"text": draft_for(reply, by=person)})
    if request.method == "POST" and form.is_valid():

        def create() -> Touch:
            return record_reply(reply, by=person, **form.cleaned_data)

        url = create_once(key_of(request), by=person, create=create)
        tell(request, _("知らせたことを、対応記録に残しました。"))
        return HttpResponseRedirect(url)
    context = {
        "reply": reply,
        "subject": subject_for(reply),
        "voices": voices_behind(reply),
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "icons": ICONS_OF_CHANNELS,
        "contacts": reply.customer.contacts.filter(has_left=False).exclude(email=""),
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/voice_reply.html", context, status=status)
