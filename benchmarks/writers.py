"""Fifty people write on one article, round after round; no line of theirs may be lost.

    python -m benchmarks.writers --database sqlite --rounds 1000
    python -m benchmarks.writers --database postgresql --minutes 10

In every round all of them open the article, change their own line and save, at the same time, over
HTTP on the server that ``manage.py start`` runs. In every fifth round four of them also add a line
at the very end, where it clashes: they get the page with both texts, keep both, and save again.
After every round each line is counted in the text; at the end every revision is read again.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from benchmarks.desk import Answer, Browser, Form, WebServer, company, hire, seconds_since

MARKS = ("▼▼▼", "▲▲▲")
CLASHING = 4
CLASHES_EVERY = 5


class Writer:
    """One of the fifty."""

    def __init__(self, number: int, browser: Browser, article: int) -> None:
        self.number, self._browser = number, browser
        self._path = f"/articles/{article}/edit/"
        self.conflicts = 0

    def line(self, turn: int) -> str:
        """The writer's own line after that round."""
        return f"- 書き手{self.number:02}は{turn}回目を書きました"

    def last_line(self, turn: int) -> str:
        """What the writer adds at the end of the text in that round."""
        return f"- 書き手{self.number:02}の追記{turn}"

    def write(self, turn: int, *, adds: bool) -> None:
        """Opens the editor, changes the own line and saves until it is said to be saved."""
        form = self._opened().form()
        own = re.compile(rf"^- 書き手{self.number:02}は\d+回目を書きました$", re.MULTILINE)
        form["body"] = own.sub(self.line(turn), _lines(form["body"]))
        if adds:
            form["body"] += f"\n{self.last_line(turn)}"
        answer = self._browser.post(self._path, form)
        while answer.status == 409:
            self.conflicts += 1
            answer = self._browser.post(self._path, _both_kept(answer.form()))
        if answer.status != 302:
            raise SystemExit(f"{answer.status} for writer {self.number} in round {turn}")

    def _opened(self) -> Answer:
        return self._browser.get(self._path)


def _lines(body: str) -> str:
    return body.replace("\r\n", "\n")


def _both_kept(form: Form) -> Form:
    kept = [line for line in _lines(form["body"]).split("\n") if not line.startswith(MARKS)]
    return form | {"body": "\n".join(kept)}


def missing_lines(text: str, writers: list[Writer], turn: int, added: list[str]) -> list[str]:
    """Lines that are not in the text exactly once."""
    counts = Counter(text.split("\n"))
    wanted = [writer.line(turn) for writer in writers] + added
    return [line for line in wanted if counts[line] != 1]


def check_revisions(article: int, writers: list[Writer], turns: int) -> tuple[int, list[str]]:
    """How many revisions there are, and what is wrong with them."""
    from kb.articles.models import Revision

    rows = list(Revision.objects.filter(article=article).order_by("number"))
    wrong = [
        f"revision {before.number} is followed by {after.number}"
        for before, after in pairwise(rows)
        if after.number != before.number + 1
    ]
    firsts = Counter[str]()
    seen: set[str] = set()
    for row in rows:
        new = set(row.body.split("\n")) - seen
        firsts.update(new)
        seen |= new
    wanted = (writer.line(turn) for writer in writers for turn in range(1, turns + 1))
    wrong += [f"never saved: {line}" for line in wanted if not firsts[line]]
    return len(rows), wrong


def run(sessions: list[str], *, rounds: int, minutes: float, port: int) -> bool:
    """Writes until one of the limits; True when nothing was lost."""
    from kb.articles.models import Article
    from kb.articles.services import create_article
    from people.models import Person

    lines = [f"- 書き手{number:02}は0回目を書きました" for number in range(len(sessions))]
    author = Person.objects.get(login="kaku0")
    article = create_article(by=author, kind="note", title="みんなで書く", body="\n".join(lines))
    writers = [
        Writer(number, Browser(port, session), article.pk)
        for number, session in enumerate(sessions)
    ]
    begin, turn, added, wrong = time.monotonic(), 0, list[str](), list[str]()
    with ThreadPoolExecutor(len(writers)) as pool:
        while turn < rounds and time.monotonic() - begin < minutes * 60 and not wrong:
            turn += 1
            adding = random.sample(writers, CLASHING) if turn % CLASHES_EVERY == 0 else []
            saves = [pool.submit(one.write, turn, adds=one in adding) for one in writers]
            for save in saves:
                save.result()
            added += [one.last_line(turn) for one in adding]
            body = Article.objects.values_list("body", flat=True).get(pk=article.pk)
            wrong = missing_lines(body, writers, turn, added)
    count, wrong_revisions = check_revisions(article.pk, writers, turn)
    saves_made = turn * len(writers)
    print(
        f"{len(writers)} writers, {turn} rounds, {saves_made} saves in {seconds_since(begin)}: "
        f"{count} revisions, {sum(one.conflicts for one in writers)} pages with both texts, "
        f"{len(wrong) + len(wrong_revisions)} lines lost"
    )
    for line in [*wrong, *wrong_revisions][:20]:
        print("  ", line)
    return not wrong and not wrong_revisions


def main() -> None:
    """Start, write, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=600)
    options = parser.parse_args()
    with company(options.database):
        sessions = hire(options.writers)
        server = WebServer()
        try:
            is_whole = run(
                sessions, rounds=options.rounds, minutes=options.minutes, port=server.port
            )
        finally:
            server.stop()
    sys.exit(0 if is_whole else 1)


if __name__ == "__main__":
    main()
