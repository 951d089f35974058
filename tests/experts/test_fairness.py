"""What keeps くわしい人 fair: no numbers about people, no ranking, leavers and guesses left out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kb.articles.models import Article
from kb.engagement.models import Follow
from kb.experts.admin import EvidenceAdmin
from kb.search import outbox
from kb.topics.models import Topic
from people.models import AskMe, Person, Responsibility
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Person], Client]


@pytest.fixture
def topic(search_index: Any, alice: Person, bob: Person, charlie: Person) -> Topic:
    made: Topic = Topic.objects.create(name="SBOM", slug="sbom")
    for author, count in ((alice, 3), (bob, 2), (charlie, 4)):
        for number in range(count):
            Article.objects.create(author=author, title=f"SBOMの作り方{number}").topics.add(made)
    outbox.drain()
    return made


@pytest.mark.parametrize("address", ["/search/?q=SBOM", "/topics/sbom/", "/map/", "/people/"])
def test_no_page_shows_a_score_a_share_or_a_rank(
    topic: Topic, bob: Person, client_for: ClientFor, address: str
) -> None:
    page = client_for(bob).get(address).content.decode()
    text = re.sub(r"<[^>]+>", " ", page)
    assert not re.search(r"0\.\d{3,}|\d+\s*[%％点位]|ランキング|スコア|順位", text)


@pytest.mark.parametrize("address", ["/search/?q=SBOM", "/topics/sbom/"])
def test_the_panel_says_on_what_it_rests_and_names_no_leaver(
    topic: Topic, bob: Person, charlie: Person, client_for: ClientFor, address: str
) -> None:
    page = client_for(bob).get(address).content.decode()
    assert "ここに書かれたことに基づいています" in page
    assert f"{charlie.family_name}さんに聞く" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=SBOM",
        "/search/?q=SBOM+作り方",
        "/search/similar?title=SBOMの作り方&kind=question",
        "/topics/sbom/",
        "/people/?topic=sbom",
        "/map/",
    ],
)
def test_whoever_set_the_topic_aside_is_named_nowhere(
    topic: Topic, alice: Person, bob: Person, client_for: ClientFor, address: str
) -> None:
    reader = make_person("dora", "堂本 楽", "どうもと らく", bob.memberships.get().department)
    client = client_for(reader)
    assert alice in people_named(client, address)
    client_for(alice).post("/topics/sbom/aside/", {"to": ""})
    assert alice not in people_named(client, address)


def people_named(client: Client, address: str) -> set[Person]:
    """Whom the cards and beads of a page lead to; results and records may go on naming the author."""
    page = client.get(address).content.decode()
    proposed = re.findall(
        r'<article class="person">.*?</article>|<li class="face">.*?</li>|<a class="node.*?</a>',
        page,
        re.DOTALL,
    )
    text = "".join(proposed)
    return {person for person in Person.objects.all() if person.name in text}


def test_reading_searching_and_following_make_nobody_known(
    topic: Topic, client_for: ClientFor, success_department: Any
) -> None:
    reader = make_person("dora", "堂本 楽", "どうもと らく", success_department)
    Follow.objects.create(person=reader, target=topic)
    for _time in range(5):
        client_for(reader).get("/search/?q=SBOM")
        client_for(reader).get(topic.get_absolute_url())
    outbox.drain()
    assert "堂本さんに聞く" not in client_for(reader).get("/search/?q=SBOM").content.decode()
    assert not reader.evidence.exists()


def test_with_little_written_the_chore_and_who_offers_are_named_and_it_says_so(
    search_index: Any, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    topic = Topic.objects.create(name="印紙", slug="stamps")
    AskMe.objects.create(person=bob, topic=topic, note="いつでもどうぞ")
    assert alice.department is not None
    Responsibility.objects.create(name="印紙の購入", department=alice.department, main=alice)
    outbox.drain()
    page = client_for(bob).get("/search/?q=印紙").content.decode()
    assert "印紙の購入" in page
    assert bob.family_name in page
    assert "まだ少しです" in page or "まだいません" in page


def test_scores_are_neither_changed_nor_exported(alice: Person, rf: Any) -> None:
    alice.is_staff = alice.is_superuser = True
    request = rf.get("/admin/experts/evidence/")
    request.user = alice
    from django.contrib.admin import site

    from kb.experts.models import Evidence

    admin = EvidenceAdmin(Evidence, site)
    assert not admin.has_change_permission(request)
    assert not admin.has_add_permission(request)
    assert set(admin.get_actions(request)) == set()
