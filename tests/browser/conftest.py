"""A real Chromium for tests: pages in every width and theme, axe, and screenshots on request."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from people.models import Person
from tests.browser.gallery.views import FRAME_SOURCES

CHROMIUM = Path("/usr/bin/chromium")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"), (320, "light")]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; tests are skipped where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed at /usr/bin/chromium.")
    # Playwright's loop makes Django believe that it runs inside an event loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def script_errors(message: ConsoleMessage) -> list[str]:
    """Errors of scripts and of the content security policy; an error page is not one."""
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return []
    return [message.text]


@pytest.fixture
def gallery(settings: Settings) -> None:
    """The gallery's people are in no database, so its frame has sources of its own."""
    settings.FRAME_SOURCES = FRAME_SOURCES


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages: ``open_page(url, width=390, scheme="dark")``; errors of scripts fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        url: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        script: bool = True,
        cookies: dict[str, str] | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 860 if width >= 600 else 844},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",  # colours in motion have no contrast to measure
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            java_script_enabled=script,
        )
        contexts.append(context)
        if cookies:
            # For the whole site: a cookie set for an address ends with that folder.
            site = urljoin(url, "/")
            context.add_cookies(
                [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(script_errors(message)))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_as(
    live_server: LiveServer, open_page: OpenPage, client_for: Callable[[Person], Client]
) -> Callable[..., Page]:
    """Opens an address as somebody: ``open_as(bob, "/people/", width=390)``."""

    def opened(person: Person, address: str, **how: Any) -> Page:
        cookie = client_for(person).cookies["sessionid"].value
        # The cookie gets the folder of the first address; it must hold for all.
        page = open_page(f"{live_server.url}/healthz", cookies={"sessionid": cookie}, **how)
        page.goto(f"{live_server.url}{address}")
        return page

    return opened


@pytest.fixture
def editor(open_as: Callable[..., Page], alice: Person) -> Callable[..., Page]:
    """Opens an address as alice."""
    return partial(open_as, alice)


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fails with axe's report when a page breaks WCAG 2.2 AA or a best practice."""

    def check(page: Page) -> None:
        results = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keeps a picture of the page under ``SHOTS`` when that variable names a folder."""

    def keep(page: Page, name: str) -> None:
        folder = os.environ.get("SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep


def looks(page: Page) -> Iterator[tuple[int, str]]:
    """Shows the page in every width and theme, one after the other."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 860 if width >= 600 else 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        yield width, scheme


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than the window; 0 is right."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
