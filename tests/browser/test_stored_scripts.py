"""What somebody stores in a text, a title, a name or a file never runs in the browser of another."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Dialog, Page
from pytest_django.live_server_helper import LiveServer

from customers.models import Customer
from customers.services import TouchFields, VoiceMark, record_touch
from kb.articles.models import Article, ArticleTemplate, Book, ImportBatch
from kb.articles.services import create_article
from kb.communities.services import CallFields, call_out
from kb.engagement.models import Comment
from kb.engagement.services import add_comment
from kb.files.services import FileRefused, store_file
from kb.meetings.models import Series
from kb.meetings.services import DecisionFields, MeetingFields, create_decision, create_meeting
from kb.portal.models import WantedArticle
from kb.todos.models import ActionItem
from kb.topics.models import Topic, TopicSynonym
from people.models import Department, Person, Responsibility
from tests.browser.payloads import FILES, NAMES, PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ClientFor = Callable[[Person], Client]
WHOLE = "\n\n".join(PAYLOADS)
# What no page of ours has: the policy of the pages would keep such things from running, but they
# must not get there in the first place.
FOREIGN = """(root) => {
  const found = [];
  for (const node of root.querySelectorAll("*")) {
    const name = node.localName;
    for (const one of node.attributes) {
      if (/^on/i.test(one.name)) found.push(`${name} ${one.name}`);
      const leads = ["href", "src", "action", "formaction", "xlink:href", "data", "poster"];
      const isScript = /^[\\s\\u0000-\\u0020]*(?:javascript|vbscript|data)\\s*:/i.test(one.value);
      if (leads.includes(one.name) && isScript) found.push(`${name} ${one.name}=${one.value}`);
    }
    if (["iframe", "object", "embed", "base", "math", "style", "noscript"].includes(name)) found.push(name);
    if (name === "script" && !node.src && node.type !== "application/json") found.push(node.outerHTML);
    if (name === "meta" && node.httpEquiv === "refresh") found.push("refresh");
  }
  return found;
}"""


@pytest.fixture
def ran() -> list[str]:
    """Dialogs that were opened."""
    return []


@pytest.fixture
def page_of(open_as: Callable[..., Page], ran: list[str]) -> Callable[[Person], Page]:
    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    def opened(person: Person) -> Page:
        page = open_as(person, "/healthz")
        page.on("dialog", note)
        return page

    return opened


def visit(page: Page, *addresses: str) -> None:
    """Opens pages, moves over everything and looks for what a script could hide behind."""
    root = page.url.split("/", 3)
    for address in addresses:
        page.goto("/".join(root[:3]) + address)
        page.evaluate(
            """() => document.querySelectorAll("*").forEach((node) => {
            for (const name of ["mouseover", "focus", "toggle", "error"])
              node.dispatchEvent(new Event(name, {bubbles: false}));
          })"""
        )
        assert page.evaluate(f"({FOREIGN})(document)") == [], address
        assert page.title() != "ran", address


def names() -> Iterator[str]:
    """One name after the other, without end."""
    while True:
        yield from NAMES


def test_no_text_title_or_name_of_an_article_runs(
    page_of: Callable[[Person], Page], ran: list[str], alice: Person, bob: Person
) -> None:
    alice.name = alice.bio = NAMES[0]
    alice.save()
    first = create_article(by=alice, kind="manual", title=PAYLOADS[4][:200], body=WHOLE)
    add_comment(first, WHOLE, by=alice)
    root = first.get_absolute_url()
    page = page_of(bob)
    visit(page, root, f"{root}edit/", f"{root}history/", f"{root}revisions/1/")
    visit(page, alice.get_absolute_url())
    assert ran == []


def test_no_text_runs_alone(
    page_of: Callable[[Person], Page], ran: list[str], alice: Person, bob: Person
) -> None:
    """Each text is drawn by itself: none may need, or hide behind, what another leaves open."""
    article = create_article(by=alice, kind="note", title="ひとつずつ", body="本文")
    for payload in PAYLOADS:
        add_comment(article, payload, by=alice)
    page = page_of(bob)
    visit(page, article.get_absolute_url())
    assert page.locator(".comment").count() == len(PAYLOADS)
    # Also where a browser reads it once more, as scripts do with fragments.
    assert (
        page.evaluate(
            f"""(texts) => texts.flatMap((html) => {{
        const box = document.createElement("template");
        box.innerHTML = html;
        const again = document.createElement("template");
        again.innerHTML = box.innerHTML;
        return ({FOREIGN})(again.content);
      }})""",
            list(Comment.objects.values_list("body_html", flat=True)),
        )
        == []
    )
    assert ran == []


def test_nothing_runs_while_writing(
    live_server: LiveServer,
    page_of: Callable[[Person], Page],
    ran: list[str],
    alice: Person,
    bob: Person,
) -> None:
    create_article(by=alice, kind="note", title="<img src=x onerror=alert(1)>", body="本文")
    ArticleTemplate.objects.create(name=NAMES[0], kind="note", body=WHOLE)
    Topic.objects.create(name="img" + NAMES[0])
    page = page_of(bob)
    visit(page, "/write/note/")
    page.fill("#id_body", WHOLE)
    page.locator("[data-preview] .prose").wait_for()
    assert page.evaluate(f"({FOREIGN})(document)") == []
    for mark in ("[[", "#"):
        page.fill("#id_body", mark)
        page.locator("#id_body").press_sequentially("img")
        page.locator(".completion").first.wait_for()
        assert page.evaluate(f"({FOREIGN})(document)") == []
        page.keyboard.press("Escape")
    assert ran == []


@pytest.fixture
def full_of_names(alice: Person, bob: Person) -> list[str]:
    """One record of every kind whose every text is a payload; the addresses that show them."""
    name = names()
    alice.name, alice.bio, alice.now_doing = next(name), next(name), next(name)
    alice.is_staff = alice.is_superuser = True
    alice.save()
    department = Department.objects.create(name=next(name), slug="x", mission=next(name))
    Responsibility.objects.create(department=department, name=next(name), main=alice)
    topic = Topic.objects.create(name=next(name), description=next(name))
    TopicSynonym.objects.create(topic=topic, word=next(name))
    customer = Customer.objects.create(name=next(name), note=next(name))
    customer.contacts.create(name=next(name), title=next(name))
    customer.deals.create(name=next(name))
    voice = next(name)
    touch = record_touch(
        customer,
        TouchFields("phone", f"{WHOLE}\n{voice}", voices=[VoiceMark(voice, "request")]),
        by=alice,
    )
    community = call_out(
        by=alice,
        fields=CallFields(next(name), why_now=WHOLE, done_when=next(name), topics=[topic.name]),
        evidence=[touch],
    )
    series = Series.objects.create(slug="x", name=next(name), description=next(name))
    minutes = MeetingFields(timezone.now(), WHOLE, title=next(name), place=next(name))
    meeting = create_meeting(series, 1, by=alice, fields=minutes)
    chosen = DecisionFields(
        next(name),
        WHOLE,
        dt.date(2026, 1, 5),
        meeting=meeting,
        rejected=[(next(name), next(name))],
        topics=[topic.name],
    )
    decision = create_decision(by=alice, fields=chosen)
    ActionItem.objects.create(text=next(name), person=bob, created_by=alice)
    book = Book.objects.create(title=next(name), author=next(name))
    WantedArticle.objects.create(title=next(name), note=WHOLE, asked_by=alice)
    records: list[Any] = [alice, department, topic, customer, touch, community, meeting]
    records += [decision, book]
    lists = [
        "home", "person_list", "department_list", "topic_list", "customer_list", "community_list",
        "meeting_list", "decision_list", "book_list", "voice_board", "deal_list", "todo_list",
        "wanted_list", "daily_report", "knowledge_map", "notification_list", "transfer", "first_days",
    ]  # fmt: skip
    return [*(record.get_absolute_url() for record in records), *map(reverse, lists)]


def test_no_name_of_any_record_runs(
    page_of: Callable[[Person], Page],
    ran: list[str],
    bob: Person,
    search_index: Any,
    full_of_names: list[str],
) -> None:
    from kb.search import outbox

    outbox.drain()
    page = page_of(bob)
    visit(page, *full_of_names, "/search/?q=img", "/search/?q=<script>alert(1)</script>")
    page.fill(".searchbox input:visible", "img")
    page.locator(".suggestion").first.wait_for()
    assert page.evaluate(f"({FOREIGN})(document)") == []
    assert ran == []
    # What a search page says when it is left has arrived before the test ends.
    visit(page, "/healthz")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)


def test_no_name_runs_in_the_administration(
    page_of: Callable[[Person], Page], ran: list[str], alice: Person, full_of_names: list[str]
) -> None:
    assert full_of_names
    models = [
        "people_person", "people_department", "topics_topic", "customers_customer",
        "customers_touch", "articles_article", "meetings_meeting", "meetings_decision",
    ]  # fmt: skip
    visit(page_of(alice), *(reverse(f"admin:{model}_changelist") for model in models))
    assert ran == []


def test_nothing_that_is_imported_runs(
    page_of: Callable[[Person], Page],
    client_for: ClientFor,
    ran: list[str],
    alice: Person,
    bob: Person,
) -> None:
    document = docx.Document()
    for payload in PAYLOADS:
        document.add_paragraph("".join(sign for sign in payload if sign.isprintable()))
    word, packed = io.BytesIO(), io.BytesIO()
    document.save(word)
    word.seek(0)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"x/{NAMES[1].replace('/', '')}.md", WHOLE)
        front = (
            f"title: '{NAMES[0]}'\ntags: ['{NAMES[3]}']\nauthor: '{NAMES[3]}'\nfolder: '{NAMES[3]}'"
        )
        archive.writestr("x/front.md", f"---\n{front}\n---\n\n{WHOLE}")
        archive.writestr("x/broken.md", f"---\ncreated: '{NAMES[0]}'\n---\n")
        archive.writestr(f"x/{NAMES[3]}.txt", "text")
    Person.objects.filter(pk=alice.pk).update(is_staff=True)
    client = client_for(Person.objects.get(pk=alice.pk))
    client.post(reverse("word_import"), {"file": SimpleUploadedFile("w.docx", word.read())})
    zipped = SimpleUploadedFile("<img src=x onerror=alert(1)>.zip", packed.getvalue())
    client.post(reverse("import_upload"), {"files": zipped})
    batch = ImportBatch.objects.get()
    page = page_of(Person.objects.get(pk=alice.pk))
    visit(page, batch.get_absolute_url())
    client.post(reverse("import_run", args=[batch.key]))
    batch.refresh_from_db()
    assert batch.state == "done"
    assert Article.objects.count() >= 3
    visit(
        page, batch.get_absolute_url(), *(one.get_absolute_url() for one in Article.objects.all())
    )
    assert ran == []


def test_no_file_runs(
    live_server: LiveServer,
    page_of: Callable[[Person], Page],
    client_for: ClientFor,
    bob: Person,
    ran: list[str],
    alice: Person,
) -> None:
    article = create_article(by=alice, kind="note", title="ファイル", body="本文")
    kept = 0
    for name, content in FILES:
        try:
            stored = store_file(BytesIO(content.encode()), name, by=alice, target=article)
        except FileRefused:
            # Something that calls itself a picture and is none is not kept at all.
            continue
        kept += 1
        answer = client_for(bob).get(stored.get_absolute_url())
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        kind = answer["Content-Type"].split(";")[0]
        assert kind not in {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"}
        # A real PDF is shown, in a sandbox; everything else is saved.
        is_shown = kind == "application/pdf"
        assert answer["Content-Disposition"].startswith("inline" if is_shown else "attachment")
    assert kept >= len(FILES) // 2
    visit(page_of(bob), article.get_absolute_url())
    assert ran == []
