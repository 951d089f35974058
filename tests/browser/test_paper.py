"""Articles, meetings and decisions on paper: A4, the address below every page, nothing cut off."""

import datetime as dt
from collections.abc import Callable

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from kb.articles.services import create_article
from kb.meetings.models import Attendance, Decision, Meeting, Series
from people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A4_POINTS = (595, 842)
MARGIN_POINTS = 40
LONG = "https://example.com/" + "とても長い住所".join("abcdefghij" * 9)
BODY = (
    """[おもて](https://example.com/) と #鍵 です。

| 番号 | 説明 | 金額 |
| --- | --- | ---: |
"""
    + "\n".join(f"| {n} | {'長い説明の文章です。' * 9} | {n}23,456円 |" for n in range(1, 41))
    + f"""

```text
{LONG}終わりの印
```
"""
)


@pytest.fixture
def pages_of(editor: Callable[..., Page]) -> Callable[[str], list[str]]:
    """Prints an address as alice; gives the words of each sheet, for which the size is checked."""

    def printed(address: str) -> list[str]:
        page = editor(address)
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        for sheet in document:
            assert tuple(map(round, sheet.get_size())) == A4_POINTS
            for thing in sheet.get_objects():
                left, _bottom, right, _top = thing.get_bounds()
                assert left >= MARGIN_POINTS
                assert right <= A4_POINTS[0] - MARGIN_POINTS
        return [sheet.get_textpage().get_text_bounded().replace("\r\n", "") for sheet in document]

    return printed


def test_every_sheet_of_an_article_says_what_it_is_and_where_it_lives(
    pages_of: Callable[[str], list[str]], live_server: LiveServer, alice: Person
) -> None:
    article = create_article(by=alice, kind="manual", title="倉庫の鍵", body=BODY)
    sheets = pages_of(article.get_absolute_url())
    assert len(sheets) > 2
    for number, words in enumerate(sheets, 1):
        assert "「倉庫の鍵」第1版" in words
        assert f"{live_server.url}/articles/{article.pk}/" in words
        assert f"{number} / {len(sheets)}" in words
    whole = "".join(sheets)
    assert "終わりの印" in whole
    assert "4023,456円" in whole
    for frame in ("全社員が読みます", "直す", "助かった", "質問する"):
        assert frame not in whole


def test_printed_minutes_name_everybody_who_was_there(
    pages_of: Callable[[str], list[str]], alice: Person, bob: Person
) -> None:
    series = Series.objects.create(name="COFFEE TALK", slug="coffee-talk")
    meeting = Meeting.objects.create(series=series, number=3, held_at=timezone.now(), body="鍵の話")
    for person in (alice, bob):
        Attendance.objects.create(meeting=meeting, person=person)
    words = "".join(pages_of(meeting.get_absolute_url()))
    assert alice.name in words
    assert bob.name in words
    assert "くわしい人" not in words


def test_a_printed_decision_says_whether_it_holds(
    pages_of: Callable[[str], list[str]], live_server: LiveServer
) -> None:
    decision = Decision.objects.create(title="鍵は一本にする", decided_on=dt.date(2026, 11, 4))
    (words,) = pages_of(decision.get_absolute_url())
    assert "鍵は一本にする（有効" in words
    assert f"{live_server.url}{decision.get_absolute_url()}" in words
