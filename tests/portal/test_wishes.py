"""書いてほしい: asked, taken, written, and told to the one who asked."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.portal.models import WantedArticle
from people.models import Department, Person


@pytest.fixture
def wish(alice: Person) -> WantedArticle:
    wanted: WantedArticle = WantedArticle.objects.create(title="備品の借り方", asked_by=alice)
    return wanted


def test_a_wish_is_asked_with_one_line(
    alice_client: Client, alice: Person, success_department: Department
) -> None:
    data = {"title": "備品の借り方", "note": "", "department": success_department.pk}
    page = alice_client.post("/wanted/new/", data, follow=True).content.decode()
    assert "備品の借り方" in page
    assert WantedArticle.objects.get().asked_by == alice


def test_the_words_that_found_nothing_come_along(alice_client: Client) -> None:
    page = alice_client.get("/wanted/new/", {"title": "押印の申請"}).content.decode()
    assert 'value="押印の申請"' in page


def test_the_same_form_sent_twice_makes_one_wish(alice_client: Client) -> None:
    data = {"title": "備品の借り方", "note": "", "form_key": str(uuid.uuid4())}
    for _time in range(2):
        assert alice_client.post("/wanted/new/", data).status_code == 302
    assert WantedArticle.objects.count() == 1


def test_a_wish_that_waits_is_not_asked_again(bob_client: Client, wish: WantedArticle) -> None:
    bob_client.post("/wanted/new/", {"title": "備品の借り方", "note": ""})
    assert WantedArticle.objects.count() == 1


@pytest.mark.parametrize("title", ["", "   ", "あ" * 201])
def test_a_mistake_keeps_the_note(alice_client: Client, title: str) -> None:
    answer = alice_client.post("/wanted/new/", {"title": title, "note": "困りました"})
    assert answer.status_code == 200
    assert "困りました" in answer.content.decode()
    assert not WantedArticle.objects.exists()


def test_one_colleague_takes_it(
    alice_client: Client, bob_client: Client, bob: Person, wish: WantedArticle
) -> None:
    bob_client.post(f"/wanted/{wish.pk}/take/")
    page = alice_client.post(f"/wanted/{wish.pk}/take/", follow=True).content.decode()
    assert "ほかの人が先に手を挙げました" in page
    wish.refresh_from_db()
    assert (wish.state, wish.taken_by) == ("taken", bob)


def test_only_the_writer_gives_it_back(
    alice_client: Client, bob_client: Client, wish: WantedArticle
) -> None:
    bob_client.post(f"/wanted/{wish.pk}/take/")
    assert alice_client.post(f"/wanted/{wish.pk}/give-back/").status_code == 403
    bob_client.post(f"/wanted/{wish.pk}/give-back/")
    wish.refresh_from_db()
    assert (wish.state, wish.taken_by) == ("open", None)


def test_only_who_asked_closes_it(
    alice_client: Client, bob_client: Client, wish: WantedArticle
) -> None:
    assert bob_client.post(f"/wanted/{wish.pk}/close/").status_code == 403
    alice_client.post(f"/wanted/{wish.pk}/close/")
    assert "備品の借り方" not in alice_client.get("/wanted/").content.decode()


def test_who_asked_hears_of_the_article(
    bob_client: Client,
    bob: Person,
    alice: Person,
    wish: WantedArticle,
    make_article: Callable[..., Article],
) -> None:
    article = make_article(bob, "備品を借りる")
    bob_client.post(f"/wanted/{wish.pk}/take/")
    bob_client.post(f"/wanted/{wish.pk}/written/", {"article": article.pk})
    notice = Notification.objects.get()
    assert (notice.person, notice.url) == (alice, article.get_absolute_url())
    assert "備品の借り方" in bob_client.get("/wanted/", {"state": "written"}).content.decode()


def test_only_own_articles_fulfil_a_wish(
    bob_client: Client, alice: Person, wish: WantedArticle, make_article: Callable[..., Article]
) -> None:
    stranger = make_article(alice, "ほかの人の記事")
    bob_client.post(f"/wanted/{wish.pk}/take/")
    bob_client.post(f"/wanted/{wish.pk}/written/", {"article": stranger.pk})
    wish.refresh_from_db()
    assert wish.state == "taken"
