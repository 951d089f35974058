"""``manage.py import_touches FILE``: touches from CSV or Excel."""

from customers.importing.command import ImportCommand
from customers.importing.models import ImportKind


class Command(ImportCommand):
    """Reads the file, names every mistake by row and column, and writes all or nothing."""

    help = "対応記録をCSVかExcelから取り込みます(列: 会社名, 日付, 方法, 内容, 記録者 …)。"
    kind = ImportKind.TOUCHES
