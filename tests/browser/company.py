"""The demo company on a real server, as ``manage.py start --demo`` gives it, and people in its browsers."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from kb.preflight import ROOT
from tests.platform.running import environment, free_port, started

LOADING_S = 150
ACCOUNT = re.compile(r"ログイン: (\S+) パスワード: (\S+)")

CONFIRM = """(box, mark) => box.dispatchEvent(new KeyboardEvent(
    "keydown", {key: "Enter", bubbles: true, cancelable: true, ...mark}))"""


@dataclass(frozen=True)
class Company:
    """A running company: its address, its folder, and the passwords that the start printed."""

    url: str
    var: Path
    passwords: dict[str, str]

    def cookies_of(self, login: str, browser: Browser) -> dict[str, str]:
        """The cookies of a person who has signed in on the page for it."""
        context = browser.new_context(locale="ja-JP")
        page = context.new_page()
        page.goto(f"{self.url}/login/")
        sign_in(page, login, self.passwords[login])
        page.wait_for_url(f"{self.url}/")
        cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
        context.close()
        return cookies

    def run(self, *command: str) -> str:
        """A command of ``manage.py`` beside the running server; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment(KB_VAR=str(self.var)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextlib.contextmanager
def open_company(folder: Path) -> Iterator[Company]:
    """Starts it in the folder and ends it again."""
    port, output = free_port(), folder / "output"
    run = started(folder / "var", "--demo", port=port, output=output, patience_s=LOADING_S)
    with run as process:
        assert process.poll() is None, output.read_text()
        passwords = dict(ACCOUNT.findall(output.read_text()))
        yield Company(f"http://127.0.0.1:{port}", folder / "var", passwords)


def sign_in(page: Page, login: str, password: str) -> None:
    """Fills in and sends the form of the sign-in page."""
    page.get_by_label("ログインIDかメールアドレス").fill(login)
    page.get_by_label("パスワード", exact=True).fill(password)
    page.get_by_role("button", name="ログインする").click()


def type_by_ime(field: Locator, reading: str, word: str) -> None:
    """Types as a Japanese input method does: kana, conversion, Enter that only confirms."""
    field.focus()
    devtools = field.page.context.new_cdp_session(field.page)
    for text in [*(reading[:end] for end in range(1, len(reading) + 1)), word]:
        key = {"windowsVirtualKeyCode": 229, "key": "Process"}
        devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        devtools.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
    # Browsers differ in whether the confirming Enter comes before or after the end of the
    # composition, and in what marks it: isComposing or the key code 229.
    field.evaluate(CONFIRM, {"isComposing": True})
    devtools.send("Input.insertText", {"text": word})
    field.evaluate(CONFIRM, {"keyCode": 229})
    devtools.detach()
