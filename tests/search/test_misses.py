"""みつからなかったことば: counted without a person, reported by the page, shown to those who can help."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article
from kb.portal.models import WantedArticle
from kb.search import misses, outbox
from kb.search.models import SearchMiss, WordSynonym
from people.models import Department, Person, Responsibility

ClientFor = Callable[[Person], Client]
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


@pytest.fixture
def bicycle(search_index: Any, alice: Person, success_department: Department) -> Responsibility:
    """A chore that is near to 駐輪 by its letters alone."""
    chore = Responsibility.objects.create(
        name="駐車場の管理", department=success_department, main=alice
    )
    Article.objects.create(author=alice, title="経費精算の手順", body="経費を精算します。")
    outbox.drain()
    return chore


def ticket_on_page(client: Client, text: str, **params: str) -> str:
    # What the server counts itself it counts after the commit.
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = client.get(reverse("search"), {"q": text, **params})
    assert page.status_code == 200
    found = TICKET.search(page.content.decode())
    return found[1] if found else ""


def report(client: Client, text: str) -> None:
    ticket = ticket_on_page(client, text)
    if not ticket:
        return
    assert client.post(reverse("miss_record"), {"ticket": ticket}).status_code == 204


def add(text: str, department: Department | None, count: int = 2, **fields: Any) -> SearchMiss:
    fields = {"kind": "no_result", "day": timezone.localdate()} | fields
    miss: SearchMiss = SearchMiss.objects.create(
        text=text, department=department, count=count, **fields
    )
    return miss


def test_a_search_without_result_is_counted_once_for_each_reader_without_any_script(
    bicycle: Responsibility, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    his = client_for(bob)
    for _again in range(2):
        assert ticket_on_page(his, " 駐輪　ゴモラ ") == "", "nothing is left for a script to report"
    row = SearchMiss.objects.get()
    assert (row.text, row.kind, row.count) == ("駐輪 ゴモラ", "no_result", 1)
    assert row.day == timezone.localdate()
    report(client_for(alice), "駐輪　ゴモラ")
    assert SearchMiss.objects.get().count == 2


def test_a_page_loaded_ahead_counts_nothing(
    bicycle: Responsibility, bob: Person, client_for: ClientFor
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        client_for(bob).get(reverse("search"), {"q": "ゴモラ"}, headers={"Sec-Purpose": "prefetch"})
    assert not SearchMiss.objects.exists()


def test_a_ticket_counts_once(bicycle: Responsibility, bob: Person, client_for: ClientFor) -> None:
    his = client_for(bob)
    ticket = ticket_on_page(his, "経費")
    for _again in range(2):
        assert his.post(reverse("miss_record"), {"ticket": ticket}).status_code == 204
    assert SearchMiss.objects.get().count == 1


def test_no_person_is_kept() -> None:
    related = [field for field in SearchMiss._meta.get_fields() if field.is_relation]
    assert [field.name for field in related] == ["department"]


def test_a_search_with_results_may_be_reported_as_not_opened(
    bicycle: Responsibility, bob: Person, client_for: ClientFor
) -> None:
    report(client_for(bob), "経費")
    assert SearchMiss.objects.get().kind == "no_click"


@pytest.mark.parametrize(
    "text",
    ["", "taro@example.com", "taro＠example.com", "090-1234-5678", "口座 １２３４５６", "駐輪 書いた人:坊城",
     "駐輪 期間:今月", "駐" * 81],
)  # fmt: skip
def test_words_that_may_name_somebody_are_not_reported(
    bicycle: Responsibility, bob: Person, client_for: ClientFor, text: str
) -> None:
    assert ticket_on_page(client_for(bob), text) == ""
    assert not SearchMiss.objects.exists()


def test_narrowed_searches_and_further_pages_are_not_reported(
    bicycle: Responsibility, bob: Person, client_for: ClientFor
) -> None:
    for params in ({"tab": "people"}, {"kind": "manual"}, {"exact": "1"}):
        assert ticket_on_page(client_for(bob), "駐輪", **params) == ""
    assert not SearchMiss.objects.exists()


@pytest.mark.parametrize("ticket", ["", "x", "WyJ4Il0:1abcde:zzz", "\0", "a" * 10_000])
def test_a_ticket_that_is_not_ours_is_refused(
    bob: Person, client_for: ClientFor, ticket: str
) -> None:
    answer = client_for(bob).post(reverse("miss_record"), {"ticket": ticket})
    assert answer.status_code == 400
    assert "もう一度さがしてください" in answer.content.decode()
    assert not SearchMiss.objects.exists()


def test_reports_need_a_colleague_and_the_token_of_the_page(
    bob: Person, charlie: Person, client_for: ClientFor
) -> None:
    for client in (Client(), client_for(charlie)):
        assert client.post(reverse("miss_record"), {"ticket": "x"}).status_code == 302
    assert client_for(bob).get(reverse("miss_record")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob, backend="people.backends.LoginOrEmailBackend")
    assert strict.post(reverse("miss_record"), {"ticket": "x"}).status_code == 403


def test_words_that_no_record_knows_go_to_the_department_with_a_like_chore(
    bicycle: Responsibility, bob: Person, client_for: ClientFor
) -> None:
    report(client_for(bob), "駐輪")
    report(client_for(bob), "ゴモラ")
    rows = dict(SearchMiss.objects.values_list("text", "department__slug"))
    assert rows == {"駐輪": "cs", "ゴモラ": None}


def test_a_department_sees_what_several_searches_missed_with_a_way_to_ask(
    bicycle: Responsibility, bob: Person, client_for: ClientFor
) -> None:
    department = bicycle.department
    add("駐輪", department)
    add("社内図書館", department, count=1)
    add("屋上庭園", department, count=9, day=timezone.localdate() - timedelta(days=31))
    add("べつの部署", None, count=9)
    add("経費精算", department, count=9)
    page = client_for(bob).get(department.get_absolute_url()).content.decode()
    block = page.split("みつからなかったことば", 1)[1].split("</section>")[0]
    assert "駐輪" in block
    for absent in ("社内図書館", "屋上庭園", "べつの部署"):
        assert absent not in page
    assert "経費精算</p>" not in block, "it is found by now"
    url = f"{reverse('wanted_create')}?title=%E9%A7%90%E8%BC%AA&amp;department={department.pk}"
    assert url in block
    form = client_for(bob).get(url.replace("&amp;", "&")).content.decode()
    assert 'value="駐輪"' in form
    assert f'value="{department.pk}" selected' in form


def test_what_no_department_is_near_to_is_offered_beside_the_wishes(
    bicycle: Responsibility, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    add("社宅", None)
    add("産業医", None)
    add("駐輪", bicycle.department)
    WantedArticle.objects.create(title="産業医", asked_by=alice)
    page = client_for(bob).get(reverse("wanted_list")).content.decode()
    block = page.split("みつからなかったことば", 1)[1].split("</section>")[0]
    assert "社宅" in block
    assert f'href="{reverse("wanted_create")}?title=%E7%A4%BE%E5%AE%85"' in block
    assert "産業医" not in block
    assert "駐輪" not in block
    written = client_for(bob).get(reverse("wanted_list"), {"state": "written"}).content.decode()
    assert "みつからなかったことば" not in written


def test_two_days_with_one_search_each_are_two(bicycle: Responsibility) -> None:
    department = bicycle.department
    add("駐輪", department, count=1)
    add("駐輪", department, count=1, day=timezone.localdate() - timedelta(days=3))
    assert [(m.text, m.count) for m in misses.missed_words(department)] == [("駐輪", 2)]


def test_what_is_asked_for_already_is_left_out(
    bicycle: Responsibility, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    add("駐輪", bicycle.department)
    WantedArticle.objects.create(title="駐輪", asked_by=bob, department=bicycle.department)
    page = client_for(alice).get(bicycle.department.get_absolute_url()).content.decode()
    assert "みつからなかったことば" not in page


def test_rows_older_than_a_year_go(
    bicycle: Responsibility, bob: Person, client_for: ClientFor
) -> None:
    add("むかし", None, day=timezone.localdate() - timedelta(days=400))
    report(client_for(bob), "駐輪")
    assert list(SearchMiss.objects.values_list("text", flat=True)) == ["駐輪"]


# --- Operators ------------------------------------------------------------------------------


@pytest.fixture
def operator(client_for: ClientFor, alice: Person) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


def test_operators_see_each_word_once_with_its_counts_and_two_ways_to_help(
    bicycle: Responsibility, operator: Client
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    add("駐輪", bicycle.department, count=3)
    add("駐輪", bicycle.department, count=4, day=yesterday)
    add("駐輪", bicycle.department, count=5, kind="no_click", day=yesterday)
    page = operator.get("/admin/search/searchmiss/").content.decode()
    assert page.count("field-text") == 1
    assert '<td class="field-no_result">7</td>' in page
    assert '<td class="field-no_click">5</td>' in page
    link = "/admin/search/wordsynonym/add/?word=%E9%A7%90%E8%BC%AA"
    assert link in page
    form = operator.get(link).content.decode()
    assert 'value="駐輪"' in form
    assert "どちらの言葉でさがしても、両方が見つかります。" in form
    assert "/wanted/new/?title=%E9%A7%90" in page
    assert "言いかえをもうひとつ足す" not in page


def test_the_list_says_where_a_synonym_was_given_already(
    bicycle: Responsibility, operator: Client
) -> None:
    add("駐輪", bicycle.department)
    WordSynonym.objects.create(word="駐輪", same_as="自転車")
    assert "言いかえをもうひとつ足す" in operator.get("/admin/search/searchmiss/").content.decode()


def test_removing_a_word_removes_all_its_days(bicycle: Responsibility, operator: Client) -> None:
    first = add("駐輪", None, day=timezone.localdate() - timedelta(days=1))
    newest = add("駐輪", None)
    data = {"action": "delete_selected", "_selected_action": [newest.pk], "post": "yes"}
    assert operator.post("/admin/search/searchmiss/", data).status_code == 302
    assert not SearchMiss.objects.filter(pk__in=[first.pk, newest.pk]).exists()


def test_colleagues_do_not_see_the_list(bob: Person, client_for: ClientFor) -> None:
    assert client_for(bob).get("/admin/search/searchmiss/").status_code == 302


def test_a_synonym_added_from_the_list_finds_something(
    bicycle: Responsibility, operator: Client, alice: Person
) -> None:
    from kb.search.vocabulary import forget_synonyms

    data = {"word": "ゴモラ", "same_as": "経費精算"}
    assert operator.post("/admin/search/wordsynonym/add/", data).status_code == 302
    assert WordSynonym.objects.exists()
    forget_synonyms()
    assert "経費精算の手順" in re.sub(
        "</?mark>", "", operator.get(reverse("search"), {"q": "ゴモラ"}).content.decode()
    )
