"""Completion of names in every text that knows them: by thumb, by keyboard, and never while composing."""

from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.models import Customer, Touch
from kb.communities.services import CallFields, call_out
from kb.topics.models import Topic
from people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THUMB_PX = 44


@pytest.fixture
def phone(editor: Callable[..., Page], bob: Person) -> Callable[[str], Page]:
    """Opens an address as alice, on a phone; bob is there to be named."""
    return partial(editor, width=390)


def choose(page: Page, field: str, words: str) -> str:
    """Types into a field, takes the first proposal by Enter; what stands in the field then."""
    box = page.locator(field).first
    box.focus()
    page.keyboard.type(words)
    page.locator(".completion:visible").first.wait_for()
    page.keyboard.press("Enter")
    return box.input_value()


def test_colleagues_and_topics_are_completed_in_a_touch(
    phone: Callable[[str], Page], alice: Person
) -> None:
    Topic.objects.create(name="経費精算")
    customer = Customer.objects.create(name="あさぎ製菓")
    page = phone(f"/write/touch/?customer={customer.pk}")
    assert choose(page, "textarea[name=text]", "次回 見積送付 @ぼうじ").endswith("@坊城武 ")
    # Topics mean nothing inside the text of a touch: they have a field of their own.
    page.keyboard.type("#経")
    page.wait_for_timeout(400)
    expect(page.locator(".completion:visible")).to_have_count(0)
    page.locator("#more").evaluate("fold => { fold.open = true }")
    assert choose(page, "input[name=topics]", "けい") == "経費精算、"
    touch = Touch.objects.create(
        customer=customer, author=alice, channel="phone", text="本文", happened_at=timezone.now()
    )
    page.goto(page.url.partition("/write/")[0] + touch.get_absolute_url())
    assert choose(page, "#comment-new textarea", "@ぼうじ") == "@坊城武 "


def test_colleagues_and_topics_are_completed_in_communities(
    phone: Callable[[str], Page], alice: Person
) -> None:
    Topic.objects.create(name="経費精算")
    community = call_out(by=alice, fields=CallFields("鍵が見つからない"))
    page = phone(community.get_absolute_url())
    assert choose(page, "#comment-new textarea", "#けい") == "#経費精算 "
    page.goto(page.url.partition("/communities/")[0] + "/write/community/")
    assert choose(page, "input[name=topics]", "けい") == "経費精算、"


@pytest.mark.parametrize("address", ["/write/meeting/", "/write/decision/"])
def test_topics_are_completed_in_minutes_and_decisions(
    phone: Callable[[str], Page], address: str
) -> None:
    Topic.objects.create(name="経費精算")
    page = phone(address)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    assert choose(page, "input[name=topics]", "けい") == "経費精算、"


def test_nothing_is_proposed_while_composing(phone: Callable[[str], Page]) -> None:
    page = phone("/write/note/")
    page.focus("#id_body")
    page.keyboard.type("- @")
    page.locator(".completion:visible").first.wait_for()
    keyboard = page.context.new_cdp_session(page)
    for part in ("ぼ", "ぼう", "ぼうじ"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": part, "selectionStart": len(part), "selectionEnd": len(part)},
        )
        page.wait_for_timeout(250)
        expect(page.locator(".completion:visible")).to_have_count(0)
    keyboard.send("Input.insertText", {"text": "ぼうじ"})
    page.locator(".completion:visible").first.wait_for()
    # The Enter that ends a composition, as browsers send it behind compositionend.
    page.evaluate(
        """() => document.querySelector("#id_body").dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true}))"""
    )
    assert page.input_value("#id_body") == "- @ぼうじ"
    page.keyboard.press("Enter")
    assert page.input_value("#id_body") == "- @坊城武 "


@pytest.mark.parametrize("field", ["#id_body", "#id_topics"])
def test_the_list_keeps_clear_of_the_keyboard_and_fits_the_thumb(
    phone: Callable[[str], Page], field: str
) -> None:
    for number in range(9):
        Topic.objects.create(name=f"経費{number}")
    page = phone("/write/note/")
    # As much as a keyboard leaves of a phone.
    page.set_viewport_size({"width": 390, "height": 360})
    page.locator(field).scroll_into_view_if_needed()
    page.focus(field)
    page.keyboard.type("#経" if field == "#id_body" else "経")
    page.locator(".completion:visible").first.wait_for()
    box = page.locator(".completions:visible").bounding_box()
    option = page.locator(".completion:visible").first.bounding_box()
    assert box
    assert option
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 360
    assert option["height"] >= THUMB_PX
