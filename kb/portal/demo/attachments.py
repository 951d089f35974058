"""Hangs real files on some of the loaded records, reads their text and draws their first page."""

import io

from kb.articles.models import Article
from kb.files.extraction import read_attachment
from kb.files.models import Attachment
from kb.files.previews import draw_preview
from kb.files.services import store_file
from kb.meetings.materials import add_material
from kb.meetings.models import Meeting
from kb.portal.demo import papers
from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read


def load_attachments(cast: Cast) -> int:
    """The files of ``papers.yaml``; how many they are."""
    entries: list[Entry] = read("papers.yaml")
    for entry in entries:
        target = _target(entry, cast)
        file, by = (io.BytesIO(_content(entry, target)), entry["name"]), cast.people[entry["by"]]
        if isinstance(target, Meeting):
            item = target.agenda_items.filter(title=entry.get("item", "")).first()
            kept = add_material(target, file, by=by, item=item).attachment
        else:
            kept = store_file(*file, by=by, target=target)
        Attachment.objects.filter(pk=kept.pk).update(created_at=target.updated_at)
        read_attachment(kept)
        draw_preview(kept)
    return len(entries)


def _target(entry: Entry, cast: Cast) -> Article | Meeting:
    if "meeting" in entry:
        return cast.meetings[entry["meeting"]]
    return cast.articles[entry["article"]]


def _content(entry: Entry, target: Article | Meeting) -> bytes:
    if isinstance(target, Meeting) and entry["make"] == "slides":
        pages = [(item.title, item.gist) for item in target.agenda_items.all()]
        return papers.slides(str(target), pages)
    match entry["make"]:
        case "workbook":
            return papers.workbook(str(target), papers.table_of(target.body))
        case "chart":
            return papers.chart(papers.table_of(target.body))
        case "document":
            return papers.document(str(target), target.body)
        case _:
            return papers.pdf(entry["lines"])
