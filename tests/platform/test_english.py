"""English is complete and current: the file of translations, its compiled twin, and the pages."""

import ast
import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from customers.models import Customer, VoiceTheme, VoiceThemeReply
from customers.replies import draft_for, subject_for
from kb.articles.models import Article
from kb.preflight import ROOT
from kb.search import outbox
from people.models import Person

FOLDER = ROOT / "locale" / "en" / "LC_MESSAGES"
JAPANESE = re.compile(r"[\u3041-\u30fa\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?(?:\.\d+)?[sdf]")
KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (?=\")")


# --- The files --------------------------------------------------------------------------------


@dataclass
class Entry:
    """One text of the file: what stands in the code, and its English forms."""

    parts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def english(self) -> list[str]:
        return [text for key, text in self.parts.items() if key.startswith("msgstr")]


def entries() -> list[Entry]:
    """Every text of the .po file but its header."""
    blocks = (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")
    found = [entry_of(block) for block in blocks if block.strip()]
    return [entry for entry in found if entry.parts["msgid"]]


def entry_of(block: str) -> Entry:
    entry, current = Entry(), ""
    for line in block.strip().splitlines():
        if line.startswith("#"):
            entry.is_fuzzy = entry.is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        keyword = KEYWORD.match(line)
        current = keyword[1] if keyword else current
        quoted = line[keyword.end() :] if keyword else line
        entry.parts[current] = entry.parts.get(current, "") + ast.literal_eval(quoted)
    return entry


def compiled(entry: Entry) -> dict[Any, str]:
    """The entry under the keys that the compiled file gives it."""
    context = f"{entry.parts['msgctxt']}\x04" if "msgctxt" in entry.parts else ""
    name = context + entry.parts["msgid"]
    if "msgid_plural" not in entry.parts:
        return {name: entry.english[0]}
    return {(name, number): text for number, text in enumerate(entry.english)}


def test_every_text_has_an_english_one_that_nobody_has_to_check() -> None:
    found = entries()
    assert len(found) > 1000
    assert [entry.parts["msgid"] for entry in found if not all(entry.english)] == []
    assert [entry.parts["msgid"] for entry in found if entry.is_fuzzy] == []


def test_english_fills_the_same_blanks() -> None:
    differing = [
        entry.parts["msgid"]
        for entry in entries()
        for text in entry.english
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.parts["msgid"]))
    ]
    assert differing == []


def test_english_is_free_of_japanese() -> None:
    assert {text for entry in entries() for text in entry.english if JAPANESE.search(text)} == set()


def test_the_compiled_file_is_that_of_the_texts() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        served = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    served.pop("")
    expected: dict[Any, str] = {}
    for entry in entries():
        expected |= compiled(entry)
    assert served == expected


# --- The templates ----------------------------------------------------------------------------

