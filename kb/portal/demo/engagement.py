"""Loads what colleagues hung on each other's records, and the one problem they gather around."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from kb.articles.models import Article
from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.engagement.mentions import render_remark
from kb.engagement.models import Comment, Confirmation, Follow, Thanks
from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read
from people.models import Endorsement


def load_engagement(cast: Cast) -> None:
    """Everything of ``engagement.yaml``."""
    data: dict[str, list[Entry]] = cast.calendar.filled(read("engagement.yaml"))
    for entry in data["comments"]:
        _load_comment(entry, cast.articles[entry["article"]], cast)
    _load_thanks(data["thanks"], cast)
    _load_endorsements(data["endorsements"], cast)
    for entry in data["follows"]:
        _load_follows(entry, cast)
    for entry in data["confirmations"]:
        _load_confirmations(entry, cast)
    for entry in data["communities"]:
        _load_community(entry, cast)


def _place(record: models.Model) -> dict[str, Any]:
    return {
        "content_type": ContentType.objects.get_for_model(record),
        "object_id": record.pk,
    }


def _load_comment(entry: Entry, record: models.Model, cast: Cast) -> None:
    moment = cast.calendar.moment(entry["day"], entry["time"])
    comment = Comment.objects.create(
        **_place(record),
        author=cast.people[entry["by"]],
        body=entry["text"],
        created_at=moment,
        updated_at=moment,
    )
    comment.body_html = str(render_remark(comment.body, id_prefix=f"c{comment.pk}").html)
    comment.save(update_fields=["body_html"])


def _load_thanks(entries: list[Entry], cast: Cast) -> None:
    Thanks.objects.bulk_create(
        Thanks(
            **_place(cast.articles[entry["article"]]),
            person=cast.people[entry["by"]],
            words=entry["words"],
            created_at=cast.calendar.moment(entry["day"], "17:05"),
        )
        for entry in entries
    )


def _load_endorsements(entries: list[Entry], cast: Cast) -> None:
    Endorsement.objects.bulk_create(
        Endorsement(
            person=cast.people[entry["person"]],
            topic=cast.topics[entry["topic"]],
            endorsed_by=cast.people[entry["by"]],
            words=entry["words"],
            created_at=cast.calendar.moment(entry["day"], "17:45"),
        )
        for entry in entries
    )


def _load_follows(entry: Entry, cast: Cast) -> None:
    records: list[models.Model] = [cast.topics[slug] for slug in entry["topics"]]
    records += [cast.customers[slug] for slug in entry.get("customers", [])]
    person = cast.people[entry["by"]]
    Follow.objects.bulk_create(Follow(**_place(record), person=person) for record in records)


def _load_confirmations(entry: Entry, cast: Cast) -> None:
    asked_at = cast.calendar.moment(entry["day"], "10:00")
    read_at = cast.calendar.moment(entry["day"] + 1, "16:00")
    rule: Article = cast.articles[entry["article"]]
    Confirmation.objects.bulk_create(
        Confirmation(
            **_place(rule),
            person=cast.people[login],
            asked_by=cast.people[entry["asked_by"]],
            asked_at=asked_at,
            due_on=cast.calendar.day(entry["due_day"]),
            confirmed_at=max(asked_at, read_at) if login in entry["confirmed"] else None,
        )
        for login in entry["people"]
    )


def _load_community(entry: Entry, cast: Cast) -> None:
    begun = cast.calendar.moment(entry["day"], "09:30")
    community = Community.objects.create(
        title=entry["title"],
        why_now=entry["why_now"],
        done_when=entry["done_when"],
        state=entry["state"],
        started_by=cast.people[entry["started_by"]],
        created_at=begun,
        updated_at=cast.calendar.moment(max(item["day"] for item in entry["talk"])),
    )
    cast.give_topics([community], [entry["topics"]])
    CommunityMember.objects.bulk_create(
        CommunityMember(
            community=community,
            person=cast.people[member["person"]],
            kind=member["kind"],
            reason=member.get("reason", ""),
            invited_by=cast.person(member.get("invited_by")),
            since=cast.calendar.moment(member["day"]),
        )
        for member in entry["members"]
    )
    CommunityRecord.objects.bulk_create(
        CommunityRecord(
            community=community,
            **_place(cast.articles[record["article"]]),
            added_by=cast.people[record["by"]],
            note=record["note"],
            created_at=cast.calendar.moment(record["day"], "13:00"),
        )
        for record in entry["records"]
    )
    for remark in entry["talk"]:
        _load_comment(remark, community, cast)
