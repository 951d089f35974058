"""``manage.py import_departments FILE``: departments from a CSV file."""

from django.utils.translation import gettext as _

from people.importing.command import TableCommand
from people.importing.table import Outcome
from people.models import DataImport


class Command(TableCommand):
    """Departments by name, in any order."""

    kind = DataImport.Kind.DEPARTMENTS
    help = "部署をCSVから取り込みます(列: name, short_name, yomi, parent, head, mission …)。"

    def lines(self, outcome: Outcome) -> list[tuple[str, list[str]]]:
        """The parts of the outcome in words."""
        return [
            (_("新しい部署"), outcome.created),
            (_("変わった部署"), outcome.updated),
            (_("そのままの部署"), outcome.unchanged),
        ]
