"""One button takes everything out, for operators alone, and it is written down."""

import io
import zipfile

import pytest
from django.test import Client

from kb.articles.services import create_article
from kb.foundation.models import AuditEntry
from people.models import Person

pytestmark = pytest.mark.django_db


def test_everything_comes_as_one_file(alice: Person, alice_client: Client) -> None:
    create_article(by=alice, kind="note", title="金庫の番号の決め方", body="毎月かえる。")
    assert alice_client.post("/transfer/everything/").status_code == 403
    Person.objects.filter(pk=alice.pk).update(is_staff=True)
    answer = alice_client.post("/transfer/everything/")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        texts = [archive.read(name).decode() for name in names if name.endswith(".md")]
    assert "manifest.json" in names
    assert any("毎月かえる。" in text for text in texts)
    assert AuditEntry.objects.filter(action="export_all", person=alice).exists()
    assert alice_client.get("/transfer/everything/").status_code == 405
