"""Fifty people write on one article, round after round; no line of theirs may be lost.

    python -m benchmarks.writers --database sqlite --rounds 1000
    python -m benchmarks.writers --database postgresql --minutes 10

In every round all of them open the article, change their own line and save, at the same time, over
HTTP on the server that ``manage.py start`` runs. Now and then four of them also add a line at the
very end, where it clashes: they get the page with both texts, keep both, and save again.
After every round each line is counted in the text; at the end every revision is read again.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.desk import Answer, Browser, Form, WebServer, company, hire, seconds_since

MARKS = ("▼▼▼", "▲▲▲")
CLASHING = 4
TOLD_EVERY = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """How long they write, and how often some of them clash."""

    rounds: int
    minutes: float
    clashes_every: int


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

    rows = Revision.objects.filter(article=article).order_by("number")
    numbers = list(rows.values_list("number", flat=True))
    wrong = [
        f"revision {before} is followed by {after}"
        for before, after in pairwise(numbers)
        if after != before + 1
    ]
    seen: set[str] = set()
    for body in rows.values_list("body", flat=True).iterator(chunk_size=500):
        seen.update(body.split("\n"))
    wanted = (writer.line(turn) for writer in writers for turn in range(1, turns + 1))
    wrong += [f"never saved: {line}" for line in wanted if line not in seen]
    return len(numbers), wrong


def run(sessions: list[str], plan: Plan, *, port: int) -> bool:
    """Writes until one of the limits of the plan; True when nothing was lost."""
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
        while turn < plan.rounds and time.monotonic() - begin < plan.minutes * 60 and not wrong:
            turn += 1
            adding = random.sample(writers, CLASHING) if turn % plan.clashes_every == 0 else []
            saves = [pool.submit(one.write, turn, adds=one in adding) for one in writers]
            for save in saves:
                save.result()
            added += [one.last_line(turn) for one in adding]
            body = Article.objects.values_list("body", flat=True).get(pk=article.pk)
            wrong = missing_lines(body, writers, turn, added)
            if turn % TOLD_EVERY == 0:
                print(
                    f"{turn} rounds in {seconds_since(begin)}, {len(wrong)} lines lost", flush=True
                )
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
    parser.add_argument("--clashes-every", type=int, default=5, metavar="ROUNDS")
    options = parser.parse_args()
    plan = Plan(options.rounds, options.minutes, options.clashes_every)
    with company(options.database):
        sessions = hire(options.writers)
        server = WebServer()
        try:
            is_whole = run(sessions, plan, port=server.port)
        finally:
            server.stop()
    sys.exit(0 if is_whole else 1)


if __name__ == "__main__":
    main()
