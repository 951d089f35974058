"""``manage.py create_api_token LOGIN``: prints a new token and nothing else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kb.api.services import create_token
from people.models import Person


class Command(BaseCommand):
    """The token is shown once; only its digest is kept."""

    help = "APIのトークンを作り、トークンだけを表示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The person, and what the token is for."""
        parser.add_argument("login", help="ログインID")
        parser.add_argument("--name", default="", help="用途")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the token."""
        person = Person.objects.filter(login=options["login"]).first()
        if person is None:
            raise CommandError(
                _("ログインID「%(login)s」の人がいません。") % {"login": options["login"]}
            )
        if not person.is_active:
            raise CommandError(
                _("%(name)sさんは退職しているため、トークンを作れません。") % {"name": person.name}
            )
        self.stdout.write(create_token(person, name=options["name"]))
