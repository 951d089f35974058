"""``manage.py import_people FILE``: people from a CSV file."""

from django.utils.translation import gettext as _

from people.importing.command import TableCommand
from people.importing.table import Outcome
from people.models import DataImport


class Command(TableCommand):
    """People by login."""

    kind = DataImport.Kind.PEOPLE
    help = (
        "社員をCSVから取り込みます(列: login, name, yomi, email, department, title, joined_on …)。"
    )

    def report(self, outcome: Outcome, heading: str) -> None:
        """With what is left to do for new people."""
        super().report(outcome, heading)
        if outcome.created:
            self.stdout.write(_("新しい人のパスワードは、管理画面で設定します。"))

    def lines(self, outcome: Outcome) -> list[tuple[str, list[str]]]:
        """The parts of the outcome in words."""
        return [
            (_("新しい人"), outcome.created),
            (_("変わった人"), outcome.updated),
            (_("そのままの人"), outcome.unchanged),
        ]
