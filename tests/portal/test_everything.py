"""export_all and import_all: everything leaves as files and comes back equal."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers.models import Customer, Touch
from kb.articles.models import Article
from kb.articles.services import create_article
from kb.meetings.models import Decision, Meeting, Series
from kb.topics.models import Topic, TopicSynonym
from people.models import Department, Membership, Person, Responsibility


@pytest.fixture
def company(alice: Person, bob: Person, charlie: Person, success_department: Department) -> None:
    success_department.head = alice
    success_department.save()
    Department.objects.create(slug="desk", name="窓口", parent=success_department)
    Responsibility.objects.create(
        department=success_department, name="返金", main=alice, other_words="払い戻し\n返品"
    )
    parent = Topic.objects.create(name="請求")
    topic = Topic.objects.create(name="請求書", parent=parent)
    TopicSynonym.objects.create(topic=topic, word="インボイス")
    customer = Customer.objects.create(name="北灯リゾート", sales_owner=bob)
    touch = Touch.objects.create(
        customer=customer, author=alice, text='=1+1, "引用"\n改行', happened_at=timezone.now()
    )
    touch.colleagues.add(bob)
    touch.topics.add(topic)
    series = Series.objects.get_or_create(slug="coffee-talk-x", defaults={"name": "珈琲"})[0]
    meeting = Meeting.objects.create(
        series=series, number=1, held_at=timezone.now(), chair=bob, body="## 議題\n\n**本文**"
    )
    old = Decision.objects.create(title="前の決まり", decided_on=dt.date(2026, 1, 5))
    new = Decision.objects.create(
        title="決まり", meeting=meeting, decided_on=dt.date(2026, 2, 5), supersedes=old
    )
    new.departments.add(success_department)
    create_article(by=alice, kind="manual", title="返金の手順", body="[表](https://example.com/)")


def files_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def forget_everything() -> None:
    models: list[Any] = [Article, Decision, Meeting, Series, Touch, Customer, TopicSynonym, Topic]
    for model in models:
        model.objects.all().delete()
    Responsibility.objects.all().delete()
    Membership.objects.all().delete()
    Department.objects.all().delete()
    Person.objects.all().delete()


@pytest.mark.usefixtures("company")
def test_everything_leaves_and_comes_back_equal(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    before = files_in(tmp_path / "one")
    assert "knowledge/articles/返金の手順.md" in before
    assert "MD5" not in "".join(before.values())
    forget_everything()
    call_command("import_all", tmp_path / "one", verbosity=0)
    call_command("import_all", tmp_path / "one", verbosity=0)
    call_command("export_all", tmp_path / "two", verbosity=0)
    after = files_in(tmp_path / "two")
    assert sorted(after) == sorted(before)
    for path, text in before.items():
        assert after[path] == text, path
    assert Department.objects.get(slug="cs").head == Person.objects.get(login="alice")
    assert "<strong>本文</strong>" in Meeting.objects.get(number=1).body_html
    assert not Person.objects.get(login="charlie").is_active
    assert not Person.objects.get(login="alice").has_usable_password()


@pytest.mark.usefixtures("company")
def test_a_broken_sheet_says_where_and_changes_nothing(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    sheet = tmp_path / "one" / "sheets" / "decisions.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("2026-02-05", "いつか"), "utf-8")
    forget_everything()
    with pytest.raises(CommandError, match="行目が読めません"):
        call_command("import_all", tmp_path / "one", verbosity=0)
    assert not Person.objects.exists()
    with pytest.raises(CommandError, match="空のフォルダー"):
        call_command("export_all", tmp_path / "one", verbosity=0)
    with pytest.raises(CommandError, match="sheets"):
        call_command("import_all", tmp_path / "nothing", verbosity=0)
