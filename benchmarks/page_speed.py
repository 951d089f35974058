"""Speed of whole pages of a large company, over HTTP from the running server.

    KB_VAR=/tmp/large python -m benchmarks.page_speed fill --articles 11145
    KB_VAR=/tmp/large python manage.py start --port 8102
    KB_VAR=/tmp/large python -m benchmarks.page_speed measure --port 8102

``measure`` asks pages one after the other over one connection and prints milliseconds from request to last
byte (median, 95th percentile) and the CPU milliseconds that the server spent per page; then searches
with several clients at once, and the memory of the server. Every search is another one, so nothing
that answers the same question twice helps.
"""

import argparse
import http.client
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.company_text import Writer

READER = "hakaru"
PASSWORD = "hayasa-o-hakaru-2026"
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Reader:
    """A signed-in browser with one kept connection."""

    def __init__(self, port: int, cookies: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = cookies

    def sign_in(self) -> None:
        """Fill the sign-in form."""
        page, headers = self._ask("GET", "/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise SystemExit("The sign-in page has no form.")
        self.cookies = headers
        form = {"csrfmiddlewaretoken": token[1].decode(), "username": READER, "password": PASSWORD}
        _page, self.cookies = self._ask("POST", "/login/", urlencode(form))
        if "sessionid" not in self.cookies:
            raise SystemExit("Nobody could sign in: was this company filled by this program?")

    def get(self, path: str) -> int:
        """Ask for a page; gives its size on the wire."""
        return len(self._ask("GET", path)[0])

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[bytes, str]:
        headers = {"Cookie": self.cookies, "Accept-Language": "ja", "Accept-Encoding": "gzip"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        elif path == "/login/":
            del headers["Accept-Encoding"]
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        if answer.status >= 400:
            raise SystemExit(f"{answer.status} for {path}")
        set_cookies = [
            value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", [])
        ]
        return answer.read(), "; ".join(set_cookies)


@dataclass(frozen=True)
class Server:
    """The running server: its process and all below it."""

    pid: int

    def processes(self) -> list[int]:
        """The ids of the process and its descendants."""
        parents: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            parents[int(stat.parent.name)] = _parent(int(stat.parent.name))
        found = [self.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def cpu_s(self) -> float:
        """CPU seconds of all processes so far."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS_PER_S

    def pss_mib(self) -> float:
        """Memory of all processes, shared pages counted once."""
        kilobytes = 0
        for pid in self.processes():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
            kilobytes += int(found[1]) if found else 0
        return kilobytes / 1024


def find_server(port: int) -> Server:
    """The program of ``manage.py start`` on this port, by its command line."""
    started = {
        int(command.parent.name)
        for command in Path("/proc").glob("[0-9]*/cmdline")
        if {"start", str(port)} <= set(_read(command).split("\0"))
    }
    # What it started has the same command line.
    for pid in started:
        if _parent(pid) not in started:
            return Server(pid)
    raise SystemExit(f"No manage.py start --port {port} is running on this machine.")


def _read(path: Path) -> str:
    """A file of a process; empty when that has ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _parent(pid: int) -> int:
    """The process that started this one; 0 when it has ended meanwhile."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return int(fields[1]) if fields else 0


def addresses(articles: int, count: int, seed: int) -> dict[str, list[str]]:
    """Pages to ask for, by name."""
    writer = Writer()
    writer.some_words(seed)
    found = {
        f"search, {kind}": [f"/search/?q={quote(text)}" for text in texts]
        for kind, texts in writer.queries(count).items()
    }
    step = max(articles // count, 1)
    found["article"] = [f"/articles/{1 + seed + step * i}/" for i in range(count)]
    found["home"] = ["/"] * count
    found["suggest"] = [f"/search/suggest?q={quote(word[:2])}" for word in writer.some_words(count)]
    titles = ("の".join(writer.some_words(3)) for _number in range(count))
    found["similar"] = [f"/search/similar?title={quote(title)}&kind=note" for title in titles]
    return found


def measured(ask: Callable[[str], int], paths: Sequence[str]) -> tuple[list[float], list[int]]:
    """Milliseconds and size of each page."""
    times, sizes = [], []
    for path in paths:
        started = time.perf_counter()
        sizes.append(ask(path))
        times.append((time.perf_counter() - started) * 1e3)
    return times, sizes


def worst(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]


def ask_for(port: int, cookies: str, paths: Sequence[str], seconds: float) -> int:
    """One of several clients: how many pages it got in this time."""
    reader = Reader(port, cookies)
    until = time.monotonic() + seconds
    done = 0
    for path in cycle(paths):
        if time.monotonic() >= until:
            return done
        reader.get(path)
        done += 1
    return done


def measure(port: int, articles: int, count: int, clients: int) -> None:
    """Print a table, the rate with several clients, and the memory."""
    server = find_server(port)
    reader = Reader(port)
    reader.sign_in()
    for paths in addresses(articles, 20, 50).values():
        measured(reader.get, paths)
    print(f"{'':18} {'p50':>8} {'p95':>8} {'CPU':>8} ms {'kB':>8}")
    for name, paths in addresses(articles, count, 0).items():
        before = server.cpu_s()
        times, sizes = measured(reader.get, paths)
        cpu = (server.cpu_s() - before) / len(paths) * 1e3
        size = statistics.median(sizes) / 1000
        print(
            f"{name:18} {statistics.median(times):8.1f} {worst(times):8.1f} {cpu:8.1f}    {size:8.1f}"
        )
    if clients:
        print(
            f"{_rate(port, reader.cookies, articles=articles, clients=clients):.0f} searches/s, {clients} clients"
        )
    print(f"memory (PSS) {server.pss_mib():.0f} MiB")


def _rate(port: int, cookies: str, *, articles: int, clients: int) -> float:
    seconds = 8.0
    paths = addresses(articles, 400, 7)
    keywords = paths["search, 1 word"] + paths["search, 2 words"]
    started = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        shares: Iterator[list[str]] = (
            list(islice(cycle(keywords), 97 * number, 97 * number + len(keywords)))
            for number in range(clients)
        )
        jobs = [
            pool.submit(_several, port, cookies, share, seconds)
            for share in _pairs(shares, clients)
        ]
        done = sum(job.result() for job in jobs)
    return done / min(time.perf_counter() - started, seconds * 1.1)


def _pairs(shares: Iterator[list[str]], clients: int) -> list[list[list[str]]]:
    every = list(shares)
    return [every[: clients // 2], every[clients // 2 :]]


def _several(port: int, cookies: str, shares: list[list[str]], seconds: float) -> int:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(shares)) as pool:
        jobs = [pool.submit(ask_for, port, cookies, share, seconds) for share in shares]
        return sum(job.result() for job in jobs)


def fill(articles: int, touches: int) -> None:
    """Make the company and its index in the folder of KB_VAR; nothing when it is there already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.company import Founder
    from kb.articles.models import Article
    from kb.search import upkeep

    call_command("migrate", verbosity=0)
    if not Article.objects.exists():
        Founder().found(articles=articles, touches=touches)
    started = time.perf_counter()
    documents = upkeep.rebuild()
    print(f"rebuild: {documents / (time.perf_counter() - started):.0f} documents/s")


def main() -> None:
    """Fill or measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["fill", "measure"])
    parser.add_argument("--articles", type=int, default=11_145)
    parser.add_argument("--touches", type=int, default=1_000)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    if options.what == "fill":
        fill(options.articles, options.touches)
    else:
        measure(options.port, options.articles, options.count, options.clients)


if __name__ == "__main__":
    main()
