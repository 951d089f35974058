"""Collect the texts to translate so that the file depends on the texts alone."""

from pathlib import Path

from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

_OWN_TEXTS_NOT_IN = ("var", "tests", "benchmarks")


class Command(makemessages.Command):
    """Django's own, but sorted, without places and dates, and without guessed translations."""

    msgmerge_options = [
        *makemessages.Command.msgmerge_options,
        "--sort-output",
        "--no-fuzzy-matching",
    ]

    def add_arguments(self, parser: CommandParser) -> None:
        """As Django's, with what this repository wants as the default."""
        super().add_arguments(parser)
        parser.set_defaults(
            no_location=True,
            no_wrap=True,
            no_obsolete=True,
            ignore_patterns=list(_OWN_TEXTS_NOT_IN),
        )

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Merge, then take out the day of collecting, which would change at every run."""
        super().write_po_file(potfile, locale)
        folder = Path(potfile).parent / locale / "LC_MESSAGES"
        written = folder / f"{self.domain}.po"
        lines = written.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
        written.write_text("".join(kept), encoding="utf-8")
