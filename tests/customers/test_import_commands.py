"""``import_customers`` and ``import_touches``: the same code as the pages."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer, CustomerImport, Touch
from people.models import Person


def run(command: str, path: Path, text: str, *args: str) -> tuple[str, str]:
    path.write_text(text, encoding="cp932")
    out, error = StringIO(), StringIO()
    call_command(command, str(path), "--by", "alice", *args, stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_customers_and_touches_come_in(alice: Person, bob: Person, tmp_path: Path) -> None:
    out, _error = run("import_customers", tmp_path / "c.csv", "会社名,営業担当\nみどり,bob\n")
    assert "新しい: 1" in out

    run("import_touches", tmp_path / "t.csv", "会社名,日付,内容\nみどり,2026/4/1,電話した\n")

    assert Customer.objects.get().sales_owner == bob
    assert Touch.objects.get().customer == Customer.objects.get()


def test_a_dry_run_writes_nothing(alice: Person, tmp_path: Path) -> None:
    out, _error = run(
        "import_customers", tmp_path / "c.csv", "会社名\nみどり\nきいろ\n", "--dry-run"
    )

    assert "新しい: 2" in out
    assert not Customer.objects.exists()
    assert not CustomerImport.objects.exists()


def test_mistakes_are_named_and_nothing_is_written(alice: Person, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="1 か所"):
        run("import_customers", tmp_path / "c.csv", "会社名,契約期限\nみどり,\nきいろ,いつか\n")
    with pytest.raises(CommandError, match="見出しに"):
        run("import_touches", tmp_path / "t.csv", "会社名,日付\nみどり,2026/4/1\n")
    with pytest.raises(CommandError, match="開けません"):
        call_command("import_customers", str(tmp_path / "no.csv"), "--by", "alice")
    assert not Customer.objects.exists()


def test_an_unknown_company_can_be_a_mistake(alice: Person, tmp_path: Path) -> None:
    text = "会社名,日付,内容\nみどり,2026/4/1,電話した\n"
    with pytest.raises(CommandError):
        run("import_touches", tmp_path / "t.csv", text, "--no-new-customers")
    assert not Touch.objects.exists()


def test_leavers_import_nothing(charlie: Person, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("会社名\nみどり\n", encoding="utf-8")
    with pytest.raises(CommandError, match="--by"):
        call_command("import_customers", str(tmp_path / "c.csv"), "--by", "charlie")
