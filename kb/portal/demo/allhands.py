"""Loads the ALL HANDS: each team's results and goals, its new colleagues, the questions."""

from typing import Any

from kb.meetings.models import Meeting, Session, SessionQuestion
from kb.portal.demo.cast import Cast
from kb.portal.demo.meetings import load_meeting
from kb.portal.demo.source import Entry, read_folder

USUAL = {"time": "15:00", "chair": "todo", "scribe": "hagiwara"}


def load_all_hands(cast: Cast) -> None:
    """Everything of ``allhands/``."""
    for entry in cast.calendar.filled(read_folder("allhands")):
        meeting = load_meeting(USUAL | entry | {"present": _speakers(entry)}, cast)
        for position, team in enumerate(entry["sessions"], start=1):
            _load_team(team, meeting, cast, position=position)


def _speakers(entry: Entry) -> list[str]:
    """Everybody who is known to have been there: they spoke, asked or answered."""
    teams = entry["sessions"]
    questions = [question for team in teams for question in team["questions"]]
    logins = [USUAL["chair"], USUAL["scribe"], *(team["presenter"] for team in teams)]
    logins += [question[key] for question in questions for key in ("by", "answered_by")]
    return list(dict.fromkeys(login for login in logins if login))


def _load_team(team: dict[str, Any], meeting: Meeting, cast: Cast, *, position: int) -> None:
    session = Session.objects.create(
        meeting=meeting,
        position=position,
        department=cast.departments[team["department"]],
        presenter=cast.people[team["presenter"]],
        results="\n".join(team["results"]),
        goals="\n".join(team["goals"]),
        note=team["note"],
    )
    session.new_colleagues.set(cast.people[login] for login in team["new_colleagues"])
    SessionQuestion.objects.bulk_create(
        SessionQuestion(
            session=session,
            asked_by=cast.people[question["by"]],
            text=question["text"],
            answer=question["answer"],
            answered_by=cast.person(question["answered_by"]),
            created_at=meeting.held_at,
        )
        for question in team["questions"]
    )
