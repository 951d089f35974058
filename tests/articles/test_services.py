"""Writing articles: revisions, the lock, merging, people, links."""

import pytest

from kb.articles.models import Article, ArticleLink, Contributor, ManualDetail
from kb.articles.services import (
    ArticleFields,
    EditConflict,
    EmptyBody,
    ManualFields,
    TooManyTopics,
    accept_answer,
    add_answer,
    confirm_article,
    create_article,
    delete_article,
    restore_article,
    restore_revision,
    retire,
    save_article,
)
from kb.topics.models import Topic, TopicSynonym
from people.models import Person

BODY = "はじめに\n\n手順1\n手順2\n手順3\n\nおわりに"


@pytest.fixture
def manual(alice: Person) -> Article:
    return create_article(
        by=alice,
        kind="manual",
        title="ヘルプ記事の書き方",
        body=BODY,
        fields=ArticleFields(details=ManualFields(readers="全員", review_months=3)),
    )


def test_a_new_article_has_a_first_revision_an_owner_and_a_department(
    manual: Article, alice: Person
) -> None:
    assert manual.revision == 1
    assert manual.revisions.get().body == BODY
    assert manual.owner == alice
    assert manual.department == alice.department
    assert "<p>はじめに</p>" in manual.body_html
    contributor = manual.contributors.get()
    assert (contributor.role, contributor.changed_lines) == (Contributor.Role.AUTHOR, 7)


def test_a_new_manual_is_due_for_review_after_its_interval(manual: Article) -> None:
    assert ManualDetail.objects.get(article=manual).review_months == 3
    assert manual.review_due_on is not None
    assert 88 <= (manual.review_due_on - manual.created_at.date()).days <= 93


def test_a_note_is_never_due_for_review(alice: Person) -> None:
    note = create_article(by=alice, kind="note", title="メモ", body="あ")
    assert note.review_due_on is None


def test_saving_writes_the_next_revision_and_counts_the_changed_lines(
    manual: Article, bob: Person
) -> None:
    saved = save_article(
        manual,
        by=bob,
        base_revision=1,
        title=manual.title,
        body=BODY.replace("手順2", "手順2を直した"),
        fields=ArticleFields(note="2を直した"),
    )
    assert saved.article.revision == 2
    revision = saved.article.revisions.get(number=2)
    assert (revision.author, revision.note) == (bob, "2を直した")
    assert (revision.lines_added, revision.lines_removed) == (1, 1)
    editor = saved.article.contributors.get(person=bob)
    assert (editor.role, editor.edits, editor.changed_lines) == (Contributor.Role.EDITOR, 1, 2)


def test_saving_the_same_text_makes_no_revision(manual: Article, bob: Person) -> None:
    saved = save_article(manual, by=bob, base_revision=1, title=manual.title, body=BODY)
    assert not saved.is_changed
    assert saved.article.revision == 1


def test_changes_of_different_lines_are_merged(manual: Article, alice: Person, bob: Person) -> None:
    save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY.replace("手順1", "手順A")
    )
    saved = save_article(
        manual, by=bob, base_revision=1, title="新しい題名", body=BODY.replace("手順3", "手順C")
    )
    assert saved.was_merged
    assert saved.article.revision == 3
    assert saved.article.title == "新しい題名"
    assert "手順A\n手順2\n手順C" in saved.article.body


def test_changes_of_the_same_line_clash_and_both_texts_are_kept(
    manual: Article, alice: Person, bob: Person
) -> None:
    save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY.replace("手順2", "相手の2")
    )
    with pytest.raises(EditConflict) as caught:
        save_article(
            manual, by=bob, base_revision=1, title=manual.title, body=BODY.replace("手順2", "私の2")
        )
    assert "相手の2" in caught.value.theirs.body
    assert "私の2" in caught.value.mine.body
    assert "手順2" in caught.value.base.body
    assert "相手の2" in caught.value.merge.text
    assert "私の2" in caught.value.merge.text


def test_a_base_that_never_was_ends_in_a_clash_not_in_a_loss(manual: Article, bob: Person) -> None:
    with pytest.raises(EditConflict):
        save_article(manual, by=bob, base_revision=99, title=manual.title, body="別の文章")


