"""What somebody stores in a text, a title, a name or a file never runs in the browser of another."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from playwright.sync_api import Dialog, Page
from pytest_django.live_server_helper import LiveServer

from kb.articles.services import create_article
from kb.engagement.models import Comment
from kb.files.services import FileRefused, store_file
from people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ClientFor = Callable[[Person], Client]

RUN = "document.title='ran';alert(1)"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"</title></textarea></script></style><script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<svg></p><style><a id='</style><img src=1 onerror={RUN}>'>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<details open ontoggle={RUN}>x</details><input autofocus onfocus={RUN}>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    f"<base href='javascript:{RUN}//'><a href=x>x</a>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"[x](javascript:{RUN})",
    f"[x](java\tscript:{RUN})",
    f"[x](&#x6a;avascript&colon;{RUN})",
    f"[x](\x01javascript:{RUN})",
    f"[x](data:text/html,<script>{RUN}</script>)",
    f"![x](data:image/svg+xml,<svg/onload={RUN}>)",
    f"<javascript:{RUN}>",
    f"[x]: javascript:{RUN}\n\n[x]",
    f'[x](/a "\\" onmouseover=\\"{RUN}")',
    f'![" onerror="{RUN}](/files/x)',
    f"[[x|<img src=x onerror={RUN}>]] [[javascript:{RUN}]]",
    f"#<svg/onload={RUN}> @<svg/onload={RUN}>",
    f'```html"onmouseover={RUN}\n<script>{RUN}</script>\n```',
    f"[^1]\n\n[^1]: <img src=x onerror={RUN}>",
    f"| <img src=x onerror={RUN}> |\n| --- |\n| [x](javascript:{RUN}) |",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %>",
    "\u2028<script>alert(1)</script>\u2029",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
]
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
FILES = [
    ("絵.svg", SVG),
    ("絵.png", SVG),
    ("頁.html", f"<!doctype html><script>{RUN}</script>"),
    ("頁.pdf", f"<html><script>{RUN}</script></html>"),
    (f'"><img src=x onerror={RUN}>.txt', f"<script>{RUN}</script>"),
    ("x.xml", f'<x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>{RUN}</h:script></x>'),
]


@pytest.fixture
def bobs_page(
    live_server: LiveServer,
    open_page: Callable[..., Page],
    client_for: ClientFor,
    bob: Person,
    ran: list[str],
) -> Page:
    cookie = client_for(bob).cookies["sessionid"].value
    page = open_page(f"{live_server.url}/healthz", cookies={"sessionid": cookie})

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return page


@pytest.fixture
def ran() -> list[str]:
    """Dialogs that were opened."""
    return []


def visit(page: Page, address: str) -> None:
    """Opens a page, moves over everything and follows what a script could hide behind."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """() => document.querySelectorAll("*").forEach((node) => {
        for (const name of ["mouseover", "focus", "toggle", "error"])
          node.dispatchEvent(new Event(name, {bubbles: false}));
      })"""
    )
    bad = page.evaluate(
        """() => [...document.querySelectorAll("a[href], img[src], iframe, object, embed, base, form[action]")]
        .map((node) => node.href?.baseVal ?? node.href ?? node.src ?? node.action ?? node.tagName)
        .filter((to) => !/^(https?:|mailto:)/.test(to))"""
    )
    assert bad == []
    assert page.title() != "ran"


def test_no_text_title_or_name_runs(
    live_server: LiveServer, bobs_page: Page, ran: list[str], alice: Person
) -> None:
    alice.name = alice.bio = f'"><img src=x onerror="{RUN}">'
    alice.save()
    whole = "\n\n".join(PAYLOADS)
    first = create_article(by=alice, kind="manual", title=PAYLOADS[1][:200], body=whole)
    Comment.objects.create(target=first, author=alice, body=whole)
    root = f"{live_server.url}/articles/{first.pk}"
    for address in (f"{root}/", f"{root}/edit/", f"{root}/history/", f"{root}/revisions/1/"):
        visit(bobs_page, address)
    visit(bobs_page, f"{live_server.url}/people/{alice.pk}/")
    assert ran == []


def test_nothing_runs_while_writing(
    live_server: LiveServer, bobs_page: Page, ran: list[str], alice: Person
) -> None:
    create_article(by=alice, kind="note", title="<img src=x onerror=alert(1)>", body="本文")
    bobs_page.goto(f"{live_server.url}/write/note/")
    bobs_page.fill("#id_body", "\n\n".join(PAYLOADS))
    bobs_page.locator("[data-preview] .prose").wait_for()
    bobs_page.fill("#id_body", "[[")
    bobs_page.locator("#id_body").press_sequentially("img")
    bobs_page.locator(".completion").first.wait_for()
    assert ran == []


def test_no_text_runs_alone(
    live_server: LiveServer, bobs_page: Page, ran: list[str], alice: Person
) -> None:
    for payload in PAYLOADS:
        article = create_article(by=alice, kind="note", title=payload[:200], body=payload)
        visit(bobs_page, f"{live_server.url}/articles/{article.pk}/")
        assert ran == [], payload


def test_no_file_runs(
    live_server: LiveServer,
    bobs_page: Page,
    client_for: ClientFor,
    bob: Person,
    ran: list[str],
    alice: Person,
) -> None:
    article = create_article(by=alice, kind="note", title="ファイル", body="本文")
    for name, content in FILES:
        try:
            stored = store_file(BytesIO(content.encode()), name, by=alice, target=article)
        except FileRefused:
            # Something that calls itself a picture and is none is not kept at all.
            continue
        answer = client_for(bob).get(stored.get_absolute_url())
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"].split(";")[0] not in {"text/html", "image/svg+xml"}
    visit(bobs_page, f"{live_server.url}/articles/{article.pk}/")
    assert ran == []
