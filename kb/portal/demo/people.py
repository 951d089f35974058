"""Loads departments, people and their places, topics, 聞いてください and chores."""

import datetime as dt

from django.contrib.auth.hashers import make_password

from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read
from kb.topics.models import Topic, TopicSynonym
from people.models import (
    AskMe,
    Department,
    Membership,
    Person,
    Responsibility,
    TopicSteward,
)

DEMO_LOGIN = "mizuno"
ADMIN_LOGIN = "onodera"


def load_company(cast: Cast) -> None:
    """Everything of ``company.yaml``."""
    data = cast.calendar.filled(read("company.yaml"))
    _load_people(data["people"], cast, domain=data["company"]["domain"])
    _load_departments(data["departments"], cast)
    _load_memberships(data["people"], cast)
    _load_topics(data["topics"], cast)
    _load_chores(data["responsibilities"], cast)
    _load_offers(data["people"], data["topics"], cast)


def _load_people(entries: list[Entry], cast: Cast, *, domain: str) -> None:
    people = [_person(entry, cast, domain) for entry in entries]
    cast.people = {person.login: person for person in Person.objects.bulk_create(people)}


def _person(entry: Entry, cast: Cast, domain: str) -> Person:
    calendar = cast.calendar
    left = entry.get("left_day")
    return Person(
        login=entry["login"],
        password=make_password(None),
        email=f"{entry['chat']}@{domain}",
        name=entry["name"],
        yomi=entry["yomi"],
        bio=entry["bio"],
        now_doing=entry["now_doing"],
        now_doing_at=calendar.moment(-_days_ago(entry)) if entry["now_doing"] else None,
        is_open_to_questions=entry.get("open_to_questions", False),
        extension=entry["extension"],
        chat=entry["chat"],
        languages="、".join(entry["languages"]),
        joined_on=calendar.plain_day(entry["joined_day"]),
        left_on=calendar.plain_day(left) if left is not None else None,
        is_active=left is None,
        is_staff=entry.get("staff", False),
        is_superuser=entry["login"] == ADMIN_LOGIN,
        created_at=calendar.moment(entry["joined_day"]),
        updated_at=calendar.moment(left if left is not None else -_days_ago(entry)),
    )


def _days_ago(entry: Entry) -> int:
    """When somebody last wrote what they are doing: some days ago, newcomers since they came."""
    spread = sum(map(ord, entry["login"])) % 24 + 1
    return int(min(spread, -entry["joined_day"]))


def _load_departments(entries: list[Entry], cast: Cast) -> None:
    departments = [
        Department(
            slug=entry["slug"],
            name=entry["name"],
            short_name=entry["short"],
            yomi=entry["yomi"],
            mission=entry["mission"],
            colour=entry["colour"],
            head=cast.people[entry["head"]],
            position=position,
        )
        for position, entry in enumerate(entries, start=1)
    ]
    saved = Department.objects.bulk_create(departments)
    cast.departments = {department.slug: department for department in saved}
    for entry in entries:
        if "parent" in entry:
            cast.departments[entry["slug"]].parent = cast.departments[entry["parent"]]
    Department.objects.bulk_update(saved, ["parent"])


def _load_memberships(entries: list[Entry], cast: Cast) -> None:
    Membership.objects.bulk_create(
        membership for entry in entries for membership in _memberships(entry, cast)
    )


def _memberships(entry: Entry, cast: Cast) -> list[Membership]:
    person, day = cast.people[entry["login"]], cast.calendar.plain_day
    previous = entry.get("previous", [])
    started = max([entry["joined_day"], *(place["to_day"] + 1 for place in previous)])
    main = Membership(
        person=person,
        department=cast.departments[entry["department"]],
        title=entry.get("title", ""),
        started_on=day(started),
        ended_on=person.left_on,
    )
    earlier = [
        _place(person, place, cast, dates=(day(place["from_day"]), day(place["to_day"])))
        for place in previous
    ]
    beside = [
        _place(person, place, cast, dates=(day(place["from_day"]), None), is_primary=False)
        for place in entry.get("also", [])
    ]
    return [main, *earlier, *beside]


def _place(
    person: Person,
    place: Entry,
    cast: Cast,
    *,
    dates: tuple[dt.date, dt.date | None],
    is_primary: bool = True,
) -> Membership:
    return Membership(
        person=person,
        department=cast.departments[place["department"]],
        is_primary=is_primary,
        started_on=dates[0],
        ended_on=dates[1],
    )


def _load_topics(entries: list[Entry], cast: Cast) -> None:
    topics = Topic.objects.bulk_create(
        Topic(
            slug=entry["slug"],
            name=entry["name"],
            yomi=entry["yomi"],
            description=entry["description"],
        )
        for entry in entries
    )
    cast.topics = {topic.slug: topic for topic in topics}
    for entry in entries:
        if "parent" in entry:
            cast.topics[entry["slug"]].parent = cast.topics[entry["parent"]]
    Topic.objects.bulk_update(topics, ["parent"])
    TopicSynonym.objects.bulk_create(
        TopicSynonym(topic=cast.topics[entry["slug"]], word=word)
        for entry in entries
        for word in entry["synonyms"]
    )


def _load_chores(entries: list[Entry], cast: Cast) -> None:
    chores = Responsibility.objects.bulk_create(
        Responsibility(
            name=entry["name"],
            other_words="\n".join(entry["other_words"]),
            note=entry.get("note", ""),
            department=cast.departments[entry["department"]],
            main=cast.people[entry["main"]],
            sub=cast.people[entry["sub"]],
        )
        for entry in entries
    )
    cast.chores = {entry["slug"]: chore for entry, chore in zip(entries, chores, strict=True)}


def _load_offers(people: list[Entry], topics: list[Entry], cast: Cast) -> None:
    AskMe.objects.bulk_create(
        AskMe(
            person=cast.people[entry["login"]],
            topic=cast.topics[offer["topic"]],
            note=offer["note"],
            created_at=cast.calendar.moment(-_days_ago(entry)),
        )
        for entry in people
        for offer in entry["ask_me"]
    )
    TopicSteward.objects.bulk_create(
        TopicSteward(person=cast.people[login], topic=cast.topics[entry["slug"]])
        for entry in topics
        for login in entry["stewards"]
    )
