"""Every kind of work becomes evidence by doing it in the product, each with its reason in words.

alice or bob does something through the pages; a colleague of neither searches and reads why.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Answer, Article, Contributor
from kb.engagement.models import Comment
from kb.experts.evidence import Role
from kb.experts.models import Evidence
from kb.meetings.models import Meeting, Series
from kb.search import outbox
from kb.topics.models import Topic
from people.models import Department, Person
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

Work = Callable[["Place"], None]
BODY = "\n".join(f"手順{number}" for number in range(12))


class Place:
    """The two who work, signed in, and what they find."""

    def __init__(self, alice: Person, bob: Person, client_for: Callable[[Person], Client]) -> None:
        self.alice, self.bob = alice, bob
        self.hers, self.his = client_for(alice), client_for(bob)

    def send(self, client: Client, address: str, **typed: Any) -> None:
        """The form is accepted."""
        answer = client.post(address, {"form_key": str(uuid.uuid4()), **typed})
        assert answer.status_code == 302, answer.content.decode()

    def article(self, **typed: Any) -> Article:
        """alice's manual, written through the form."""
        kind = typed.pop("kind", "manual")
        values = {"title": "SBOMの作り方", "body": BODY, "draft_key": str(uuid.uuid4())}
        self.send(self.hers, reverse("article_create", args=[kind]), **values | typed)
        return Article.objects.latest("pk")


@pytest.fixture
def place(
    search_index: Any, alice: Person, bob: Person, client_for: Callable[[Person], Client]
) -> Place:
    return Place(alice, bob, client_for)


@pytest.fixture
def reader(success_department: Department, client_for: Callable[[Person], Client]) -> Client:
    dora = make_person("dora", "堂本 楽", "どうもと らく", success_department)
    return client_for(dora)


def panel(reader: Client) -> str:
    """What stands beside the results for SBOM."""
    outbox.drain()
    page = reader.get("/search/", {"q": "SBOM"}).content.decode()
    return page.replace("&quot;", '"')


def writing(place: Place) -> None:
    place.article()


def editing(place: Place) -> None:
    article = place.article()
    typed = {"title": article.title, "body": BODY.replace("手順", "手順その"), "base_revision": 1}
    place.send(place.his, reverse("article_edit", args=[article.pk]), **typed)


def confirming(place: Place) -> None:
    place.send(place.his, reverse("article_confirm", args=[place.article().pk]))


def suggesting(place: Place) -> None:
    article = place.article()
    typed = {"body": BODY.replace("手順3", "手順三"), "base_revision": 1, "why": "読みやすく"}
    place.send(place.his, reverse("suggestion_create", args=[article.pk]), **typed)
    suggestion = article.suggestions.get()
    place.send(place.hers, reverse("suggestion_take", args=[suggestion.pk]))


def answering(place: Place) -> None:
    question = place.article(kind="question", title="SBOMは誰が作りますか")
    place.send(place.his, reverse("answer_create", args=[question.pk]), body="開発部が作ります。")


def accepted(place: Place) -> None:
    answering(place)
    place.send(place.hers, reverse("answer_accept", args=[Answer.objects.get().pk]))


def deciding(place: Place) -> None:
    typed = {"title": "SBOMを毎月出す", "reason": "求められるため。", "state": "valid"}
    place.send(place.his, "/write/decision/", decided_on=str(timezone.localdate()), **typed)


def holding_a_meeting(place: Place) -> None:
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK", kind="coffee_talk")
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    typed = {"series": series.pk, "number": 3, "held_at": moment, "body": "SBOMの話をした。"}
    place.send(place.hers, "/write/meeting/", chair=place.bob.pk, **typed)


def bringing_a_subject(place: Place) -> None:
    holding_a_meeting(place)
    meeting = Meeting.objects.get()
    Meeting.objects.update(chair=None, state="preparing")
    typed = {"title": "SBOMをいつ出すか", "kind": "consult", "gist": ""}
    place.send(place.his, reverse("item_add", args=[meeting.pk]), **typed)


def recording(place: Place) -> None:
    typed = {"customer_name": "あさぎ製菓", "is_new": "1", "channel": "phone"}
    place.send(place.his, "/write/touch/", text="SBOMを求められた。", **typed)


def sitting_in(place: Place) -> None:
    typed = {"customer_name": "あさぎ製菓", "is_new": "1", "channel": "phone"}
    typed |= {"text": "SBOMを求められた。", "colleagues": place.bob.name}
    place.send(place.hers, "/write/touch/", **typed)


def reading_a_book(place: Place) -> None:
    typed = {"title": "", "body": "", "book_title": "はじめてのSBOM", "one_line": "全体がわかる"}
    place.article(kind="book_note", **typed)


def taking_a_chore(place: Place) -> None:
    department = place.bob.department
    assert department is not None
    typed = {"name": "SBOMの発行", "main": place.bob.name, "sub": place.alice.name}
    place.send(place.his, reverse("chore_create", args=[department.pk]), **typed)


def offering(place: Place) -> None:
    Topic.objects.create(name="SBOM", slug="sbom")
    rows = {"offers-0-topic": "SBOM", "offers-0-note": "いつでもどうぞ。"}
    counts = {"offers-TOTAL_FORMS": 1, "offers-INITIAL_FORMS": 0}
    typed = {"yomi": place.bob.yomi, "is_open_to_questions": "on", **rows, **counts}
    place.send(place.his, reverse("person_edit", args=[place.bob.pk]), **typed)


