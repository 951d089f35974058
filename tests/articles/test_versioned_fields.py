"""Topics, owner and the fields of a kind stand in the history and come back with a version."""

import datetime as dt

from django.test import Client
from django.urls import reverse

from kb.articles.fields import ArticleFields, ManualFields, RuleFields
from kb.articles.models import Article
from kb.articles.services import create_article, restore_revision, save_article
from people.models import Department, Person


def save(article: Article, by: Person, base: int, fields: ArticleFields, body: str = "") -> None:
    save_article(
        article,
        by=by,
        base_revision=base,
        title=article.title,
        body=body or article.body,
        fields=fields,
    )


def test_a_change_of_fields_alone_is_a_version(
    manual: Article, alice: Person, bob: Person, mine: Client, development_department: Department
) -> None:
    fields = ArticleFields(
        topics=["ヘルプ"],
        owner=bob,
        department=development_department,
        details=ManualFields(readers="新しい人", is_official=True),
    )
    save(manual, alice, 1, fields)
    manual.refresh_from_db()
    assert manual.revision == 2
    page = mine.get(reverse("article_revision", args=[manual.pk, 2])).content.decode()
    for words in ("変わった欄", "ヘルプ", "坊城 武", "プロダクト開発部", "新しい人"):
        assert words in page


def test_nothing_changed_is_no_version(manual: Article, alice: Person) -> None:
    updated_at = manual.updated_at
    save(manual, alice, 1, ArticleFields(topics=[], details=ManualFields()))
    manual.refresh_from_db()
    assert (manual.revision, manual.updated_at) == (1, updated_at)


def test_a_version_brings_its_fields_back(manual: Article, alice: Person, bob: Person) -> None:
    save(manual, alice, 1, ArticleFields(topics=["ヘルプ"], details=ManualFields(readers="全員")))
    save(manual, alice, 2, ArticleFields(topics=["API"], owner=bob, details=ManualFields()))
    restored = restore_revision(manual, 2, by=alice).article
    assert restored.revision == 4
    assert list(restored.topics.names()) == ["ヘルプ"]
    assert restored.owner == alice
    restored.manual.refresh_from_db()
    assert restored.manual.readers == "全員"


def test_fields_that_two_people_change_are_merged(
    manual: Article, alice: Person, bob: Person
) -> None:
    save(manual, alice, 1, ArticleFields(topics=["ヘルプ"], details=ManualFields()))
    late = ArticleFields(topics=[], details=ManualFields(readers="新しい人"))
    save(manual, bob, 1, late, body=f"{manual.body}\n終わり")
    manual.refresh_from_db()
    manual.manual.refresh_from_db()
    assert list(manual.topics.names()) == ["ヘルプ"]
    assert manual.manual.readers == "新しい人"


def test_days_come_back_as_days(alice: Person) -> None:
    rule = create_article(
        by=alice,
        kind="rule",
        title="在宅勤務",
        body="本文",
        fields=ArticleFields(details=RuleFields(effective_on=dt.date(2026, 4, 1))),
    )
    save(rule, alice, 1, ArticleFields(details=RuleFields(effective_on=dt.date(2027, 4, 1))))
    restore_revision(rule, 1, by=alice)
    rule.rule.refresh_from_db()
    assert rule.rule.effective_on == dt.date(2026, 4, 1)
