"""What people do under a meeting: put up items and materials, ask, answer."""

from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.files.services import FileRefused
from kb.foundation.idempotency import create_once, key_of
from kb.foundation.notices import tell, warn
from kb.meetings import materials, questions
from kb.meetings.forms import ItemForm, QuestionForm
from kb.meetings.models import AgendaItem, ItemQuestion, Material, Meeting, Series
from kb.meetings.story import story_of
from people.acting import acting


class Placed:
    """Something with a place on the page of its meeting."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get_absolute_url(self) -> str:
        """Where it stands."""
        return self._address


@require_GET
def series_story(request: HttpRequest, slug: str) -> HttpResponse:
    """前回までのあらすじ: the decisions of a series in order, and what still holds."""
    series = get_object_or_404(Series, slug=slug)
    return render(request, "meetings/series_story.html", {"series": series, **story_of(series)})


@require_POST
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an item on the agenda of a meeting in preparation; whoever does proposes it."""
    meeting = get_object_or_404(Meeting.objects.visible(), pk=pk)
    form = ItemForm(request.POST)
    if not form.is_valid():
        warn(request, _("議題の題名を、200字までで書いてください。"))
        return redirect(meeting)
    data = form.cleaned_data
    person = acting(request)

    def create() -> Placed:
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=min(meeting.agenda_items.count() + 1, 32_000),
            title=data["title"],
            kind=data["kind"],
            gist=data["gist"],
            proposer=person,
        )
        return Placed(f"{meeting.get_absolute_url()}#item-{item.pk}")

    tell(request, _("議題を出しました。"))
    return HttpResponseRedirect(create_once(key_of(request), by=person, create=create))


@require_POST
def item_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask under an item; the question reaches its proposer."""
    item = _item(pk)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        warn(request, _("質問を2000字までで書いてください。"))
        return HttpResponseRedirect(f"{item.meeting.get_absolute_url()}#item-{pk}")
    person = acting(request)

    def create() -> Placed:
        asked = questions.ask_about(item, form.cleaned_data["text"], by=person)
        return Placed(questions.place_of(asked))

    tell(request, _("質問を届けました。"))
    return HttpResponseRedirect(create_once(key_of(request), by=person, create=create))


@require_POST
def item_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question under an item."""
    found = ItemQuestion.objects.select_related("item__meeting__series", "asked_by")
    question = get_object_or_404(found, pk=pk, item__meeting__deleted_at__isnull=True)
    form = QuestionForm(request.POST)
    if form.is_valid():
        questions.answer_question(question, form.cleaned_data["text"], by=acting(request))
        tell(request, _("答えを届けました。"))
    else:
        warn(request, _("答えを2000字までで書いてください。"))
    return HttpResponseRedirect(questions.place_of(question))


@require_POST
def material_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put up a material, for the meeting or one of its items."""
    meeting = get_object_or_404(Meeting.objects.visible(), pk=pk)
    item = meeting.agenda_items.filter(pk=_number(request.POST.get("item", ""))).first()
    session = meeting.sessions.filter(pk=_number(request.POST.get("session", ""))).first()
    sent = request.FILES.getlist("file")[:20]
    if not sent:
        warn(request, _("ファイルが選ばれていません。ファイルを選んでから押してください。"))
    for file in sent:
        try:
            materials.add_material(
                meeting, (file, file.name or ""), by=acting(request), item=item, session=session
            )
        except (FileRefused, SuspiciousFileOperation) as refused:
            warn(request, str(refused))
        else:
            tell(request, _("資料「%(name)s」を載せました。") % {"name": file.name})
    anchor = f"#item-{item.pk}" if item is not None else "#materials"
    return HttpResponseRedirect(f"{meeting.get_absolute_url()}{anchor}")


@require_POST
def material_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a material away; the toast brings it back."""
    material = _material(pk)
    materials.remove_material(material)
    undo_url = reverse("material_restore", args=[pk])
    tell(request, _("資料を外しました。"), undo_url=undo_url)
    return redirect(material.meeting)


@require_POST
def material_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a material back."""
    material = _material(pk)
    materials.restore_material(material)
    tell(request, _("資料を戻しました。"))
    return redirect(material.meeting)


def _item(pk: int) -> AgendaItem:
    items = AgendaItem.objects.select_related("meeting__series", "proposer")
    item: AgendaItem = get_object_or_404(items, pk=pk, meeting__deleted_at__isnull=True)
    return item


def _material(pk: int) -> Material:
    rows = Material.objects.select_related("meeting__series", "attachment")
    material: Material = get_object_or_404(rows, pk=pk, meeting__deleted_at__isnull=True)
    return material


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
