"""個人情報: anonymous everywhere, kept no longer than agreed, and every look at much written down."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact, Customer, PersonalDataRules, Touch, Voice
from customers.privacy import places_of
from customers.retention import contacts_to_forget, note_bulk_view
from kb.articles.models import Article
from kb.articles.services import ArticleFields, create_article, save_article
from kb.files.models import Attachment
from kb.foundation.models import AuditEntry
from kb.search import outbox
from kb.search.engine import search
from kb.search.models import IndexedText
from kb.search.query import SearchQuery
from people.models import Person

MakeTouch = Callable[..., Touch]


@pytest.fixture
def contact(asagi: Customer) -> Contact:
    found: Contact = asagi.contacts.get()
    found.email, found.title = "fumika@asagi.example", "課長"
    found.save()
    return found


def make_anonymous(client: Client, contact: Contact, *, confirm: str = "1") -> int:
    keys = [place.key for place in places_of(contact) if place.is_sure]
    address = reverse("contact_anonymise", args=[contact.pk])
    return client.post(address, {"place": keys, "confirm": confirm}).status_code


def test_the_name_goes_everywhere(
    hers: Client, asagi: Customer, contact: Contact, alice: Person, make_touch: MakeTouch
) -> None:
    text = "田所さまと相談。田所文香さまのアドレスは fumika@asagi.example とのこと。"
    touch = make_touch(text, contacts=[contact])
    Voice.objects.create(touch=touch, quote="田所さまと相談", kind="request")
    article = create_article(
        by=alice,
        kind="note",
        title="田所 文香さまの件",
        body="田所　文香さまの要望。",
        fields=ArticleFields(),
    )
    save_article(
        article, by=alice, base_revision=1, title="あさぎの件", body="田所文香さま、まとめ。"
    )
    outbox.drain()
    assert search(SearchQuery(text="田所文香")).page.hits

    assert make_anonymous(hers, contact) == 302
    outbox.drain()

    touch.refresh_from_db()
    contact.refresh_from_db()
    assert (
        touch.text == "先方の担当者さまと相談。先方の担当者さまのアドレスは 先方の担当者 とのこと。"
    )
    assert Voice.objects.get().quote == "先方の担当者さまと相談"
    assert (contact.name, contact.email, contact.title) == ("匿名の担当者", "", "")
    article = Article.objects.get()
    assert "田所" not in article.body + article.body_html
    assert not [r for r in article.revisions.all() if "田所" in r.body + r.title]
    assert not IndexedText.objects.filter(text__contains="田所").exists()
    assert not [h for h in search(SearchQuery(text="田所文香")).page.hits if "田所" in h.title]
    entry = AuditEntry.objects.get(action="contact.anonymise")
    assert "田所" not in str(entry.detail)


def test_a_colleague_of_the_same_name_is_left_alone(
    hers: Client,
    asagi: Customer,
    contact: Contact,
    alice: Person,
    bob: Person,
    make_touch: MakeTouch,
) -> None:
    Person.objects.filter(pk=bob.pk).update(name="田所 文香")
    other = Customer.objects.create(name="みどり")
    touch = make_touch("社内の田所文香が訪問", customer=other)

    (place,) = [place for place in places_of(contact) if place.key == f"customers.touch.{touch.pk}"]
    make_anonymous(hers, contact)

    touch.refresh_from_db()
    assert not place.is_sure
    assert touch.text == "社内の田所文香が訪問"
    assert Person.objects.get(pk=bob.pk).name == "田所 文香"


def test_a_family_name_counts_in_the_customers_own_records_alone(
    asagi: Customer, contact: Contact, make_touch: MakeTouch
) -> None:
    own = make_touch("田所部長に電話。@田所 に引き継ぐ。")
    make_touch("田所さまから紹介", customer=Customer.objects.create(name="みどり"))

    assert [place.key for place in places_of(contact)] == [f"customers.touch.{own.pk}"]


def test_a_file_that_names_the_person_is_flagged(
    hers: Client, asagi: Customer, contact: Contact, touch: Touch
) -> None:
    file = Attachment(
        name="議事.txt",
        media_type="text/plain",
        size=3,
        sha256="0",
        target=touch,
        text="田所 文香 出席",
    )
    file.file.save("x", ContentFile(b"x"))

    page = hers.get(reverse("contact_anonymise", args=[contact.pk])).content.decode()

    assert "ファイルの中は直せません" in page


def test_nothing_happens_without_the_confirmation(
    hers: Client, contact: Contact, touch: Touch
) -> None:
    assert make_anonymous(hers, contact, confirm="") == 422
    contact.refresh_from_db()
    assert contact.anonymised_at is None


def test_only_the_customers_owners_and_operators_make_anonymous(
    his: Client, contact: Contact, charlie: Person, client_for: Callable[[Person], Client]
) -> None:
    assert (
        "匿名にできるのは"
        in his.get(reverse("contact_anonymise", args=[contact.pk])).content.decode()
    )
    assert make_anonymous(his, contact) == 403
    assert make_anonymous(Client(), contact) == 302
    assert make_anonymous(client_for(charlie), contact) == 302
    contact.refresh_from_db()
    assert contact.anonymised_at is None


def test_people_silent_for_the_whole_period_are_proposed(
    hers: Client, asagi: Customer, contact: Contact, make_touch: MakeTouch
) -> None:
    old = timezone.now() - dt.timedelta(days=1200)
    Contact.objects.update(created_at=old)
    busy = asagi.contacts.create(name="中村 春", created_at=old)
    make_touch("話した", contacts=[busy])
    rules = PersonalDataRules.now()

    assert list(contacts_to_forget(rules)) == [contact]
    rules.retention_months = 60
    assert not contacts_to_forget(rules).exists()
    rules.retention_months = 0
    assert not contacts_to_forget(rules).exists()
    assert contact.name in hers.get(reverse("personal_data")).content.decode()


def test_operators_alone_change_the_rules(hers: Client, bob: Person, his: Client) -> None:
    form = {"purpose": "ご連絡のため。", "hint": "", "retention_months": "24"}
    assert hers.post(reverse("personal_data"), form).status_code == 403
    Person.objects.filter(pk=bob.pk).update(is_staff=True, is_superuser=True)

    assert his.post(reverse("personal_data"), form).status_code == 302

    assert PersonalDataRules.now().retention_months == 24
    assert (
        "ご連絡のため。" in hers.get(reverse("customer_export", args=["contacts"])).content.decode()
    )


def test_seeing_much_at_once_is_written_down(
    alice: Person, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        for _page in range(5):
            note_bulk_view(alice, "customers", 50)

    entries = AuditEntry.objects.filter(action="customers.bulk_view", person=alice)
    assert [entry.detail["records"] for entry in entries.order_by("pk")] == [100, 200]


@pytest.mark.parametrize("address", ["/deals/", "/voices/", "/admin/customers/deal/"])
def test_every_list_of_customers_counts_what_is_seen(
    bob: Person,
    his: Client,
    asagi: Customer,
    touch: Touch,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    cache.clear()
    bob.is_staff = bob.is_superuser = True
    bob.save()
    monkeypatch.setattr("customers.retention.BULK_RECORDS", 1)
    asagi.deals.create(name="増設")
    Voice.objects.create(touch=touch, quote="見つけられなかった", kind="request")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert his.get(address).status_code == 200
    assert AuditEntry.objects.filter(action="customers.bulk_view").count() == 1