def vouching(place: Place) -> None:
    Topic.objects.create(name="SBOM", slug="sbom")
    typed = {"person": place.bob.name, "words": "教えてもらいました"}
    place.send(place.hers, reverse("topic_endorse", args=["sbom"]), **typed)


ACTS: list[tuple[Work, str, str]] = [
    (writing, "有栖川", "「SBOMの作り方」を書いた人です。"),
    (editing, "坊城", "「SBOMの作り方」を直しています。"),
    (confirming, "坊城", "「SBOMの作り方」を確認した人です。"),
    (suggesting, "坊城", "「SBOMの作り方」を直しています。"),
    (answering, "有栖川", "「SBOMは誰が作りますか」を質問した人です。"),
    (answering, "坊城", "「SBOMは誰が作りますか」に答えました。"),
    (accepted, "坊城", "「SBOMは誰が作りますか」に答え、解決につながりました。"),
    (deciding, "坊城", "決まったこと「SBOMを毎月出す」を提案しました。"),
    (holding_a_meeting, "坊城", "COFFEE TALK 第3回を進めました。"),
    (holding_a_meeting, "有栖川", "COFFEE TALK 第3回に出ています。"),
    (bringing_a_subject, "坊城", "COFFEE TALK 第3回で議題を出しました。"),
    (recording, "坊城", "「あさぎ製菓 電話」の対応を記録しました。"),
    (sitting_in, "坊城", "「あさぎ製菓 電話」の対応に同席しました。"),
    (reading_a_book, "有栖川", "読書メモ「はじめてのSBOM」を書きました。"),
    (taking_a_chore, "坊城", "担当業務「SBOMの発行」の主担当です。"),
    (taking_a_chore, "有栖川", "担当業務「SBOMの発行」の副担当です。"),
    (offering, "坊城", "自己紹介や「聞いてください」に、本人が書いています。"),
    (vouching, "坊城", "「SBOM」にくわしいと、ほかの部署の人が書いています。"),
]


@pytest.mark.parametrize(
    ("act", "who", "why"), ACTS, ids=[f"{act.__name__}-{who}" for act, who, _why in ACTS]
)
def test_whoever_did_it_is_named_with_the_reason(
    place: Place, reader: Client, act: Work, who: str, why: str
) -> None:
    act(place)
    page = panel(reader)
    assert f"{who}さんに聞く" in page
    assert why in page


# --- What weighs nothing ------------------------------------------------------------------------


Commit = Callable[..., Any]


def bring_in(place: Place, commit: Commit) -> Article:
    """alice brings a text in as a file."""
    file = SimpleUploadedFile("SBOM.md", f"# SBOMの作り方\n\n{BODY}".encode())
    answer = place.hers.post(reverse("import_upload"), {"files": file})
    with commit(execute=True):
        place.send(place.hers, f"{answer['Location']}run/")
    return Article.objects.get()


def test_whoever_brings_a_text_in_knows_nothing_by_it(
    place: Place, reader: Client, django_capture_on_commit_callbacks: Commit
) -> None:
    article = bring_in(place, django_capture_on_commit_callbacks)
    page = panel(reader)
    assert article.get_absolute_url() in page
    assert "有栖川さんに聞く" not in page
    assert set(Evidence.objects.values_list("role", flat=True)) == {Role.BULK}


def test_whoever_then_works_on_it_by_hand_is_named_for_that(
    place: Place, reader: Client, django_capture_on_commit_callbacks: Commit
) -> None:
    article = bring_in(place, django_capture_on_commit_callbacks)
    body = article.body.replace("手順", "手順その")
    typed = {"title": article.title, "body": body, "base_revision": article.revision}
    place.send(place.hers, reverse("article_edit", args=[article.pk]), **typed)
    assert "「SBOMの作り方」を直しています。" in panel(reader)


def test_one_edit_by_hand_does_not_wipe_out_who_edited_before_the_import(place: Place) -> None:
    others = {"imported_by": place.alice, "author": place.alice}
    article = Article.objects.create(title="SBOMの作り方", body=BODY, **others)
    for person, role, edits in ((place.alice, "author", 1), (place.bob, "editor", 5)):
        Contributor.objects.create(article=article, person=person, role=role, edits=edits)
    typed = {"title": article.title, "body": f"{BODY}\nおわり", "base_revision": 1}
    place.send(place.hers, reverse("article_edit", args=[article.pk]), **typed)
    outbox.drain()
    assert Evidence.objects.get(person=place.bob, role=Role.EDITOR).share > 0.3


def test_looking_asking_following_commenting_and_being_put_in_charge_weigh_nothing(
    place: Place, reader: Client
) -> None:
    article = place.article()
    address = article.get_absolute_url()
    hang = f"/on/articles.article/{article.pk}/"
    for path in (address, "/search/?q=SBOM", f"{address[:-1]}.md"):
        assert place.his.get(path).status_code == 200
    place.send(place.his, f"{hang}follow/")
    place.send(place.his, f"{hang}thanks/", words="助かりました")
    place.send(place.his, f"{hang}comments/", body="SBOMのことがわかりました")
    assert Comment.objects.exists()
    Article.objects.filter(pk=article.pk).update(owner=place.bob)
    outbox.mark_changed(Article.objects.all())
    assert "坊城さんに聞く" not in panel(reader)
    assert not Evidence.objects.filter(person=place.bob).exclude(role=Role.SELF_DECLARED).exists()


def test_what_is_in_the_bin_names_nobody(place: Place, reader: Client) -> None:
    article = place.article()
    assert "有栖川さんに聞く" in panel(reader)
    place.send(place.hers, reverse("article_delete", args=[article.pk]))
    assert "有栖川さんに聞く" not in panel(reader)
