"""SIGKILL for the web process at random moments of saving; what was acknowledged must be there, once.

    python -m benchmarks.kills --database sqlite --kills 500
    python -m benchmarks.kills --database postgresql --kills 500 --longest 4

People create articles, change their own, change one that all share, and keep drafts, all at the
same time over HTTP on the server that ``manage.py start`` runs. At random moments, at most so many seconds
apart, one of the processes that serve is killed (now and then the whole server). Whoever got no answer sends
the same form again, as browsers and people do, until it is said to be saved. At the end the database is read.
"""

import argparse
import random
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass

from django.db import connection

from benchmarks.desk import Answer, Broken, Browser, Form, WebServer, company, hire, seconds_since

WRITERS = 6
WHOLE_SERVER_EVERY = 100
WAIT_S = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """How often is killed, for how many minutes at most, and the longest pause between (seconds)."""

    kills: int
    minutes: float
    longest: float


class Writer(threading.Thread):
    """Writes until told to stop, and remembers what was acknowledged."""

    def __init__(self, number: int, browser: Browser, shared: int) -> None:
        super().__init__(daemon=True)
        self.number, self._browser, self._shared = number, browser, shared
        self.turn = 0
        self.created: dict[str, str] = {}
        self.changed: set[str] = set()
        self.drafts: dict[str, str] = {}
        self.resent = 0
        self.problem = ""
        self.is_to_stop = threading.Event()

    def run(self) -> None:
        """One text after the other; an answer that is neither saved nor merged ends it."""
        while not self.is_to_stop.is_set() and not self.problem:
            self.turn += 1
            self._create(f"書き手{self.number}の{self.turn}本目")
            self._change(self._shared, f"- 書き手{self.number}は{self.turn}回目を書きました")

    def _create(self, title: str) -> None:
        form = self._sure_get("/write/note/").form()
        form |= {"title": title, "body": f"{title}の本文\n\n- 一行目"}
        kept = form | {"title": f"{title}の下書き", "draft_key": form["form_key"], "kind": "note"}
        if self._sure_post("/write/draft/", kept).status == 200:
            self.drafts[kept["title"]] = kept["body"]
        answer = self._sure_post("/write/note/", form)
        if not self._is_saved(answer, title):
            return
        self.created[title] = form["body"]
        self._change(int(re.findall(r"\d+", answer.location)[0]), f"- {title}の二行目")

    def _change(self, article: int, line: str) -> None:
        path = f"/articles/{article}/edit/"
        form = self._sure_get(path).form()
        form["body"] = _with_line(form["body"].replace("\r\n", "\n"), line, self.number)
        answer = self._sure_post(path, form)
        if self._is_saved(answer, line):
            self.changed.add(line)

    def _is_saved(self, answer: Answer, what: str) -> bool:
        is_saved = answer.status == 302 and answer.location.startswith("/articles/")
        if not is_saved:
            self.problem = f"{answer.status} {answer.location} for {what}"
        return is_saved

    def _sure_get(self, path: str) -> Answer:
        while True:
            try:
                return self._browser.get(path)
            except Broken:
                time.sleep(WAIT_S)

    def _sure_post(self, path: str, form: Form) -> Answer:
        while True:
            try:
                return self._browser.post(path, form)
            except Broken:
                self.resent += 1
                time.sleep(WAIT_S)


def _with_line(body: str, line: str, number: int) -> str:
    own = re.compile(rf"^- 書き手{number}は\d+回目を書きました$", re.MULTILINE)
    return own.sub(line, body) if own.search(body) else f"{body}\n{line}"


def kill_often(server: WebServer, writers: list[Writer], plan: Plan) -> int:
    """Kills at random moments; gives how often it did before the time was over."""
    begin = time.monotonic()
    for count in range(1, plan.kills + 1):
        time.sleep(random.random() * plan.longest)
        if count % WHOLE_SERVER_EVERY == 0:
            server.kill_all()
        else:
            server.kill_worker()
        if time.monotonic() - begin > plan.minutes * 60 or any(one.problem for one in writers):
            return count
    return plan.kills


def check(writers: list[Writer], shared: int) -> list[str]:
    """What was lost or doubled, in words."""
    from kb.articles.models import Article, Draft, Revision

    wrong = [one.problem for one in writers if one.problem]
    titles = Counter(Article.objects.values_list("title", flat=True))
    wrong += [f"doubled: {title}" for title, count in titles.items() if count > 1]
    firsts = dict(Revision.objects.filter(number=1).values_list("article__title", "body"))
    changes = Counter[str]()
    seen: dict[int, set[str]] = {}
    for article, body in Revision.objects.order_by("number").values_list("article_id", "body"):
        known = seen.setdefault(article, set())
        lines = body.split("\n")
        changes.update(set(lines) - known)
        known |= set(lines)
        if article == shared:
            wrong += [f"twice in one text: {line}" for line, n in Counter(lines).items() if n > 1]
    for one in writers:
        wrong += [f"lost: {t}" for t, body in one.created.items() if firsts.get(t) != body]
        wrong += [
            f"saved {changes[line]} times: {line}" for line in one.changed if changes[line] != 1
        ]
        rows = dict(
            Draft.objects.filter(person__login=f"kaku{one.number}").values_list("title", "body")
        )
        wrong += [f"draft lost: {t}" for t, body in one.drafts.items() if rows.get(t) != body]
    return wrong


def integrity() -> str:
    """SQLite's own verdict on the file; an empty word for other databases."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        return f", integrity_check {cursor.execute('PRAGMA integrity_check').fetchone()[0]}"


def run(sessions: list[str], server: WebServer, plan: Plan) -> bool:
    """Writes, kills, counts; True when nothing is missing and nothing doubled."""
    from kb.articles.services import create_article
    from people.models import Person

    lines = "\n".join(f"- 書き手{number}は0回目を書きました" for number in range(len(sessions)))
    author = Person.objects.get(login="kaku0")
    shared = create_article(by=author, kind="note", title="みんなの", body=lines).pk
    writers = [
        Writer(number, Browser(server.port, session), shared)
        for number, session in enumerate(sessions)
    ]
    begin = time.monotonic()
    for one in writers:
        one.start()
    count = kill_often(server, writers, plan)
    for one in writers:
        one.is_to_stop.set()
    for one in writers:
        one.join(120)
    wrong = check(writers, shared)
    print(
        f"{count} kills in {seconds_since(begin)}: {sum(len(one.created) for one in writers)} texts "
        f"created, {sum(len(one.changed) for one in writers)} changed, "
        f"{sum(len(one.drafts) for one in writers)} drafts kept, {sum(one.resent for one in writers)} "
        f"forms sent again, {len(wrong)} lost or doubled{integrity()}"
    )
    for line in wrong[:20]:
        print("  ", line)
    return not wrong


def main() -> None:
    """Start, write, kill, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--longest", type=float, default=1.4)
    options = parser.parse_args()
    with company(options.database):
        sessions = hire(WRITERS)
        server = WebServer()
        try:
            plan = Plan(options.kills, options.minutes, options.longest)
            is_whole = run(sessions, server, plan)
        finally:
            server.stop()
    sys.exit(0 if is_whole else 1)


if __name__ == "__main__":
    main()