SAID_THROUGH_GETTEXT = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{%\s*translate\b.*?%}|_\(([\"']).*?\1\)",
    re.DOTALL,
)
# The counters that ``count_ja`` knows, and the name of the other language in itself.
ON_PURPOSE = re.compile(r'count_ja:"[件人社円]"|>日本語</button>')


def test_templates_say_nothing_that_cannot_be_translated() -> None:
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.*")):
        rest = SAID_THROUGH_GETTEXT.sub("", path.read_text(encoding="utf-8"))
        said = [line for line in ON_PURPOSE.sub("", rest).splitlines() if JAPANESE.search(line)]
        if said:
            found[path.name] = said
    assert found == {}


# --- The pages --------------------------------------------------------------------------------


class Labels(HTMLParser):
    """What the navigation, the buttons and the spoken labels of a page say."""

    WATCHED = frozenset({"nav", "button", "label", "summary", "legend", "th", "title", "dt"})
    EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr"})
    SPOKEN = frozenset({"aria-label", "placeholder"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.said += [words for name, words in attrs if name in self.SPOKEN and words]
        if tag not in self.EMPTY:
            classes = (named.get("class") or "").split()
            self.open.append(tag in self.WATCHED or "btn" in classes or "menu__item" in classes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ends where it starts, and holds no words: the shapes of icons."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if any(self.open) and data.strip():
            self.said.append(data.strip())


# What people wrote stays as it is, and so do the other language and the kana index.
CONTENT = (
    *("有栖川 玲", "有栖川", "有", "カスタマーサクセス部", "CS部", "あさぎ製菓"),
    *("ヘルプの直し方", "ヘルプ", "手順書", "引き継ぎ", "日本語"),
)
KANA_ROW = re.compile(r"[あかさたなはまやらわ]( row)?")


def japanese_labels(page: str) -> list[str]:
    labels = Labels()
    labels.feed(page)
    assert labels.said
    return [words for words in labels.said if JAPANESE.search(without_content(words))]


def without_content(words: str) -> str:
    for written in CONTENT:
        words = words.replace(written, "")
    return KANA_ROW.sub("", words) if KANA_ROW.fullmatch(words) else words


@pytest.fixture
def english_client(client_for: Callable[[Person], Client], alice: Person) -> Client:
    client = client_for(alice)
    assert client.post("/language/", {"language": "en"}).status_code == 302
    return client


PAGES = {
    "/": ["Home", "Communities", "To do today", "Connected to you", "That is everything"],
    "/search/?q=ヘルプ": ["Results for", "Meetings and decisions", "People who know"],
    "/write/": ["What would you like to keep?", "Record a contact", "Call for help", "Book note"],
    "/write/manual/": ["Review interval", "Publish", "Save as draft"],
    "/people/": ["Name or reading", "1 person", "Department"],
    "/customers/": ["Record a contact", "Voice board", "Daily report", "1 company"],
    "/voices/": ["Voice board", "Received", "Add a voice theme", "Inbox"],
    "/meetings/": ["Write minutes", "Decisions and rules"],
    "/communities/": ["Call for help"],
    "/wanted/": ["Please write", "Waiting"],
    "/todos/": ["There is nothing to do now", "Show in the calendar"],
    "/deals/": ["Deals", "Add a deal"],
    "/map/": ["Map of knowledge", "People shown"],
    "/first-days/": ["The first 30 days", "People worth talking to"],
    "/notices/settings/": ["Notification delivery", "Quiet from"],
    "/reports/daily/": ["Daily report", "Save the remarks"],
    "/customers/transfer/": ["Import and export", "Read the file"],
    "/transfer/": ["Import a Word document", "Export"],
    "/help/": ["Keyboard", "How to search"],
    "/api/": ["Record from other systems", "Values to send"],
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_english_has_english_labels(
    path: str, english_client: Client, alice: Person, search_index: Any
) -> None:
    Customer.objects.create(name="あさぎ製菓", yomi="あさぎせいか")
    Article.objects.create(
        author=alice, title="ヘルプの直し方", kind="manual", published_at=timezone.now()
    )
    outbox.drain()
    answer = english_client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="en"' in page
    assert [words for words in PAGES[path] if words not in page] == []
    assert japanese_labels(page) == []


def test_an_article_keeps_its_words_in_an_english_page(
    english_client: Client, alice: Person
) -> None:
    article = Article.objects.create(
        author=alice, title="ヘルプの直し方", kind="note", body="画面を直す。", status="draft"
    )
    page = english_client.get(article.get_absolute_url()).content.decode()
    assert "ヘルプの直し方" in page
    assert [
        words for words in ("Draft", "Edit", "People who know", "This helped") if words not in page
    ] == []
    assert japanese_labels(page) == []


def test_a_person_is_shown_in_english(english_client: Client, alice: Person) -> None:
    page = english_client.get(alice.get_absolute_url()).content.decode()
    assert "有栖川 玲" in page
    assert "Edit my page" in page
    assert japanese_labels(page) == []


def test_signing_in_is_possible_in_english(client: Client, db: None) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/login/").content.decode()
    assert "Welcome back" in page
    assert "Login or email address" in page
    assert japanese_labels(page) == []
    refused = client.post("/login/", {"username": "nobody", "password": "wrong"}).content.decode()
    assert "You could not be signed in." in refused
    assert japanese_labels(refused) == []


def test_dates_and_counts_follow_the_language(
    english_client: Client, client_for: Callable[[Person], Client], alice: Person, bob: Person
) -> None:
    assert "2 people" in english_client.get("/people/").content.decode()
    assert "2人" in client_for(bob).get("/people/").content.decode()


def test_customers_are_written_to_in_japanese_by_whoever_reads_english(alice: Person) -> None:
    reply = VoiceThemeReply.objects.create(
        theme=VoiceTheme.objects.create(title="ヘルプの場所がわからない", status="done"),
        customer=Customer.objects.create(name="あさぎ製菓", yomi="あさぎせいか"),
        status="done",
    )
    with override("en"):
        letter, subject = draft_for(reply, by=alice), subject_for(reply)
    assert letter.startswith(
        "あさぎ製菓 ご担当者さま\n\nいつもお世話になっております。有栖川です。"
    )
    assert subject == "いただいたご意見について（ヘルプの場所がわからない）"
