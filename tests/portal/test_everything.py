"""export_all and import_all: everything leaves as files and comes back equal."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from customers.models import Contact, Customer, Deal, Touch, Voice, VoiceTheme
from kb.articles.models import Article, Revision
from kb.articles.services import create_article, save_article
from kb.communities.models import Community, CommunityMember
from kb.engagement.models import Comment, Follow, Thanks
from kb.engagement.readings import Readers, ask_to_read
from kb.engagement.services import add_comment
from kb.files.models import Attachment
from kb.files.services import store_file
from kb.meetings.models import Decision, Meeting, RejectedOption, Series
from kb.portal.everything.sheets import BY_LABEL, LEFT_OUT
from kb.todos.models import ActionItem
from kb.topics.models import Topic, TopicSynonym
from people.models import Department, Person, Responsibility
from people.photos import set_photo

_OTHERS = {"admin", "auth", "contenttypes", "sessions", "account", "socialaccount", "mfa", "axes"}
_OTHERS |= {"sites", "taggit"}


@pytest.fixture
def company(alice: Person, bob: Person, charlie: Person, success_department: Department) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "WEBP")
    set_photo(alice, picture.getvalue())
    success_department.head = alice
    success_department.save()
    Department.objects.create(slug="desk", name="窓口", parent=success_department)
    Responsibility.objects.create(
        department=success_department, name="返金", main=alice, other_words="払い戻し\n返品"
    )
    parent = Topic.objects.create(name="請求")
    topic = Topic.objects.create(name="請求書", parent=parent)
    TopicSynonym.objects.create(topic=topic, word="インボイス")
    _texts(alice, bob, charlie)
    touch = _customer(alice, bob, topic)
    _meeting(bob, success_department)
    community = Community.objects.create(title="困りごと", why_now="いま", started_by=alice)
    CommunityMember.objects.create(community=community, person=bob)
    ActionItem.objects.create(text="電話する", person=bob, origin=touch, created_by=alice)


def _texts(alice: Person, bob: Person, charlie: Person) -> None:
    # The first number is gone where the texts arrive, so links cannot be right by chance.
    Article.objects.create(title="仮", author=alice).delete()
    manual = create_article(by=alice, kind="manual", title="返金の手順", body="はじめの文")
    stored = store_file(ContentFile(b"a,b\n1,2\n"), "表: 2026/11 (最新).csv", by=bob, target=manual)
    body = (
        f"[表]({stored.get_absolute_url()}) [自分](/articles/{manual.pk}/#a) [なし](/articles/9/)"
    )
    save_article(manual, by=bob, base_revision=1, title="返金の手順", body=f"{body}\n\n= おわり")
    create_article(by=charlie, kind="note", title="返金の手順", body="同じ題名")
    comment = add_comment(manual, f"[ここ](/articles/{manual.pk}/)を見ました。", by=bob)
    Thanks.objects.create(target=manual, person=bob, words="助かりました")
    Follow.objects.create(target=comment, person=alice)
    ask_to_read(manual, Readers(audience="all"), by=alice)


def _customer(alice: Person, bob: Person, topic: Topic) -> Touch:
    customer = Customer.objects.create(name="北灯リゾート", sales_owner=bob)
    contact = Contact.objects.create(customer=customer, name="佐伯")
    deal = Deal.objects.create(customer=customer, name="更新", owner=bob)
    touch = Touch.objects.create(
        customer=customer, author=alice, text='=1+1, "引用"\n改行', happened_at=timezone.now(),
        deal=deal,
    )  # fmt: skip
    touch.colleagues.add(bob)
    touch.contacts.add(contact)
    touch.topics.add(topic)
    theme = VoiceTheme.objects.create(title="早く返金してほしい")
    Voice.objects.create(
        touch=touch, quote="引用", kind=Voice.Kind.values[0], theme=theme, marked_by=alice
    )
    return touch


def _meeting(bob: Person, department: Department) -> None:
    series = Series.objects.get_or_create(slug="coffee-talk-x", defaults={"name": "珈琲"})[0]
    meeting = Meeting.objects.create(
        series=series, number=1, held_at=timezone.now(), chair=bob, body="## 議題\n\n**本文**"
    )
    store_file(ContentFile(b"agenda"), "議題.txt", by=bob, target=meeting)
    old = Decision.objects.create(title="前の決まり", decided_on=dt.date(2026, 1, 5))
    new = Decision.objects.create(
        title="決まり", meeting=meeting, decided_on=dt.date(2026, 2, 5), supersedes=old
    )
    new.departments.add(department)
    new.articles.add(Article.objects.order_by("pk")[0])
    RejectedOption.objects.create(decision=new, option="しない", why="困るから")


def ours() -> list[Any]:
    return [model for model in apps.get_models() if model._meta.app_label not in _OTHERS]


def files_in(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def counts() -> dict[str, int]:
    left_out = {label for _words, labels in LEFT_OUT for label in labels}
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.label_lower: model._base_manager.count()
        for model in models
        if model._meta.app_label not in _OTHERS and model._meta.label_lower not in left_out
    }


def forget_everything() -> None:
    """Empties our tables; the database looks at what leads to what at the end of the test alone."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in _OTHERS:
            model._base_manager.all()._raw_delete("default")
    assert not Person.objects.exists()


