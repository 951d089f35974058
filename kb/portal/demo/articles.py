"""Loads articles of every kind with the history of their text and all who had a part in them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from kb.articles.models import Article, Contributor, Revision
from kb.articles.reviews import DEFAULT_MONTHS, months_later
from kb.portal.demo.cast import Cast
from kb.portal.demo.history import Step, steps
from kb.portal.demo.source import Entry, read_documents

REVIEWED = {Article.Kind.MANUAL, Article.Kind.QUESTION, Article.Kind.RULE}
FIRST_MINUTE, MINUTES = 9 * 60, 9 * 60


@dataclass(frozen=True)
class Told:
    """An article of the data beside its saved row and the states its text went through."""

    entry: Entry
    article: Article
    steps: list[Step]


def load_articles(cast: Cast) -> list[Told]:
    """Everything of ``articles/``, the oldest first; the fields of each kind are loaded apart."""
    documents = [
        (cast.calendar.filled(entry), cast.calendar.fill(body))
        for entry, body in read_documents("articles")
    ]
    documents.sort(key=lambda document: document[0]["day"])
    told = [_told(entry, body, cast) for entry, body in documents]
    Article.objects.bulk_create(item.article for item in told)
    cast.articles = {item.article.title: item.article for item in told}
    Revision.objects.bulk_create(row for item in told for row in _revisions(item, cast))
    Contributor.objects.bulk_create(row for item in told for row in _contributors(item, cast))
    cast.give_topics([item.article for item in told], [item.entry["topics"] for item in told])
    return told


def _told(entry: Entry, body: str, cast: Cast) -> Told:
    calendar, states = cast.calendar, steps(entry, body)
    confirmed = entry.get("confirmed_day")
    created = _moment(entry["title"], entry["day"], cast)
    article = Article(
        kind=entry["kind"],
        title=entry["title"],
        summary=entry.get("summary", ""),
        body=body,
        status=entry.get("state", Article.Status.PUBLISHED),
        revision=len(states),
        author=cast.people[entry["author"]],
        owner=cast.person(entry.get("owner") or entry["author"]),
        department=cast.departments[entry["department"]],
        confirmed_at=calendar.moment(confirmed, "17:00") if confirmed is not None else None,
        confirmed_by=cast.person(entry.get("confirmed_by")),
        review_due_on=_review_day(entry, cast),
        published_at=created,
        created_at=created,
        updated_at=_moment(entry["title"], entry.get("updated_day", states[-1].day), cast),
    )
    return Told(entry, article, states)


def _moment(title: str, day: int, cast: Cast) -> dt.datetime:
    """A time of the working day that differs from text to text and stays the same."""
    minute = FIRST_MINUTE + (sum(map(ord, title)) - day) % MINUTES
    return cast.calendar.moment(day, f"{minute // 60:02}:{minute % 60:02}")


def _review_day(entry: Entry, cast: Cast) -> dt.date | None:
    if entry["kind"] not in REVIEWED:
        return None
    months = entry.get("review_months", DEFAULT_MONTHS)
    last = next(entry[key] for key in ("confirmed_day", "updated_day", "day") if key in entry)
    return months_later(cast.calendar.day(last), months)


def _revisions(told: Told, cast: Cast) -> Iterator[Revision]:
    for number, step in enumerate(told.steps, start=1):
        yield Revision(
            article=told.article,
            number=number,
            title=told.article.title,
            body=step.body,
            author=cast.people[step.login],
            note=step.note,
            lines_added=step.added,
            created_at=_moment(told.article.title, step.day, cast),
        )


def _contributors(told: Told, cast: Cast) -> Iterator[Contributor]:
    """Authors and editors as the revisions tell, then who looked over it and who confirmed it."""
    logins = dict.fromkeys(step.login for step in told.steps)
    for login in logins:
        own = [step for step in told.steps if step.login == login]
        is_author = login == told.entry["author"]
        yield Contributor(
            article=told.article,
            person=cast.people[login],
            role=Contributor.Role.AUTHOR if is_author else Contributor.Role.EDITOR,
            edits=len(own),
            changed_lines=sum(step.added for step in own),
            last_at=_moment(told.article.title, own[-1].day, cast),
        )
    yield from _signers(told, cast)


def _signers(told: Told, cast: Cast) -> Iterator[Contributor]:
    signed = [(login, Contributor.Role.REVIEWER) for login in told.entry.get("reviewers", [])]
    confirmed_by = told.entry.get("confirmed_by")
    if confirmed_by and confirmed_by != told.entry["author"]:
        signed.append((confirmed_by, Contributor.Role.APPROVER))
    for login, role in signed:
        yield Contributor(
            article=told.article,
            person=cast.people[login],
            role=role,
            last_at=told.article.confirmed_at or told.article.updated_at,
        )
