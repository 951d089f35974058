"""Loads what each kind of article adds: chores, answers, books, the revisions of rules."""

from collections.abc import Iterable, Iterator

from kb.articles.models import (
    Answer,
    Article,
    Book,
    BookNoteDetail,
    ManualDetail,
    QuestionDetail,
    RuleDetail,
)
from kb.meetings.models import RuleRevision
from kb.portal.demo.articles import Told
from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read


def load_books(cast: Cast) -> None:
    """Everything of ``books.yaml``."""
    entries: list[Entry] = read("books.yaml")
    books = Book.objects.bulk_create(
        Book(title=entry["title"], yomi=entry["yomi"], author=entry["author"]) for entry in entries
    )
    cast.books = {entry["slug"]: book for entry, book in zip(entries, books, strict=True)}


def load_details(told: Iterable[Told], cast: Cast) -> None:
    """The fields of every kind; books and decisions must have been loaded."""
    by_kind: dict[str, list[Told]] = {kind: [] for kind in Article.Kind.values}
    for item in told:
        by_kind[item.article.kind].append(item)
    _load_manuals(by_kind[Article.Kind.MANUAL], cast)
    _load_questions(by_kind[Article.Kind.QUESTION], cast)
    _load_book_notes(by_kind[Article.Kind.BOOK_NOTE], cast)
    _load_rules(by_kind[Article.Kind.RULE], cast)


def _load_manuals(told: list[Told], cast: Cast) -> None:
    ManualDetail.objects.bulk_create(
        ManualDetail(
            article=item.article,
            responsibility=cast.chores.get(item.entry.get("responsibility", "")),
            readers=item.entry.get("readers", ""),
            review_months=item.entry.get("review_months", 6),
            is_official=item.entry.get("official", False),
        )
        for item in told
    )


def _load_questions(told: list[Told], cast: Cast) -> None:
    QuestionDetail.objects.bulk_create(
        QuestionDetail(article=item.article, situation=item.entry.get("situation", ""))
        for item in told
    )
    Answer.objects.bulk_create(answer for item in told for answer in _answers(item, cast))


def _answers(told: Told, cast: Cast) -> Iterator[Answer]:
    for entry in told.entry.get("answers", []):
        moment = cast.calendar.moment(entry["day"], f"{_hour(entry):02}:{entry['day'] % 60:02}")
        yield Answer(
            question=told.article,
            author=cast.people[entry["by"]],
            body=entry["text"].strip(),
            is_accepted=entry.get("accepted", False),
            confirmed_by=cast.person(entry.get("confirmed_by")),
            created_at=moment,
            updated_at=moment,
        )


def _hour(entry: Entry) -> int:
    """An hour of the working day that differs from answerer to answerer."""
    return 9 + sum(map(ord, entry["by"])) % 9


def _load_book_notes(told: list[Told], cast: Cast) -> None:
    BookNoteDetail.objects.bulk_create(
        BookNoteDetail(
            article=item.article,
            book=cast.books[item.entry["book"]],
            one_line=item.entry["one_line"],
            for_whom=item.entry["for_whom"],
            learnt="\n".join(item.entry["learnt"]),
            use_at_work=item.entry["use_at_work"],
        )
        for item in told
    )


def _load_rules(told: list[Told], cast: Cast) -> None:
    RuleDetail.objects.bulk_create(
        RuleDetail(
            article=item.article,
            effective_on=cast.calendar.day(item.entry["effective_day"]),
            needs_confirmation=item.entry.get("needs_confirmation", False),
        )
        for item in told
    )
    RuleRevision.objects.bulk_create(
        RuleRevision(
            rule=item.article,
            decision=cast.decisions[entry["decision"]] if "decision" in entry else None,
            revised_on=cast.calendar.day(entry["day"]),
            what=entry["what"],
        )
        for item in told
        for entry in item.entry.get("revisions", [])
    )