def test_every_table_leaves_or_is_named_as_staying() -> None:
    left_out = [label for _words, labels in LEFT_OUT for label in labels]
    carried = {"topics.topicitem"}
    known = {*BY_LABEL, *left_out, *carried}
    assert {model._meta.label_lower for model in ours()} == known


@pytest.mark.usefixtures("company")
def test_everything_leaves_and_comes_back_equal(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    before, rows = files_in(tmp_path / "one"), counts()
    assert b"MD5" not in b"".join(before.values())
    forget_everything()
    call_command("import_all", tmp_path / "one", verbosity=0)
    call_command("export_all", tmp_path / "two", verbosity=0)
    assert files_in(tmp_path / "two") == before
    assert counts() == rows


@pytest.mark.usefixtures("company")
def test_what_arrives_works_as_before(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    forget_everything()
    call_command("import_all", tmp_path / "one", verbosity=0)
    assert Department.objects.get(slug="cs").head == Person.objects.get(login="alice")
    assert "<strong>本文</strong>" in Meeting.objects.get(number=1).body_html
    assert not Person.objects.get(login="charlie").is_active
    assert not Person.objects.get(login="alice").has_usable_password()
    assert Person.objects.get(login="alice").photo.size > 0
    assert Person.objects.get(login="alice").photo_url
    manual = Article.objects.get(title="返金の手順", author__login="alice")
    stored = Attachment.objects.get(name__endswith=".csv")
    assert stored.target == manual
    assert f"({stored.get_absolute_url()})" in manual.body
    assert f"(/articles/{manual.pk}/#a)" in manual.body
    assert "/articles/9/" not in manual.body
    assert f'href="/articles/{manual.pk}/"' in Comment.objects.get().body_html
    assert [row.number for row in manual.revisions.order_by("number")] == [1, 2]
    assert Decision.objects.get(title="決まり").articles.get() == manual


@pytest.mark.usefixtures("company")
def test_bringing_it_in_twice_doubles_nothing(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    rows = counts()
    forget_everything()
    call_command("import_all", tmp_path / "one", verbosity=0)
    call_command("import_all", tmp_path / "one", verbosity=0)
    assert counts() == rows
    call_command("export_all", tmp_path / "two", verbosity=0)
    assert files_in(tmp_path / "two") == files_in(tmp_path / "one")


@pytest.mark.usefixtures("company")
def test_the_bin_and_what_hangs_on_it_stay(alice: Person, tmp_path: Path) -> None:
    for article in Article.objects.all():
        article.deleted_at = timezone.now()
        article.save()
    call_command("export_all", tmp_path / "one", verbosity=0)
    written = json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))
    assert Revision.objects.exists()
    gone = ("articles", "revisions", "comments", "thanks", "readings")
    assert {name: written["counts"][name] for name in gone} == dict.fromkeys(gone, 0)
    assert written["counts"]["people"] == 3


@pytest.mark.usefixtures("company")
def test_a_broken_sheet_says_where_and_changes_nothing(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    sheet = tmp_path / "one" / "sheets" / "decisions.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(",2026-02-05,", ",いつか,"), "utf-8")
    forget_everything()
    with pytest.raises(CommandError, match=r"decisions\.csv の3行目が読めません"):
        call_command("import_all", tmp_path / "one", verbosity=0)
    assert not Person.objects.exists()
    with pytest.raises(CommandError, match="空のフォルダー"):
        call_command("export_all", tmp_path / "one", verbosity=0)
    with pytest.raises(CommandError, match="manifest"):
        call_command("import_all", tmp_path / "nothing", verbosity=0)


@pytest.mark.usefixtures("company")
def test_a_sheet_reads_no_file_outside_its_folder(tmp_path: Path) -> None:
    call_command("export_all", tmp_path / "one", verbosity=0)
    (tmp_path / "secret.csv").write_text("秘密", "utf-8")
    sheet = tmp_path / "one" / "sheets" / "attachments.csv"
    text = sheet.read_text(encoding="utf-8")
    path = next(cell for cell in text.split(",") if cell.endswith(".csv") and "files/" in cell)
    sheet.write_text(text.replace(path, "../secret.csv"), "utf-8")
    forget_everything()
    with pytest.raises(CommandError, match="がありません"):
        call_command("import_all", tmp_path / "one", verbosity=0)
