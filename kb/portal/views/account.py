"""The way in and out, and one's own password."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kb.foundation.notices import tell
from kb.portal.signing_in import SignIn
from people.acting import acting

login = SignIn.as_view()


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """A new password for oneself; other browsers are signed out, this one stays in."""
    person = acting(request)
    form = PasswordChangeForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        tell(request, _("パスワードを変えました。ほかの端末では、もう一度ログインしてください。"))
        return redirect("person_detail", pk=person.pk)
    return render(request, "portal/password_change.html", {"form": form, "person": person})
