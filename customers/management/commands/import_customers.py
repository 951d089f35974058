"""``manage.py import_customers FILE``: customers from CSV or Excel."""

from customers.importing.command import ImportCommand
from customers.importing.models import ImportKind


class Command(ImportCommand):
    """Reads the file, names every mistake by row and column, and writes all or nothing."""

    help = "お客さまをCSVかExcelから取り込みます(列: 会社名, よみ, 法人番号, 営業担当 …)。"
    kind = ImportKind.CUSTOMERS
