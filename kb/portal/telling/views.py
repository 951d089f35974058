"""お知らせの届き方: mails, quiet hours, kinds, and the secret address of the feeds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.engagement.models import NotificationPreference
from kb.foundation.notices import tell
from kb.portal.telling.digest import full_address
from kb.portal.telling.forms import PreferenceForm
from kb.portal.telling.models import FeedAddress
from people.acting import acting


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """One form; what cannot be kept is shown again with the reason."""
    person = acting(request)
    preference = NotificationPreference.objects.filter(person=person).first()
    form = PreferenceForm(
        request.POST or None, instance=preference or NotificationPreference(person=person)
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        tell(request, _("お知らせの届き方を変えました。"))
        return redirect("notification_settings")
    feed = FeedAddress.objects.filter(person=person).first()
    context = {
        "form": form,
        "email": person.email,
        "feed_url": full_address(reverse("feed_all", args=[feed.secret])) if feed else "",
    }
    status = 422 if form.errors else 200
    return render(request, "portal/notification_settings.html", context, status=status)


@require_POST
def feed_address_create(request: HttpRequest) -> HttpResponse:
    """A new secret address; the one before it opens nothing any more."""
    person = acting(request)
    FeedAddress.objects.filter(person=person).delete()
    FeedAddress.objects.create(person=person)
    tell(request, _("フィードのアドレスを作りました。前のアドレスは、もう使えません。"))
    return redirect(f"{reverse('notification_settings')}#feed")


@require_POST
def feed_address_delete(request: HttpRequest) -> HttpResponse:
    """No feeds any more."""
    FeedAddress.objects.filter(person=acting(request)).delete()
    tell(request, _("フィードのアドレスをなくしました。"))
    return redirect(f"{reverse('notification_settings')}#feed")
