"""A department's page answers 「これは誰に聞けば?」."""

import datetime as dt
from collections.abc import Callable

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.articles.models import Answer, Article, ManualDetail
from kb.experts.models import Evidence
from kb.meetings.models import Decision
from kb.portal.models import WantedArticle
from kb.topics.models import Topic
from people.models import Department, Membership, Person, Responsibility

MakeArticle = Callable[..., Article]


def page_of(client: Client, department: Department) -> str:
    answer = client.get(f"/departments/{department.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_chores_stand_with_their_words_people_and_anchor(
    alice_client: Client, alice: Person, bob: Person, success_department: Department
) -> None:
    chore = Responsibility.objects.create(
        name="請求書の再発行",
        other_words="インボイス\n領収書",
        department=success_department,
        main=alice,
        sub=bob,
    )
    Responsibility.objects.create(
        name="もうない業務", department=success_department, is_active=False
    )
    page = page_of(alice_client, success_department)
    assert f'id="responsibility-{chore.pk}"' in page
    for words in ("請求書の再発行", "インボイス、領収書", "有栖川 玲", "坊城 武"):
        assert words in page
    assert "もうない業務" not in page


def test_a_chore_without_a_person_says_so(
    alice_client: Client, success_department: Department
) -> None:
    Responsibility.objects.create(name="請求書の再発行", department=success_department)
    assert "決まっていません" in page_of(alice_client, success_department)


def test_people_of_teams_count_and_leavers_do_not(
    alice_client: Client, alice: Person, charlie: Person, success_department: Department
) -> None:
    page = page_of(alice_client, success_department)
    assert "有栖川 玲" in page
    assert "茶谷" not in page


def test_the_shelf_tells_what_can_be_trusted(
    alice_client: Client,
    alice: Person,
    success_department: Department,
    make_article: MakeArticle,
) -> None:
    today = timezone.localdate()
    for title, is_official, due in (
        ("公式の手引き", True, today + dt.timedelta(days=30)),
        ("参考の手引き", False, None),
        ("古い手引き", True, today - dt.timedelta(days=12)),
    ):
        manual = make_article(
            alice, title, kind="manual", department=success_department, review_due_on=due
        )
        ManualDetail.objects.create(article=manual, is_official=is_official)
    make_article(
        alice, "引退した手引き", kind="manual", department=success_department, status="retired"
    )
    WantedArticle.objects.create(title="備品の借り方", department=success_department)
    page = page_of(alice_client, success_department)
    assert "確認の期限が12日過ぎています" in page
    assert "備品の借り方" in page
    assert "引退した手引き" not in page


def test_questions_wait_until_an_answer_is_accepted(
    alice_client: Client,
    bob: Person,
    alice: Person,
    success_department: Department,
    make_article: MakeArticle,
) -> None:
    question = make_article(bob, "解約は誰へ", kind="question", department=success_department)
    Answer.objects.create(question=question, author=alice, body="わたしへ")
    assert "解約は誰へ" in page_of(alice_client, success_department)
    question.answers.update(is_accepted=True)
    assert "解約は誰へ" not in page_of(alice_client, success_department)


def test_decisions_that_no_longer_hold_are_left_out(
    alice_client: Client, success_department: Department
) -> None:
    for title, state in (("右上に置く", "valid"), ("左に置く", "abolished")):
        Decision.objects.create(title=title, state=state).departments.add(success_department)
    page = page_of(alice_client, success_department)
    assert "右上に置く" in page
    assert "左に置く" not in page


def test_only_the_head_sees_what_a_single_person_knows(
    alice_client: Client,
    bob_client: Client,
    alice: Person,
    bob: Person,
    help_topic: Topic,
    development_department: Department,
    make_article: MakeArticle,
) -> None:
    shared = Topic.objects.create(name="みんなの話")
    for number in range(2):
        alone = make_article(bob, f"記録{number}", topic=help_topic)
        alone.topics.add(shared)
        for person in (alice, bob):
            record = make_article(person, f"話{number}", topic=shared)
            Evidence.objects.create(
                record=f"articles.article.{record.pk}", person=person, role="author"
            )
        Evidence.objects.create(record=f"articles.article.{alone.pk}", person=bob, role="author")
    development_department.head = bob
    development_department.save()
    head_page = page_of(bob_client, development_department)
    section = head_page.split("ひとりだけが知っていること")[-1].split("</section>")[0]
    assert "ヘルプ" in section
    assert "みんなの話" not in section
    assert "ひとりだけが知っていること" not in page_of(alice_client, development_department)


def test_a_closed_department_says_so_and_leaves_the_tree(
    alice_client: Client, development_department: Department
) -> None:
    development_department.closed_on = timezone.localdate()
    development_department.save()
    assert "この部署は、もうありません" in page_of(alice_client, development_department)
    assert "プロダクト開発部" not in alice_client.get("/departments/").content.decode()


def test_the_tree_counts_everybody_once(
    alice_client: Client, alice: Person, success_department: Department
) -> None:
    team = Department.objects.create(slug="team", name="サポートチーム", parent=success_department)
    Membership.objects.create(person=alice, department=team, is_primary=False)
    page = alice_client.get("/departments/").content.decode()
    assert page.count("1人") == 2
    assert "2人" not in page


def test_a_circle_of_departments_is_no_server_error(
    alice_client: Client, success_department: Department, development_department: Department
) -> None:
    Department.objects.filter(pk=success_department.pk).update(parent=development_department)
    Department.objects.filter(pk=development_department.pk).update(parent=success_department)
    page_of(alice_client, success_department)
    assert alice_client.get("/departments/").status_code == 200


def test_the_page_costs_a_bounded_number_of_queries(
    alice_client: Client,
    alice: Person,
    bob: Person,
    success_department: Department,
    make_article: MakeArticle,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(10):
        Responsibility.objects.create(
            name=f"業務{number}", department=success_department, main=alice, sub=bob
        )
        make_article(alice, f"手引き{number}", kind="manual", department=success_department)
        make_article(bob, f"質問{number}", kind="question", department=success_department)
    page_of(alice_client, success_department)
    with django_assert_max_num_queries(30):
        page_of(alice_client, success_department)
