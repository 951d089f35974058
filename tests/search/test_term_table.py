"""The file of terms is read as Whoosh reads it, whatever is asked for and however many segments there are."""

from kb.search.generation import Generation
from kb.search.spelling import slips
from tests.search.library import Library, Note


def filled(library: Library) -> Generation:
    """Three segments; the last lacks the field of another, so that its fields have other numbers."""
    library.save(
        *(Note(pk, f"会議室の予約{pk}", "ワークフローの申請と database") for pk in range(1, 40))
    )
    library.save(Note(50, "経費精算", "ワクフローの手引き"))
    library.save(Note(60, "", "ワークフロー"))
    return library.backend.directory.generation()


def test_every_term_is_found_with_its_postings(library: Library) -> None:
    generation = filled(library)
    assert len(generation.views) == 3
    for view, _deleted in generation.views:
        for (field, token), info in view._terms.items():
            place = view._terms.place(field, token.decode())
            assert place == info.place
            numbers, _impacts = view.postings(field, token.decode())
            assert len(numbers) == info.doc_frequency() > 0


def test_what_no_document_has_is_not_found(library: Library) -> None:
    generation = filled(library)
    for field in ("b", "s", "prefix", "nowhere"):
        for token in ("", "ワ", "無い言葉", "zzz", "会議室の予約10 "):
            assert generation.frequency(field, token) == 0


def test_many_at_once_are_counted_as_one_by_one(library: Library) -> None:
    generation = filled(library)
    tokens = [*slips("ワークフロ"), *slips("databas"), "ワークフロ", "database", "会議", "申請"]
    for field in ("b", "s", "nowhere"):
        every = [generation.frequency(field, token) for token in tokens]
        assert generation.frequencies(field, tokens) == every
    assert any(generation.frequencies("s", tokens))
    assert generation.frequencies("s", []) == []


def test_tokens_come_in_order_from_a_prefix_to_its_end(library: Library) -> None:
    generation = filled(library)
    for view, _deleted in generation.views:
        every = [
            (field, token.decode(), info.doc_frequency())
            for (field, token), info in view._terms.items()
        ]
        for field in ("b", "facet", "key", "prefix", "s", "nowhere"):
            for prefix in ("", "会", "会議室", "ワーク", "d", "kind:", "\uffff"):
                wanted = [(t, n) for f, t, n in every if f == field and t.startswith(prefix)]
                assert list(view.tokens_from(field, prefix)) == wanted
