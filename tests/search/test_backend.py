"""The index on disk: what is written is found, ranked, filtered and suggested."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from kb.search.indexing import backend
from kb.search.query import SearchQuery
from kb.search.synonyms import SynonymTable
from tests.search.library import INDEX, Library, Note


def test_what_is_written_is_found_and_what_is_removed_is_gone(library: Library) -> None:
    library.save(Note(1, "経費の精算"), Note(2, "会議室の予約"))
    assert library.ids("経費") == [1]
    library.backend.remove("articles.article.1")
    assert library.ids("経費") == []
    assert library.backend.document_count() == 1


def test_a_changed_record_is_found_by_its_new_text_only(library: Library) -> None:
    library.save(Note(1, "経費の精算"))
    library.save(Note(1, "出張の申請", more={"revision": 2}))
    assert library.ids("経費") == []
    assert library.ids("出張") == [1]
    assert list(library.backend.keys_and_revisions()) == [("articles.article.1", 2)]


def test_one_commit_takes_changes_and_removals_of_several_kinds(library: Library) -> None:
    library.save(Note(1, "経費"), Note(2, "出張"))
    contents = library.backend.analyse([(INDEX, [Note(3, "研修")]), (INDEX, [])])
    library.backend.write(contents, ["articles.article.1"])
    assert sorted(key for key, _ in library.backend.keys_and_revisions()) == [
        "articles.article.2",
        "articles.article.3",
    ]


def test_all_threads_share_one_open_index(search_index: Any) -> None:
    with ThreadPoolExecutor(1) as other:
        assert other.submit(backend).result() is search_index


def test_an_empty_update_keeps_no_lock(library: Library) -> None:
    library.backend.update(INDEX, [])
    library.save(Note(1, "経費"))
    assert library.ids("経費") == [1]


def test_many_small_commits_stay_few_segments(library: Library) -> None:
    for number in range(40):
        library.save(Note(number, f"記録{number}号の会議"))
    assert len(library.backend.directory.generation().views) <= 9
    assert library.backend.document_count() == 40
    assert library.find("会議").total == 40


def test_models_are_cleared_alone(library: Library) -> None:
    library.save(Note(1, "経費"))
    from django.contrib.auth.models import Group

    library.backend.clear(models=[Group])
    assert library.ids("経費") == [1]


# --- Words ---------------------------------------------------------------------------------------


def test_documents_with_all_words_come_alone_when_they_are_enough(library: Library) -> None:
    library.save(*(Note(n, "会議室の予約") for n in range(3)), Note(9, "会議室の掃除"))
    found = library.find("会議室 予約")
    assert found.total == 3
    assert not found.is_relaxed


def test_documents_with_some_words_follow_when_few_have_all(library: Library) -> None:
    library.save(Note(1, "会議室の予約"), Note(2, "会議室の掃除"))
    found = library.find("会議室 予約")
    assert [hit.key[-1] for hit in found.hits] == ["1", "2"]
    assert found.is_relaxed


def test_quoted_text_stands_as_it_is(library: Library) -> None:
    library.save(Note(1, "東京本社の移転"), Note(2, "移転する東京の本社"))
    assert library.ids('"東京本社"') == [1]
    assert library.ids("「本社の移転」") == [1]


def test_quoted_text_that_nobody_wrote_is_searched_as_words(library: Library) -> None:
    library.save(Note(1, "東京の本社"))
    found = library.find('"本社東京"')
    assert found.is_relaxed
    assert found.total == 1


def test_excluded_words_exclude(library: Library) -> None:
    library.save(Note(1, "会議 東京"), Note(2, "会議 大阪"), Note(3, "会議 東京都"))
    assert sorted(library.ids("会議 -大阪")) == [1, 3]
    assert library.find("会議 -大阪").total == 2


def test_one_character_finds_beginnings_and_words(library: Library) -> None:
    library.save(Note(1, "本の紹介"), Note(2, "日本の会議"), Note(3, "Zoomの使い方"))
    assert library.ids("本")[0] == 1
    assert library.ids("z") == [3]


def test_people_are_found_by_name_and_reading(library: Library) -> None:
    library.save(
        Note(1, "渡邊 花子", names="渡邊 花子\nわたなべ はなこ", kind="person"),
        Note(2, "佐藤 太郎", names="さとう たろう"),
    )
    for text in ("渡辺", "わたなべ", "ワタナベ", "watanabe", "花子 渡辺", "はなこ"):
        assert library.ids(text)[:1] == [1], text
    assert library.ids("sato") == library.ids("satou") == [2]


def test_typos_find_and_say_what_was_meant(library: Library) -> None:
    library.save(
        Note(1, "スケジュール調整"), Note(2, "Kubernetesの運用"), Note(3, "authenticationの設定")
    )
    found = library.find("スケジュル")
    assert (found.hits[0].key[-1], found.suggestion) == ("1", "スケジュール")
    assert library.find("kubernates").suggestion == "kubernetes"
    assert library.ids("authentification") == [3]
    assert library.find("スケジュール").suggestion == ""


def test_synonyms_find_and_are_named(library: Library) -> None:
    library.save(Note(1, "スマートフォンの紛失"), Note(2, "パワポの使い方"))
    found = library.find("スマホ")
    assert found.hits[0].key[-1] == "1"
    assert "スマートフォン" in found.searched_also
    own = SynonymTable([["パワポ", "プレゼン資料"]])
    query = SearchQuery(text="プレゼン資料")
    assert library.backend.find(query, synonyms=own).hits[0].key[-1] == "2"


def test_another_spelling_of_what_was_typed_is_no_synonym_to_name(library: Library) -> None:
    library.save(Note(1, "見積もりの出し方"))
    found = library.find("見積")
    assert [hit.key[-1] for hit in found.hits] == ["1"]
    assert not {"見積", "見積もり"}.intersection(found.searched_also)


def test_a_replaced_text_stands_below_its_successor(library: Library) -> None:
    library.save(
        Note(1, "旅費規程", "旅費の規程です。", more={"quality": 0.6}),
        Note(2, "旅費規程", "旅費の規程です。", more={"quality": 1.0}),
    )
    assert library.ids("旅費規程") == [2, 1]


# --- Filters --------------------------------------------------------------------------------------


def test_filters_narrow_before_ranking(library: Library) -> None:
    def fields(number: int) -> dict[str, Any]:
        return {
            "topics": ["hiring"] if number == 1 else [],
            "departments": [number],
            "people": [number, 10],
            "state": "published" if number < 3 else "draft",
            "day": date(2026, number, 1).toordinal(),
        }

    library.save(
        *(Note(n, "会議", kind="note" if n < 3 else "rule", more=fields(n)) for n in range(1, 5))
    )
    assert library.ids("会議", kinds=frozenset({"rule"})) == [4, 3]
    assert library.ids("会議", topics=frozenset({"hiring"})) == [1]
    assert library.ids("会議", departments=frozenset({2, 3})) == [3, 2]
    assert library.ids("会議", people=frozenset({10}), states=frozenset({"draft"})) == [4, 3]
    assert library.ids("会議", since=date(2026, 2, 1), until=date(2026, 3, 31)) == [3, 2]
    assert library.ids("会議", topics=frozenset({"nothing"})) == []
    assert dict(library.find("会議").kind_counts) == {"note": 2, "rule": 2}
    assert library.ids(people=frozenset({10})) == [4, 3, 2, 1]
    assert library.ids("") == []


# --- While typing, and beside -----------------------------------------------------------------------


def test_suggestions_begin_with_what_is_typed(library: Library) -> None:
    library.save(
        Note(1, "ヘルプ記事の書き方"),
        Note(2, "新しいヘルプ"),
        Note(3, "佐藤 花子", names="さとう はなこ", kind="person"),
    )
    keys = [hit.key[-1] for hit in library.backend.suggest("ヘル")]
    assert keys == ["1", "2"]
    assert [hit.key[-1] for hit in library.backend.suggest("さと")] == ["3"]
    assert [hit.key[-1] for hit in library.backend.suggest("sat")] == ["3"]
    assert library.backend.suggest("ヘル", kinds=frozenset({"person"})) == ()
    assert library.backend.suggest("") == ()


@pytest.mark.parametrize(
    "typed", ["けいひ", "ケイヒ", "けいひs", "けいひせ", "keihi", "keihis", "keihise"]
)
def test_suggestions_sound_like_what_is_typed(library: Library, typed: str) -> None:
    others = (
        "契約の窓口",
        "計画の立て方",
        "経理の窓口",
        "警備の当番",
        "掲示の決まり",
        "携帯の貸し出し",
    )
    library.save(Note(1, "経費精算のしかた"), Note(2, "出張と経費"), Note(3, "経理の集まり"))
    library.save(*(Note(10 + number, title) for number, title in enumerate(others)))
    assert [hit.key[-1] for hit in library.backend.suggest(typed)][:1] == ["1"]
    assert "3" not in [hit.key[-1] for hit in library.backend.suggest(typed)]


@pytest.mark.parametrize("typed", ["k", "kk", "x", "けz", "ん", "n'", "ー"])
def test_a_syllable_still_to_be_finished_suggests_nothing_strange(
    library: Library, typed: str
) -> None:
    library.save(Note(1, "経費精算のしかた"))
    assert library.backend.suggest(typed) == ()


def test_similar_documents_share_the_subject(library: Library) -> None:
    library.save(
        Note(1, "請求書の再発行", "請求書を再発行する手順"),
        Note(2, "請求書の送付先", "請求書の宛名を変更する"),
        Note(3, "社員旅行", "温泉に行きました"),
    )
    own = frozenset({"articles.article.1"})
    similar = library.backend.similar("請求書の再発行", "請求書を再発行する手順", exclude=own)
    assert [hit.key[-1] for hit in similar] == ["2"]


def test_a_latin_word_comes_before_what_sounds_like_it(library: Library) -> None:
    library.save(Note(1, "相手"), Note(2, "AI の使い方と、使ってはいけないところ"))
    assert [hit.key[-1] for hit in library.backend.suggest("ai")][:1] == ["2"]


def test_a_record_saved_and_deleted_again_leaves_a_readable_index(library: Library) -> None:
    library.save(*(Note(n, f"会議{n}") for n in range(5)))
    library.save(Note(9, "研修"))
    library.backend.remove_keys([Note(9, "").key])
    assert library.ids("研修") == []
    assert len(library.ids("会議")) == 5
    library.save(Note(10, "懇親会"))
    library.save(Note(10, "懇親会の場所"))
    library.backend.remove_keys([Note(n, "").key for n in (*range(5), 10)])
    assert library.find("会議").total == 0
    assert library.backend.document_count() == 0
    library.save(Note(11, "会議"))
    assert library.ids("会議") == [11]
