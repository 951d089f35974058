"""Every component, in every width and theme: nothing breaks WCAG, nothing scrolls sideways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import OpenPage, looks, sideways_scroll

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.gallery.urls"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("gallery"),
]

PAGES = {
    "components": "/?toast=1",
    "task": "/task/",
    "task-errors": "/task/?bad=1",
    "article": "/article/",
    "login": "/login/",
    "login-errors": "/login/?bad=1",
    "404": "/lost/",
    "500": "/broken/",
    "csrf": "/too-old/",
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_in_every_look(
    name: str,
    live_server: LiveServer,
    open_page: OpenPage,
    assert_accessible: Callable[[Page], None],
    shoot: Callable[[Page, str], None],
) -> None:
    page = open_page(live_server.url + PAGES[name])
    for width, scheme in looks(page):
        shoot(page, f"{name}-{width}-{scheme}")
        assert_accessible(page)
        assert sideways_scroll(page) == 0, f"{name} at {width} px"
