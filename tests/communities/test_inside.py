"""Inside a community: calls with reasons, who pulls, records, ToDos, an end and a new beginning."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Touch, Voice, VoiceTheme
from kb.articles.models import Article, Revision
from kb.communities import services
from kb.communities.idle import prompt_idle
from kb.communities.inviting import INVITED_AT_ONCE_MAX, Call, introduce, invite
from kb.communities.leading import leads_of
from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.communities.services import CallFields, add_record, call_out, join, leave_community
from kb.engagement.mentions import CALLED_MAX
from kb.engagement.models import Notification
from kb.meetings.models import Decision
from kb.search import outbox
from kb.todos.models import ActionItem
from people.models import Department, Person
from tests.conftest import make_person

Kind = CommunityMember.Kind
Role = CommunityRecord.Role


@pytest.fixture(autouse=True)
def with_index(search_index: object) -> None:
    """Pages ask who knows, so the index is there, empty."""


@pytest.fixture
def hers(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


@pytest.fixture
def his(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def community(alice: Person) -> Community:
    return call_out(by=alice, fields=CallFields("ヘルプが見つからない"))


def page(answer: Any) -> str:
    return str(answer.content.decode())


def kind_of(person: Person) -> str:
    return CommunityMember.objects.get(person=person).kind


def test_the_called_hear_why_and_the_caller_hears_who_came(
    hers: Client, his: Client, alice: Person, bob: Person, community: Community
) -> None:
    form = {"person": [bob.pk], f"reason-{bob.pk}": "担当業務「検索」の主担当です。"}
    assert hers.post(f"{community.get_absolute_url()}invite/", form).status_code == 302
    notice = Notification.objects.get(person=bob)
    assert notice.kind == "invitation"
    assert "担当業務「検索」の主担当です。" in page(his.get(community.get_absolute_url()))
    his.post(f"{community.get_absolute_url()}join/", {"kind": "joined"})
    assert kind_of(bob) == "joined"
    assert "加わりました" in Notification.objects.get(person=alice).text


def test_nobody_is_called_twice_and_leavers_never(
    alice: Person, bob: Person, charlie: Person, community: Community
) -> None:
    assert invite(community, [Call(bob), Call(charlie), Call(alice)], by=alice) == [bob]
    assert invite(community, [Call(bob)], by=alice) == []


def test_the_called_may_name_somebody_who_knows_better(
    his: Client, alice: Person, bob: Person, community: Community, success_department: Department
) -> None:
    dave = make_person("dave", "大和 出部", "やまと でいぶ", success_department)
    invite(community, [Call(bob)], by=alice)
    bad = his.post(f"{community.get_absolute_url()}introduce/", {"other": "だれでもない"})
    assert bad.status_code == 422
    assert "見つかりません" in page(bad)
    answer = his.post(f"{community.get_absolute_url()}introduce/", {"other": "大和 出部"})
    assert answer.status_code == 302
    assert (kind_of(bob), kind_of(dave)) == ("introduced", "invited")
    assert not introduce(community, dave, by=bob)


def test_five_hundred_cannot_be_called_at_once(
    hers: Client, community: Community, success_department: Department
) -> None:
    people = Person.objects.bulk_create(
        Person(login=f"many{n}", name=f"社員 {n}") for n in range(INVITED_AT_ONCE_MAX + 1)
    )
    form = {"person": [person.pk for person in people]}
    answer = hers.post(f"{community.get_absolute_url()}invite/", form)
    assert answer.status_code == 422
    assert f"{INVITED_AT_ONCE_MAX}人まで" in page(answer)
    assert CommunityMember.objects.count() == 1


def test_who_pulls_is_said_in_sentences_and_changes_by_itself(
    alice: Person, bob: Person, community: Community
) -> None:
    join(community, by=bob)
    draft = Article.objects.create(kind="manual", title="ヘルプ記事の書き方", author=bob)
    Revision.objects.create(article=draft, number=1, title=draft.title, author=bob)
    add_record(community, draft, by=bob, role=Role.DRAFT)
    records = list(community.records.all())
    (lead,) = leads_of(community, records, services.inside(community))
    assert lead.person == bob
    assert "下書き「ヘルプ記事の書き方」を書きました。" in lead.why
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert leads_of(community, records, services.inside(community)) == []


def test_who_left_the_company_no_longer_pulls(
    alice: Person, bob: Person, community: Community
) -> None:
    join(community, by=bob)
    add_record(community, Article.objects.create(title="材料", author=bob), by=bob)
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    assert leads_of(community, list(community.records.all()), services.inside(community)) == []


def test_voices_and_the_owner_on_paper_stand_beside_who_pulls(
    hers: Client, alice: Person, community: Community, development_department: Department
) -> None:
    customer = Customer.objects.create(name="あさぎ製菓", name_key="あさぎ製菓")
    touch = Touch.objects.create(customer=customer, author=alice, channel="phone", text="x")
    theme = VoiceTheme.objects.create(
        title="ヘルプを見つけたい", owner_department=development_department
    )
    Voice.objects.create(touch=touch, quote="ヘルプはどこですか", kind="request", theme=theme)
    answer = hers.post(
        f"{community.get_absolute_url()}records/",
        {"record": theme.get_absolute_url(), "role": "evidence"},
    )
    assert answer.status_code == 302
    text = page(hers.get(community.get_absolute_url()))
    assert "ヘルプはどこですか" in text
    assert "1社から1件" in text
    assert "書類のうえの担当は" in text


def test_a_record_is_found_by_its_title_or_asked_for(
    hers: Client, alice: Person, community: Community
) -> None:
    Article.objects.create(title="経費精算のしかた", author=alice)
    Article.objects.create(title="経費精算のしかた(海外)", author=alice)
    address = f"{community.get_absolute_url()}records/"
    assert hers.post(address, {"record": "経費精算のしかた", "role": "draft"}).status_code == 302
    unclear = hers.post(address, {"record": "経費精算", "role": "draft"})
    assert unclear.status_code == 422
    assert "どれでしょうか" in page(unclear)
    for nonsense in ("/admin/", "https://evil.example/articles/x/", "ない記録", "x"):
        assert hers.post(address, {"record": nonsense, "role": "draft"}).status_code == 422
    row = CommunityRecord.objects.get()
    assert hers.post(f"/communities/records/{row.pk}/remove/").status_code == 302
    assert not CommunityRecord.objects.exists()


def test_only_members_take_records_away(his: Client, alice: Person, community: Community) -> None:
    row = add_record(community, Article.objects.create(title="材料", author=alice), by=alice)
    assert his.post(f"/communities/records/{row.pk}/remove/").status_code == 403
    assert CommunityRecord.objects.exists()


def test_a_call_begins_with_its_evidence(hers: Client, alice: Person) -> None:
    article = Article.objects.create(title="問い合わせの数", author=alice)
    name = f"articles.article:{article.pk}"
    assert "問い合わせの数" in page(hers.get(f"/write/community/?evidence={name}&evidence=x:1"))
    form = {"title": "困った", "evidence": [name, "people.person:1"], "form_key": str(uuid.uuid4())}
    hers.post("/write/community/", form)
    assert [row.target for row in CommunityRecord.objects.all()] == [article]


def test_the_part_of_speaker_is_taken_and_handed_over_inside(
    hers: Client, his: Client, alice: Person, bob: Person, community: Community
) -> None:
    address = f"{community.get_absolute_url()}lead/"
    assert his.post(address, {"person": bob.pk}).status_code == 403
    join(community, by=bob)
    his.post(address, {"person": bob.pk})
    community.refresh_from_db()
    assert community.facilitator == bob
    his.post(address, {"person": alice.pk})
    assert Notification.objects.filter(person=alice, kind="handover").exists()
    hers.post(address, {})
    community.refresh_from_db()
    assert community.facilitator is None


def test_a_todo_reaches_who_shall_do_it(
    hers: Client, alice: Person, bob: Person, community: Community
) -> None:
    form = {
        "text": "題名の案を出す",
        "person": bob.name,
        "due_on": "2026-12-03",
        "form_key": str(uuid.uuid4()),
    }
    address = f"{community.get_absolute_url()}todos/"
    hers.post(address, form)
    hers.post(address, form)
    item = ActionItem.objects.get()
    assert (item.person, item.origin) == (bob, community)
    assert Notification.objects.get(person=bob).kind == "task"
    assert "題名の案を出す" in page(hers.get(community.get_absolute_url()))


def test_the_end_says_where_the_result_lives_and_it_may_open_again(
    hers: Client, alice: Person, community: Community
) -> None:
    Article.objects.create(kind="manual", title="ヘルプ記事の書き方", author=alice)
    address = f"{community.get_absolute_url()}state/"
    end = {"state": "dissolved", "result": "入口を決めた。", "lives_in": "ヘルプ記事の書き方"}
    assert hers.post(address, end).status_code == 302
    assert CommunityRecord.objects.get().role == "result"
    assert "このコミュニティは解散しました" in page(hers.get(community.get_absolute_url()))
    hers.post(address, {"state": "working", "result": ""})
    community.refresh_from_db()
    assert (community.state, community.result) == ("working", "入口を決めた。")
    assert "解散しました" not in page(hers.get(community.get_absolute_url()))


def test_an_idle_community_is_asked_about_once(
    alice: Person, bob: Person, community: Community
) -> None:
    join(community, by=bob)
    Notification.objects.all().delete()
    later = timezone.now() + dt.timedelta(days=46)
    assert (prompt_idle(later), prompt_idle(later)) == (1, 0)
    assert [notice.person for notice in Notification.objects.all()] == [alice]


def test_when_the_caller_has_left_all_inside_are_asked(
    alice: Person, bob: Person, community: Community
) -> None:
    join(community, by=bob)
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    Notification.objects.all().delete()
    prompt_idle(timezone.now() + dt.timedelta(days=46))
    assert [notice.person for notice in Notification.objects.all()] == [bob]


def test_a_community_without_members_can_be_gone_on_with(
    his: Client, alice: Person, bob: Person, community: Community
) -> None:
    leave_community(community, by=alice)
    assert "だれでも、ここから続けられます" in page(his.get(community.get_absolute_url()))
    his.post(f"{community.get_absolute_url()}join/", {"kind": "joined"})
    assert CommunityMember.objects.get(person=bob).kind == "joined"


def test_a_decision_stands_among_the_decisions(
    hers: Client, alice: Person, community: Community
) -> None:
    decision = Decision.objects.create(
        title="ヘルプの入口を右上に置く", decided_on=dt.date(2026, 11, 17), proposed_by=alice
    )
    add_record(community, decision, by=alice)
    text = page(hers.get(community.get_absolute_url()))
    assert "ヘルプの入口を右上に置く" in text
    assert "提案し、決まりました" in text


def test_who_is_in_hears_what_is_said_unless_muted(
    hers: Client, his: Client, alice: Person, bob: Person, community: Community
) -> None:
    join(community, by=bob)
    Notification.objects.all().delete()
    remark = {"body": "材料を足しました。"}
    hers.post(f"/on/communities.community/{community.pk}/comments/", remark)
    assert [notice.person for notice in Notification.objects.all()] == [bob]
    his.post(f"/on/communities.community/{community.pk}/mute/")
    Notification.objects.all().delete()
    hers.post(f"/on/communities.community/{community.pk}/comments/", remark)
    assert not Notification.objects.exists()


def test_a_call_that_came_back_keeps_its_ticks(
    hers: Client, community: Community, bob: Person
) -> None:
    Article.objects.create(title="ヘルプが見つからないとき", author=bob)
    outbox.drain()
    address = f"{community.get_absolute_url()}invite/"
    tick = f'name="person" value="{bob.pk}" id="call-{bob.pk}"'
    assert f"{tick}>" in page(hers.get(address))
    answer = hers.post(address, {"person": [bob.pk], "others": "だれでもない"})
    assert answer.status_code == 422
    assert f"{tick} checked>" in page(answer)


def test_who_is_not_in_is_told_how_to_be_and_keeps_the_words(
    his: Client, community: Community
) -> None:
    form = {"state": "concluding", "result": "ヘルプの入口を一つにしました"}
    answer = his.post(f"{community.get_absolute_url()}state/", form)
    assert answer.status_code == 403
    assert "まず、参加してください" in page(answer)
    assert "ヘルプの入口を一つにしました" in page(answer)
    community.refresh_from_db()
    assert (community.state, community.result) == ("calling", "")


def test_members_stand_there_by_name(
    hers: Client, his: Client, community: Community, bob: Person
) -> None:
    join(community, by=bob)
    assert f'href="{bob.get_absolute_url()}"' in page(hers.get(community.get_absolute_url()))


def test_a_remark_cannot_call_everyone(hers: Client, community: Community, bob: Person) -> None:
    people = Person.objects.bulk_create(
        Person(login=f"many{n}", name=f"社員 {n}") for n in range(CALLED_MAX + 1)
    )
    everyone = " ".join(f"@{person.login}" for person in people)
    address = f"/on/communities.community/{community.pk}/comments/"
    answer = hers.post(address, {"body": f"みなさん {everyone}", "form_key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert f"{CALLED_MAX}人まで" in page(answer)
    assert everyone in page(answer)
    assert not Notification.objects.exists()
