"""Colleagues vouch for each other in a line; thanks and endorsements are evidence, imports are not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer, Touch
from kb.articles.models import Answer, Article
from kb.engagement.models import Notification
from kb.engagement.services import give_thanks
from kb.experts.evidence import Role
from kb.experts.models import Evidence
from kb.experts.services import take_back_endorsement
from kb.search import outbox
from kb.search.engine import who_knows
from kb.topics.models import Topic
from people.models import Endorsement, Person
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Person], Client]
ADDRESS = "/topics/sbom/endorse/"
WORDS = "ライセンスの調べ方を教えてもらって助かりました"


@pytest.fixture
def sbom(search_index: Any) -> Topic:
    topic: Topic = Topic.objects.create(name="SBOM", slug="sbom")
    return topic


def parts_of(person: Person, role: str) -> list[float]:
    outbox.drain()
    return list(Evidence.objects.filter(person=person, role=role).values_list("share", flat=True))


def test_a_line_makes_a_colleague_known_and_tells_them(
    sbom: Topic, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    form = client_for(bob).get(ADDRESS, {"person": alice.pk}).content.decode()
    assert alice.name in form
    answer = client_for(bob).post(ADDRESS, {"person": alice.name, "words": WORDS}, follow=True)
    page = answer.content.decode()
    assert WORDS in page
    assert f"{bob.name}さんより" in page
    outbox.drain()
    (knower,) = who_knows(text="SBOM").people
    assert knower.person == alice
    assert knower.why == "「SBOM」にくわしいと、ほかの部署の人が書いています。"
    told = Notification.objects.get(person=alice)
    assert WORDS in told.text


def test_written_work_stands_before_what_others_say(
    sbom: Topic, alice: Person, bob: Person
) -> None:
    for number in range(3):
        Article.objects.create(author=bob, title=f"SBOMの作り方{number}").topics.add(sbom)
    Endorsement.objects.create(person=alice, topic=sbom, endorsed_by=bob, words=WORDS)
    outbox.drain()
    assert [knower.person.login for knower in who_knows(text="SBOM").people] == ["bob", "alice"]


def test_a_line_from_the_own_department_is_shown_and_weighs_nothing(
    sbom: Topic, alice: Person, success_department: Any, client_for: ClientFor
) -> None:
    mate = make_person("dora", "堂本 楽", "どうもと らく", success_department)
    Endorsement.objects.create(person=alice, topic=sbom, endorsed_by=mate, words=WORDS)
    assert parts_of(alice, Role.ENDORSED) == []
    assert WORDS in client_for(mate).get(sbom.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("person", "words"),
    [("坊城 武", WORDS), ("茶谷 理人", WORDS), ("", WORDS), ("有栖川 玲", ""), ("いない人", WORDS)],
)
def test_nobody_vouches_for_themselves_a_leaver_or_without_words(
    sbom: Topic, alice: Person, bob: Person, charlie: Person, client_for: ClientFor, person: str,
    words: str,
) -> None:  # fmt: skip
    answer = client_for(bob).post(ADDRESS, {"person": person, "words": words})
    assert answer.status_code == 422
    assert not Endorsement.objects.exists()
    if words:
        assert words in answer.content.decode()


def test_a_line_is_taken_back_by_its_writer_or_by_whom_it_is_about(
    sbom: Topic, alice: Person, bob: Person, success_department: Any, client_for: ClientFor
) -> None:
    stranger = make_person("dora", "堂本 楽", "どうもと らく", success_department)
    for reader, status in ((stranger, 404), (bob, 302), (alice, 302)):
        line = Endorsement.objects.get_or_create(person=alice, topic=sbom, endorsed_by=bob)[0]
        address = f"/endorsements/{line.pk}/take-back/"
        assert client_for(reader).get(address).status_code == 405
        assert client_for(reader).post(address).status_code == status
        assert Endorsement.objects.exists() == (status == 404)


def test_a_line_taken_away_comes_back_for_whoever_took_it_away(
    sbom: Topic, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    line = Endorsement.objects.create(person=alice, topic=sbom, endorsed_by=bob, words=WORDS)
    page = client_for(alice).post(f"/endorsements/{line.pk}/take-back/", follow=True)
    address = re.findall(r'action="(/endorsements/restore/[^"]+)"', page.content.decode())[0]
    client_for(bob).post(address)
    client_for(alice).post(f"{address.rstrip('/')}x/")
    assert not Endorsement.objects.exists()
    for _time in range(2):
        answer = client_for(alice).post(address)
        assert answer["Location"] == f"{sbom.get_absolute_url()}#words"
    back = Endorsement.objects.get()
    assert (back.person, back.endorsed_by, back.words) == (alice, bob, WORDS)
    assert back.created_at == line.created_at


def test_a_line_about_a_leaver_does_not_come_back(
    sbom: Topic, alice: Person, charlie: Person, client_for: ClientFor
) -> None:
    line = Endorsement.objects.create(person=alice, topic=sbom, endorsed_by=charlie)
    kept = take_back_endorsement(line, by=alice)
    page = client_for(alice).post(f"/endorsements/restore/{kept}/", follow=True)
    assert "戻せませんでした" in page.content.decode()
    assert not Endorsement.objects.exists()


def test_leavers_and_visitors_write_no_line(
    sbom: Topic, charlie: Person, alice: Person, client_for: ClientFor
) -> None:
    for client in (Client(), client_for(charlie)):
        answer = client.post(ADDRESS, {"person": alice.name, "words": WORDS})
        assert answer["Location"].startswith("/login/")
    assert not Endorsement.objects.exists()


def test_thanks_count_for_who_wrote_and_not_for_oneself(
    sbom: Topic, alice: Person, bob: Person
) -> None:
    article = Article.objects.create(author=alice, title="SBOMの作り方", kind="question")
    answer = Answer.objects.create(question=article, author=bob, body="経理に頼みます")
    give_thanks(article, by=alice)
    assert parts_of(alice, Role.THANKED) == []
    give_thanks(article, by=bob)
    give_thanks(answer, by=alice)
    assert parts_of(alice, Role.THANKED) == [1.0]
    assert parts_of(bob, Role.THANKED) == [1.0]


def test_of_two_equal_texts_the_one_that_helped_names_its_writer_first(
    sbom: Topic, alice: Person, bob: Person, success_department: Any
) -> None:
    mine, _other = (
        Article.objects.create(author=person, title="SBOMの作り方") for person in (bob, alice)
    )
    for number in range(3):
        helped = make_person(f"h{number}", f"助 {number}", "すけ", success_department)
        give_thanks(mine, by=helped)
    outbox.drain()
    assert [knower.person.login for knower in who_knows(text="SBOM").people] == ["bob", "alice"]


def test_who_imports_under_their_own_name_knows_nothing_by_it(
    sbom: Topic, alice: Person, bob: Person
) -> None:
    customer = Customer.objects.create(name="あさぎ製菓")
    for number in range(4):
        Article.objects.create(author=bob, imported_by=bob, title=f"SBOMの作り方{number}")
        Touch.objects.create(
            customer=customer, author=bob, imported_by=bob, channel="phone", text="SBOMの話"
        )
    outbox.drain()
    assert who_knows(text="SBOM").people == ()
