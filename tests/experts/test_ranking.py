"""People and departments for a query: the reasons hold, leavers and importers never show."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, Touch
from kb.articles.models import Answer, Article, Contributor
from kb.experts.evidence import WEIGHTS, Role
from kb.experts.models import Evidence
from kb.experts.ranking import WhoKnows
from kb.meetings.models import Attendance, Meeting, Series
from kb.search import outbox
from kb.search.engine import who_knows
from kb.search.knowers import deep
from kb.search.query import SearchQuery
from kb.search.vocabulary import synonyms
from kb.topics.models import Topic
from people.models import AskMe, Person, Responsibility

pytestmark = pytest.mark.django_db


def write(author: Person, title: str, **fields: Any) -> Article:
    article: Article = Article.objects.create(author=author, title=title, **fields)
    return article


def names(who: WhoKnows) -> list[str]:
    return [knower.person.login for knower in who.people]


def ask(text: str, **more: Any) -> WhoKnows:
    outbox.drain()
    return who_knows(text=text, **more)


def test_every_role_has_a_weight_and_a_reason() -> None:
    assert set(WEIGHTS) == set(Role)
    assert all(0 <= entry.weight <= 1 and entry.reason for entry in WEIGHTS.values())


def test_who_wrote_stands_before_who_edited(search_index: Any, alice: Person, bob: Person) -> None:
    for number in range(3):
        article = write(alice, f"SBOMの作り方{number}", kind="manual")
        for person, role, lines in ((alice, "author", 90), (bob, "editor", 10)):
            Contributor.objects.create(
                article=article, person=person, role=role, changed_lines=lines
            )
    who = ask("SBOM")
    assert names(who) == ["alice", "bob"]
    first = who.people[0]
    assert "を書いた人です。" in first.why
    assert "マニュアル3本" in first.summary
    assert first.summary.startswith("「SBOM」")
    assert sum(piece.share for piece in first.evidence) == pytest.approx(1)
    assert all(piece.url.startswith("/articles/") for piece in first.evidence)
    assert not who.is_thin


def test_whoever_wrote_words_alike_is_not_named(
    search_index: Any, alice: Person, bob: Person
) -> None:
    for number in range(3):
        write(alice, f"カレンダーの見方{number}")
        write(bob, f"その場で答える{number}")
    assert names(ask("レンタカー")) == []
    assert names(ask("駐輪場")) == []
    write(bob, "レンタカーの借り方")
    write(alice, "駐輪場の申込")
    assert (names(ask("レンタカー")), names(ask("駐輪場"))) == (["bob"], ["alice"])


def test_an_importer_is_never_proposed(search_index: Any, alice: Person, bob: Person) -> None:
    for number in range(5):
        write(alice, f"SBOMの作り方{number}", imported_by=bob)
    assert names(ask("SBOM")) == ["alice"]
    assert not Evidence.objects.filter(person=bob, record__startswith="articles.").exists()


def test_charlie_who_left_is_not_proposed_but_the_department_is(
    search_index: Any, charlie: Person, success_department: Any
) -> None:
    for number in range(3):
        write(charlie, f"SBOMの作り方{number}", department=success_department)
    who = ask("SBOM")
    assert who.people == ()
    assert [known.department for known in who.departments] == [success_department]
    assert "この部署の記録です" in who.departments[0].why


def test_answers_and_accepted_answers_are_evidence(
    search_index: Any, alice: Person, bob: Person
) -> None:
    for number in range(3):
        question = write(alice, f"インボイスはどう出しますか{number}", kind="question")
        Answer.objects.create(
            question=question, author=bob, body="経理に頼みます", is_accepted=True
        )
    who = ask("インボイス")
    assert names(who)[0] == "bob"
    roles = {piece.role for knower in who.people for piece in knower.evidence}
    assert Role.ACCEPTED in roles


def test_who_only_asked_stands_behind_who_knows(
    search_index: Any, alice: Person, bob: Person
) -> None:
    for number in range(5):
        write(alice, f"インボイスはどう出しますか{number}", kind="question")
    write(bob, "インボイスの出し方", kind="manual")
    who = ask("インボイス")
    assert names(who) == ["bob", "alice"]
    assert who.people[1].why.endswith("を質問した人です。")


def test_words_of_asking_lead_to_nobody(search_index: Any, alice: Person, bob: Person) -> None:
    for number in range(3):
        write(alice, f"お客さまにこう言われたら、明日までに{number}", body="まず聞きます。")
    write(bob, "解約の受付", body="理由をうかがいます。")
    assert names(ask("お客さまに明日解約したいと言われた"))[0] == "bob"


def test_a_topic_found_by_another_word_leads_to_who_wrote_about_it(
    search_index: Any, alice: Person, bob: Person
) -> None:
    release = Topic.objects.create(name="リリース", slug="release")
    release.synonyms.create(word="新しいバージョン")
    write(bob, "出荷の手順", body="水曜に固めます。").topics.add(release)
    write(alice, "最新の資料の置き場", body="新しいものから並べます。")
    assert names(ask("バージョンで何が変わるの"))[0] == "bob"


def test_a_topic_that_is_found_leads_to_nobody_past_the_filters(
    search_index: Any, alice: Person, bob: Person
) -> None:
    release = Topic.objects.create(name="リリース", slug="release")
    release.synonyms.create(word="新しいバージョン")
    write(bob, "出荷の手順", body="水曜に固めます。").topics.add(release)
    outbox.drain()
    found = deep(
        SearchQuery(text="バージョンで何が変わるの", kinds=frozenset({"topic"})), synonyms()
    )
    assert [document.kind for document in found.documents] == ["topic"]


def test_a_topic_that_is_found_brings_every_record_once(
    search_index: Any, alice: Person, bob: Person
) -> None:
    release = Topic.objects.create(name="リリース", slug="release")
    release.synonyms.create(word="新しいバージョン")
    article = write(bob, "出荷の手順", body="水曜に固めます。")
    article.topics.add(release)
    outbox.drain()
    article.title = "出荷の段取り"
    article.save()
    outbox.drain()
    keys = [d.key for d in deep(SearchQuery(text="バージョンで何が変わるの"), synonyms()).documents]
    assert keys.count(f"articles.article.{article.pk}") == 1


def test_words_in_kana_alone_find_who_wrote_them_in_kanji(
    search_index: Any, alice: Person, bob: Person
) -> None:
    write(alice, "確認票への答え方", body="確認が済んだら出します。")
    write(bob, "安否確認の練習", body="安否確認は年に2回です。")
    assert names(ask("あんぴかくにん"))[0] == "bob"


def test_who_comes_back_to_a_text_has_edited_more_of_it(
    search_index: Any, alice: Person, bob: Person, charlie: Person
) -> None:
    article = write(charlie, "SBOMの作り方", kind="manual")
    for person, role, lines, edits in (
        (charlie, "author", 100, 1),
        (alice, "editor", 10, 1),
        (bob, "editor", 10, 9),
    ):
        Contributor.objects.create(
            article=article, person=person, role=role, changed_lines=lines, edits=edits
        )
    assert names(ask("SBOM")) == ["bob", "alice"]


def test_little_evidence_says_so_and_shows_the_chore(
    search_index: Any, alice: Person, bob: Person, success_department: Any
) -> None:
    Responsibility.objects.create(
        name="請求書の再発行",
        other_words="インボイスをもう一度",
        department=success_department,
        main=alice,
        sub=bob,
    )
    who = ask("請求書の再発行")
    assert who.is_thin
    assert who.note
    assert [chore.name for chore in who.responsibilities] == ["請求書の再発行"]
    assert who.responsibilities[0].main == alice
    assert [chore.name for chore in ask("インボイスをもう一度").responsibilities] == [
        "請求書の再発行"
    ]


def test_a_leaver_holds_no_chore(
    search_index: Any, charlie: Person, success_department: Any
) -> None:
    Responsibility.objects.create(name="鍵の管理", department=success_department, main=charlie)
    who = ask("鍵の管理")
    assert who.responsibilities[0].main is None


def test_self_declared_comes_last_and_is_labelled(
    search_index: Any, alice: Person, bob: Person
) -> None:
    topic = Topic.objects.create(name="SBOM", slug="sbom")
    AskMe.objects.create(person=bob, topic=topic, note="いつでもどうぞ")
    bob.bio = "SBOM SBOM SBOM"
    bob.save()
    write(alice, "SBOMの作り方")
    who = ask("SBOM")
    assert names(who) == ["alice", "bob"]
    assert "本人が書いています" in who.people[1].why
    assert who.people[1].say == "いつでもどうぞ"


def test_a_busy_account_counts_three_times_at_most(search_index: Any, alice: Person) -> None:
    customer = Customer.objects.create(name="あさぎ製菓")
    for number in range(8):
        Touch.objects.create(
            customer=customer, author=alice, channel="phone", text=f"配信が遅い{number}"
        )
    who = ask("配信が遅い")
    assert len(who.people[0].evidence) == 3


def test_meetings_tell_chair_and_those_present_apart(
    search_index: Any, alice: Person, bob: Person
) -> None:
    series = Series.objects.create(slug="ct", name="COFFEE TALK")
    for number in range(3):
        meeting = Meeting.objects.create(
            series=series,
            number=number + 1,
            held_at=timezone.now(),
            chair=alice,
            body="ヘルプの入口の話",
        )
        Attendance.objects.create(meeting=meeting, person=bob)
    assert names(ask("ヘルプの入口")) == ["alice", "bob"]


def test_the_article_being_read_does_not_speak_for_itself(search_index: Any, alice: Person) -> None:
    article = write(alice, "SBOMの作り方")
    assert names(ask("SBOM")) == ["alice"]
    assert names(ask("SBOM", exclude=article)) == []


def test_a_topic_finds_people_by_its_records(search_index: Any, alice: Person) -> None:
    topic = Topic.objects.create(name="導入支援", slug="onboarding")
    for number in range(3):
        write(alice, f"はじめの一週間{number}").topics.add(topic)
    outbox.drain()
    assert names(who_knows(topic=topic)) == ["alice"]


def test_nothing_asked_and_nobody_known_is_empty(search_index: Any, alice: Person) -> None:
    assert not who_knows(text="")
    assert not ask("量子コンピューター")


def test_a_damaged_index_names_nobody(tmp_path: Any, search_index: Any, alice: Person) -> None:
    import shutil

    write(alice, "SBOMの作り方")
    outbox.drain()
    shutil.rmtree(tmp_path / "index")
    assert who_knows(text="SBOM") is not None


def test_ranking_costs_a_fixed_number_of_queries(
    search_index: Any, alice: Person, bob: Person
) -> None:
    def queries() -> int:
        who_knows(text="SBOM")
        with CaptureQueriesContext(connection) as captured:
            who_knows(text="SBOM")
        return len(captured)

    write(alice, "SBOMの作り方")
    outbox.drain()
    few = queries()
    for number in range(20):
        write(bob if number % 2 else alice, f"SBOMの作り方{number}")
    outbox.drain()
    assert queries() == few
    # What may be seen, stances, departments with what people say themselves, people.
    assert few <= 4


def test_old_work_counts_less(search_index: Any, alice: Person, bob: Person) -> None:
    past = timezone.now() - dt.timedelta(days=3000)
    for number in range(3):
        write(alice, f"SBOMの作り方{number}", updated_at=past)
        write(bob, f"SBOMの作り方{number + 5}")
    assert names(ask("SBOM")) == ["bob", "alice"]


def test_where_no_lines_are_known_the_number_of_edits_shares_the_work(
    search_index: Any, alice: Person, bob: Person
) -> None:
    article = write(alice, "SBOMの作り方")
    for person, role, edits in ((alice, "author", 3), (bob, "editor", 1)):
        Contributor.objects.create(article=article, person=person, role=role, edits=edits)
    assert names(ask("SBOM")) == ["alice", "bob"]
    assert Evidence.objects.get(person=bob, role=Role.EDITOR).share == pytest.approx(0.25)
