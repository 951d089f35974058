"""The own page edited where it stands, part by part; and photos, given out to colleagues alone."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb.foundation.notices import tell
from people.acting import acting
from people.forms import PARTS, PartForm, PhotoForm
from people.models import Person
from people.photos import PhotoRefused, remove_photo, set_photo
from people.services import save_words

ONE_YEAR_S = 60 * 60 * 24 * 365


def _own(request: HttpRequest, pk: int) -> Person:
    person: Person = get_object_or_404(Person.objects.visible(), pk=pk)
    if person != acting(request):
        raise PermissionDenied
    return person


@require_http_methods(["GET", "HEAD", "POST"])
def person_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One part of the own page: the form stands on the page itself, and here when it is wrong."""
    person = _own(request, pk)
    if part not in PARTS:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = PartForm(data, instance=person, part=part)
    if data is not None and form.is_valid():
        save_words(form.instance, says_today=part == "today")
        tell(request, _("保存しました。"))
        return redirect("person_detail", pk=pk)
    context = {"form": form, "person": person, "part": part}
    return render(request, "people/person_part.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person_photo_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A new photo for the own page."""
    person = _own(request, pk)
    is_sent = request.method == "POST"
    form = PhotoForm(request.POST, request.FILES) if is_sent else PhotoForm()
    if is_sent and form.is_valid():
        try:
            set_photo(person, form.square())
        except PhotoRefused as refused:
            form.add_error("file", str(refused))
        else:
            tell(request, _("写真を変えました。"))
            return redirect("person_detail", pk=pk)
    context = {"form": form, "person": person}
    return render(request, "people/photo_edit.html", context, status=422 if form.errors else 200)


@require_POST
def person_photo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The initials again."""
    remove_photo(_own(request, pk))
    tell(request, _("写真を外しました。"))
    return redirect("person_detail", pk=pk)


@require_safe
def person_photo(request: HttpRequest, pk: int, version: str) -> FileResponse:
    """The photo of a colleague; of leavers only the name is left."""
    person = get_object_or_404(Person.objects.visible(), pk=pk)
    if not person.photo_url or f"/{version}/" not in person.photo_url:
        raise Http404
    try:
        content = person.photo.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={ONE_YEAR_S}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
