"""担当業務カタログ: who may tend it, and its writes."""

from django.db import transaction
from django.utils import timezone

from kb.foundation.bin import write_down
from people.models import Department, Membership, Person, Responsibility

MAY_CHANGE = "people.change_responsibility"


def may_tend(department: Department, person: Person) -> bool:
    """Whether the person says what the department does: its people, its heads, operators.

    The people of departments above and below belong to it.
    """
    if person.is_staff and person.has_perm(MAY_CHANGE):
        return True
    own = Membership.objects.current().filter(person=person).select_related("department")
    places = [membership.department for membership in own]
    line = _line(department)
    return (
        any(above.head_id == person.pk for above in line)
        or any(place in line for place in places)
        or any(department in _line(place) for place in places)
    )


def leads(department: Department, person: Person) -> bool:
    """Whether the person is the head of the department or of one above it."""
    return any(above.head_id == person.pk for above in _line(department))


def _line(department: Department) -> list[Department]:
    """The department and those above it; a circle is left at its first repetition."""
    line: list[Department] = []
    above: Department | None = department
    while above is not None and above not in line:
        line.append(above)
        above = above.parent
    return line


@transaction.atomic
def save_chore(chore: Responsibility, *, by: Person) -> Responsibility:
    """The chore as it is now; who changed it stands in the log."""
    is_new = chore.pk is None
    chore.updated_at = timezone.now()
    chore.save()
    write_down(chore, "create" if is_new else "change", by=by)
    return chore


@transaction.atomic
def retire_chore(chore: Responsibility, *, by: Person) -> Responsibility:
    """Nobody does it any more; it vanishes from lists and the search and can be taken back."""
    return _set_active(chore, is_active=False, by=by)


@transaction.atomic
def revive_chore(chore: Responsibility, *, by: Person) -> Responsibility:
    """It is done again."""
    return _set_active(chore, is_active=True, by=by)


def _set_active(chore: Responsibility, *, is_active: bool, by: Person) -> Responsibility:
    chore.is_active, chore.updated_at = is_active, timezone.now()
    chore.save(update_fields=["is_active", "updated_at"])
    write_down(chore, "revive" if is_active else "retire", by=by)
    return chore


@transaction.atomic
def say_mission(department: Department, *, by: Person) -> Department:
    """The department with its sentence as it is now."""
    department.updated_at = timezone.now()
    department.save(update_fields=["mission", "updated_at"])
    write_down(department, "mission", by=by)
    return department
