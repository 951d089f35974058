"""How long the mails of one morning take for a company of a thousand.

    KB_VAR=/some/empty/folder EMAIL_URL=smtp://nowhere.example DJANGO_SETTINGS_MODULE=kb.settings \
        python -m benchmarks.digest --people 1000

Makes the people, a few ToDos and notices for each, and sends their digests to a mail server that
keeps nothing. Prints seconds, mails and queries for one person.
"""

import argparse
import datetime as dt
import time

import django
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

MORNING = dt.datetime(2026, 12, 1, 8, 1, tzinfo=dt.timezone(dt.timedelta(hours=9)))
PER_PERSON = 4


def fill(count: int) -> None:
    """People with something to hear and something to do."""
    from kb.engagement.models import Notification
    from kb.todos.models import ActionItem
    from people.models import Person

    Person.objects.bulk_create(
        Person(login=f"p{n}", name=f"社員 {n}", yomi=f"しゃいん {n}", email=f"p{n}@example.com")
        for n in range(count)
    )
    people = list(Person.objects.filter(login__startswith="p"))
    Notification.objects.bulk_create(
        Notification(
            person=person, kind="change", text=f"記録{n}が変わりました", url=f"/articles/{n}/"
        )
        for person in people
        for n in range(PER_PERSON)
    )
    ActionItem.objects.bulk_create(
        ActionItem(text=f"すること{n}", person=person, due_on=MORNING.date())
        for person in people
        for n in range(PER_PERSON)
    )


def main() -> None:
    """Fill, send, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    count = parser.parse_args().people
    django.setup()
    from kb.portal.telling.digest import company_news, digest_for
    from kb.portal.telling.letters import send_digests
    from kb.portal.telling.models import Letter
    from people.models import Person

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", verbosity=0)
    with time_machine.travel(MORNING, tick=True):
        fill(count)
        somebody = Person.objects.filter(login="p0").get()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            digest_for(somebody, news=company_news(MORNING), today=MORNING.date())
        started, worked = time.perf_counter(), time.process_time()
        sent = send_digests()
        wall, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"{sent} mails in {wall:.1f} s ({cpu:.1f} s CPU), {len(queries)} queries for one")
    print(f"letters: {Letter.objects.filter(state='sent').count()} sent")


if __name__ == "__main__":
    main()