def test_an_empty_body_never_replaces_a_full_one_unasked(manual: Article, bob: Person) -> None:
    with pytest.raises(EmptyBody):
        save_article(manual, by=bob, base_revision=1, title=manual.title, body="  \n ")
    saved = save_article(
        manual,
        by=bob,
        base_revision=1,
        title=manual.title,
        body="",
        fields=ArticleFields(allows_empty=True),
    )
    assert saved.article.body == ""


def test_an_older_revision_comes_back_as_a_new_one(manual: Article, bob: Person) -> None:
    save_article(manual, by=bob, base_revision=1, title="別の題", body="まったく別")
    saved = restore_revision(manual, 1, by=bob)
    assert saved.article.revision == 3
    assert saved.article.body == BODY
    assert saved.article.title == "ヘルプ記事の書き方"
    assert saved.article.revisions.count() == 3


def test_links_join_articles_and_wait_for_those_not_written_yet(
    manual: Article, alice: Person
) -> None:
    note = create_article(
        by=alice,
        kind="note",
        title="メモ",
        body=f"[[ヘルプ記事の書き方]]と[[まだない]]、[これ](/articles/{manual.pk}/)",
    )
    assert set(note.links.values_list("target", "words")) == {
        (manual.pk, "ヘルプ記事の書き方"),
        (manual.pk, ""),
        (None, "まだない"),
    }
    assert "wiki--missing" in note.body_html
    later = create_article(by=alice, kind="note", title="まだない", body="書いた")
    note.refresh_from_db()
    assert "wiki--missing" not in note.body_html
    assert ArticleLink.objects.filter(source=note, target=later, words="まだない").exists()


def test_a_link_survives_the_new_title_of_its_page(manual: Article, alice: Person) -> None:
    note = create_article(by=alice, kind="note", title="メモ", body="[[ヘルプ記事の書き方]]")
    save_article(manual, by=alice, base_revision=1, title="新しい題名", body=BODY)
    saved = save_article(
        note, by=alice, base_revision=1, title="メモ", body="まず[[ヘルプ記事の書き方]]"
    )
    assert f'href="/articles/{manual.pk}/"' in saved.article.body_html


def test_topics_lead_through_synonyms_and_are_at_most_five(manual: Article, alice: Person) -> None:
    topic = Topic.objects.create(name="ヘルプ")
    TopicSynonym.objects.create(topic=topic, word="ヘルプページ")
    fields = ArticleFields(topics=["ヘルプページ", "導入支援"])
    saved = save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY, fields=fields
    )
    assert set(saved.article.topics.names()) == {"ヘルプ", "導入支援"}
    with pytest.raises(TooManyTopics):
        save_article(
            manual,
            by=alice,
            base_revision=1,
            title=manual.title,
            body=BODY,
            fields=ArticleFields(topics=list("一二三四五六")),
        )


def test_confirming_sets_the_next_review_and_remembers_who(manual: Article, bob: Person) -> None:
    Article.objects.filter(pk=manual.pk).update(review_due_on=None)
    confirm_article(Article.objects.get(pk=manual.pk), by=bob)
    confirmed = Article.objects.get(pk=manual.pk)
    assert confirmed.confirmed_by == bob
    assert confirmed.review_due_on is not None
    assert manual.contributors.filter(person=bob, role=Contributor.Role.REVIEWER).exists()


def test_the_bin_keeps_what_was_deleted(manual: Article, bob: Person) -> None:
    delete_article(manual, by=bob)
    assert not Article.objects.visible().filter(pk=manual.pk).exists()
    restore_article(manual, by=bob)
    assert Article.objects.visible().get(pk=manual.pk).body == BODY


def test_a_retired_article_is_never_due(manual: Article, bob: Person) -> None:
    retire(manual, by=bob)
    assert (manual.status, manual.review_due_on) == (Article.Status.RETIRED, None)


def test_one_answer_at_most_is_accepted(alice: Person, bob: Person) -> None:
    question = create_article(by=alice, kind="question", title="どこ?", body="")
    first = add_answer(question, "あちら", by=bob)
    second = add_answer(question, "こちら **です**", by=bob)
    accept_answer(first, by=alice)
    accept_answer(second, by=alice)
    first.refresh_from_db()
    assert (first.is_accepted, second.is_accepted) == (False, True)
    assert "<strong>です</strong>" in second.body_html
