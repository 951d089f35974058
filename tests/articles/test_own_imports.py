"""Colleagues bring in folders of their own texts; an import whose worker was killed goes on."""

import json
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from kb.articles.importing import batches, folder, unpacking, writing
from kb.articles.models import Article, ImportBatch
from kb.files.models import Attachment
from people.models import Department, Person

Capture = DjangoCaptureOnCommitCallbacks
TEXTS = {
    "手帳/はじめに.md": "# はじめに\n\n[次](章/次.md)",
    "手帳/章/次.md": "---\nauthor: 別の人\nfolder: 新しい部署\n---\n\n# 次\n\n![図](図.csv)",
    "手帳/章/図.csv": "a,b",
    "手帳/.obsidian/app.json": "{}",
}


def choose_folder(client: Client, texts: dict[str, str]) -> ImportBatch:
    """As browsers send a folder: bare names, and the paths in a field of their own."""
    files = [
        SimpleUploadedFile(path.rsplit("/", 1)[1], text.encode()) for path, text in texts.items()
    ]
    client.post(reverse("import_upload"), {"files": files, "paths": json.dumps(list(texts))})
    return ImportBatch.objects.latest("pk")


def bring_in(client: Client, batch: ImportBatch, capture: Capture) -> None:
    with capture(execute=True):
        client.post(reverse("import_run", args=[batch.key]))
    batch.refresh_from_db()


def test_a_colleague_brings_in_a_folder_of_own_texts_and_takes_it_back(
    mine: Client, alice: Person, django_capture_on_commit_callbacks: Capture
) -> None:
    batch = choose_folder(mine, TEXTS)
    assert batch.name == "手帳"
    people = Person.objects.count()
    assert "次.md" in mine.get(batch.get_absolute_url()).content.decode()
    bring_in(mine, batch, django_capture_on_commit_callbacks)
    assert batch.state == "done"
    second = Article.objects.get(title="次")
    assert second.author == alice
    assert (Person.objects.count(), Department.objects.count()) == (people, 1)
    assert f"(/articles/{second.pk}/)" in Article.objects.get(title="はじめに").body
    assert Attachment.objects.get().target == second
    mine.post(reverse("import_undo", args=[batch.key]))
    assert not Article.objects.visible().exists()


def test_an_import_is_its_owners_and_the_operators(mine: Client, his: Client, bob: Person) -> None:
    batch = choose_folder(mine, TEXTS)
    addresses = [reverse(name, args=[batch.key]) for name in ("import_run", "import_undo")]
    assert his.get(batch.get_absolute_url()).status_code == 404
    assert [his.post(address).status_code for address in addresses] == [404, 404]
    Person.objects.filter(pk=bob.pk).update(is_staff=True)
    assert his.get(batch.get_absolute_url()).status_code == 200


def test_two_colleagues_with_folders_of_one_name_do_not_meet(
    mine: Client, his: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    for client in (mine, his):
        bring_in(client, choose_folder(client, TEXTS), django_capture_on_commit_callbacks)
    assert Article.objects.visible().filter(title="次").count() == 2


def test_more_than_ones_own_share_is_for_operators(
    mine: Client, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "OWN_FILES_MAX", 2)
    page = mine.post(
        reverse("import_upload"),
        {"files": [SimpleUploadedFile(f"{n}.md", b"# x") for n in range(3)]},
        follow=True,
    )
    assert "一度に2個まで" in page.content.decode()
    assert not ImportBatch.objects.exists()
    Person.objects.filter(pk=alice.pk).update(is_staff=True)
    assert choose_folder(mine, TEXTS).state == "preview"


@pytest.mark.parametrize("paths", ["[", "{}", '["../a.md"]', '["a.md", "b.md"]'])
def test_odd_paths_do_no_harm(mine: Client, paths: str) -> None:
    sent = {"files": SimpleUploadedFile("a.md", b"# x"), "paths": paths}
    assert mine.post(reverse("import_upload"), sent).status_code == 302


@pytest.fixture
def killed(
    mine: Client, django_capture_on_commit_callbacks: Capture, monkeypatch: pytest.MonkeyPatch
) -> ImportBatch:
    """An import whose worker was killed while it wrote the second text."""
    batch = choose_folder(mine, TEXTS)
    write, written = writing.write_document, list[int]()

    def dies(*args: Any, **kwargs: Any) -> Any:
        if written:
            raise KeyboardInterrupt
        written.append(1)
        return write(*args, **kwargs)

    monkeypatch.setattr(folder, "write_document", dies)
    with pytest.raises(KeyboardInterrupt):
        bring_in(mine, batch, django_capture_on_commit_callbacks)
    monkeypatch.setattr(folder, "write_document", write)
    batch.refresh_from_db()
    assert batch.state == "running"
    assert batch.articles.count() == Article.objects.count() == 1
    return batch


def test_another_worker_goes_on_and_doubles_nothing(killed: ImportBatch, mine: Client) -> None:
    assert batches.resume_silent(time.time()) == 0
    assert batches.resume_silent(time.time() + batches.SILENCE_MAX_S + 1) == 1
    killed.refresh_from_db()
    assert killed.state == "done"
    assert sorted(Article.objects.values_list("title", flat=True)) == ["はじめに", "次"]
    assert killed.articles.count() == 2
    mine.post(reverse("import_undo", args=[killed.key]))
    assert not Article.objects.visible().exists()


def test_an_import_that_dies_every_time_fails_and_is_taken_back(
    killed: ImportBatch, mine: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: Any, **_kwargs: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder.FolderImport, "run", dies)
    for _attempt in range(2):
        with pytest.raises(KeyboardInterrupt):
            batches.resume_silent(time.time() + batches.SILENCE_MAX_S + 1)
    batches.resume_silent(time.time() + batches.SILENCE_MAX_S + 1)
    killed.refresh_from_db()
    assert killed.state == "failed"
    assert "途中で何度も止まった" in mine.get(killed.get_absolute_url()).content.decode()
    mine.post(reverse("import_undo", args=[killed.key]))
    assert not Article.objects.visible().exists()
