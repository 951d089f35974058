"""``manage.py load_help LOGIN``: writes the guides that come with the product."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.portal.guides import write_guides
from people.models import Person


class Command(BaseCommand):
    """Writes one guide for each role, in the name of a colleague who will keep them."""

    help = "役割ごとの使い方の記事を、その人の名前で書きます。もうある記事は変えません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="使い方の記事を持つ人のログインID")

    def handle(self, *_args: Any, **options: Any) -> None:
        """A second run writes nothing."""
        person = Person.objects.filter(login=options["login"], is_active=True).first()
        if person is None:
            raise CommandError(f"{options['login']} という人はいません。")
        self.stdout.write(f"使い方の記事を{write_guides(by=person)}本書きました。")
