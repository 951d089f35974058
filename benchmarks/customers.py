"""Speed of the pages about customers in a large company: queries, CPU time and p95 per page.

    KB_VAR=/tmp/large python -m benchmarks.customers fill --touches 100000
    KB_VAR=/tmp/large python -m benchmarks.customers measure

``fill`` needs an empty folder. ``measure`` asks pages of other customers each time, in this process
and without the network, and prints the highest number of queries, the median and the 95th percentile of
the CPU milliseconds of a page. The transaction around a request is no query.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

PAGES = 150
WARM_PAGES = 5
VOICES = 5000
THEMES = 80
TODOS = 2000
DEALS = 1500
SEED = 7
# What opens and closes the transaction of a request.
NO_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def fill(touches: int, articles: int) -> None:
    """Make the company, with moods, voices, ToDos and deals on top, and index what mentions customers."""
    from django.core.management import call_command

    from benchmarks.company import Founder

    call_command("migrate", verbosity=0)
    founder = Founder(SEED)
    founder.found(articles=articles, touches=touches)
    chance = random.Random(SEED)
    _moods(chance)
    _voices(chance)
    _todos_and_deals(chance)
    call_command("rebuild_search", verbosity=0)


def _moods(chance: random.Random) -> None:
    from customers.models import Touch

    batch = []
    for touch in Touch.objects.only("pk").iterator():
        touch.mood = chance.choice(["", "", *Touch.Mood.values])
        batch.append(touch)
    Touch.objects.bulk_update(batch, ["mood"], batch_size=500)


def _voices(chance: random.Random) -> None:
    from django.utils import timezone

    from customers.models import Touch, Voice, VoiceTheme, VoiceThemeChange
    from people.models import Department, Person

    departments, people = list(Department.objects.all()), list(Person.objects.all()[:50])
    themes = VoiceTheme.objects.bulk_create(
        VoiceTheme(
            title=f"要望{number}",
            status=chance.choice(["received", "considering", "planned", "done"]),
            owner_department=chance.choice(departments),
            owner=chance.choice(people),
        )
        for number in range(THEMES)
    )
    now = timezone.now()
    touches = chance.sample(list(Touch.objects.values_list("pk", "text", "author_id")), VOICES)
    Voice.objects.bulk_create(
        Voice(
            touch_id=pk,
            quote=text[:40],
            kind=chance.choice(Voice.Kind.values),
            theme=chance.choice([None, *themes, *themes]),
            marked_by_id=author,
            created_at=now - timedelta(days=chance.random() * 200),
        )
        for pk, text, author in touches
    )
    VoiceThemeChange.objects.bulk_create(
        VoiceThemeChange(theme=theme, status="considering", changed_at=now - timedelta(days=30))
        for theme in themes
    )


def _todos_and_deals(chance: random.Random) -> None:
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from customers.models import Customer, Deal, Touch
    from kb.todos.models import ActionItem
    from people.models import Person

    kind, people = ContentType.objects.get_for_model(Touch), list(Person.objects.all()[:100])
    today = timezone.localdate()
    keys = chance.sample(list(Touch.objects.values_list("pk", flat=True)), TODOS)
    ActionItem.objects.bulk_create(
        ActionItem(
            text="見積を送る",
            person=chance.choice(people),
            due_on=today + timedelta(days=chance.randint(-20, 40)),
            content_type=kind,
            object_id=key,
        )
        for key in keys
    )
    customers = list(Customer.objects.all())
    Deal.objects.bulk_create(
        Deal(
            customer=chance.choice(customers),
            name=f"商談{number}",
            amount=chance.randint(1, 500) * 10_000,
            expected_on=today + timedelta(days=chance.randint(-60, 300)),
            owner=chance.choice(people),
        )
        for number in range(DEALS)
    )


def measure() -> None:
    """Print one line for each page."""
    from django.test import Client

    from customers.models import Customer, Touch, VoiceTheme
    from people.models import Person

    client = Client()
    reader = Person.objects.filter(is_superuser=True).first()
    client.force_login(reader, backend="people.backends.LoginOrEmailBackend")
    print(f"{Touch.objects.count()} touches, {Customer.objects.count()} customers")
    chance = random.Random(SEED)
    customers = list(Customer.objects.values_list("pk", flat=True))
    themes = list(VoiceTheme.objects.values_list("pk", flat=True))
    pages: dict[str, Callable[[], str]] = {
        "customer": lambda: f"/customers/{chance.choice(customers)}/",
        "customer page 5": lambda: f"/customers/{chance.choice(customers)}/?page=5",
        "customer voices": lambda: f"/customers/{chance.choice(customers)}/?kind=voice",
        "customers": lambda: f"/customers/?page={chance.randint(1, 5)}",
        "board": lambda: f"/voices/?page={chance.randint(1, 4)}",
        "theme": lambda: f"/voices/themes/{chance.choice(themes)}/",
        "deals": lambda: "/deals/",
        "record": lambda: f"/write/touch/?customer={chance.choice(customers)}",
        "daily report": lambda: "/reports/daily/",
    }
    for name, address in pages.items():
        _print(name, list(_asked(client, address)))


def _asked(client: Any, address: Callable[[], str]) -> Iterator[tuple[int, float, float]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number in range(PAGES + WARM_PAGES):
        path = address()
        started, cpu = time.perf_counter(), time.process_time()
        answer = client.get(path)
        took = (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}.")
        if number < WARM_PAGES:
            continue
        with CaptureQueriesContext(connection) as queries:
            if number % 10 == 0:
                client.get(path)
        own = [q for q in queries if not q["sql"].startswith(NO_QUERIES)]
        yield len(own), *took


def _print(name: str, asked: list[tuple[int, float, float]]) -> None:
    queries = max(number for number, _wall, _cpu in asked)
    wall = sorted(took for _number, took, _cpu in asked)
    cpu = sorted(spent for _number, _wall, spent in asked)
    nth = int(len(cpu) * 0.95)
    print(
        f"{name:18} {queries:3} queries   CPU median {statistics.median(cpu):6.1f} ms  p95 {cpu[nth]:6.1f} ms"
        f"   wall median {statistics.median(wall):6.1f} ms  p95 {wall[nth]:6.1f} ms"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    filling = commands.add_parser("fill")
    filling.add_argument("--touches", type=int, default=100_000)
    filling.add_argument("--articles", type=int, default=2000)
    commands.add_parser("measure")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    os.environ.setdefault("KB_NO_WORKER", "1")
    os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
    import django

    django.setup()
    if options.command == "fill":
        fill(options.touches, options.articles)
    else:
        measure()


if __name__ == "__main__":
    main()
