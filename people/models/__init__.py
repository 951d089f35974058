"""People and departments: one identity for author, expert and login."""

from people.models.changes import DataImport, DepartmentChange
from people.models.department import Department, Membership, Responsibility
from people.models.person import NEW_COLLEAGUE_DAYS, NOW_DOING_DAYS, Person
from people.models.topics import AskMe, Endorsement, TopicSteward
from people.stances import TopicStance

__all__ = [
    "NEW_COLLEAGUE_DAYS",
    "NOW_DOING_DAYS",
    "AskMe",
    "DataImport",
    "Department",
    "DepartmentChange",
    "Endorsement",
    "Membership",
    "Person",
    "Responsibility",
    "TopicStance",
    "TopicSteward",
]
