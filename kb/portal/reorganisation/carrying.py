"""Carries out one step of a reorganisation: what each kind of step does to the rows."""

from collections.abc import Callable

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kb.foundation.ledger import Ledger
from kb.portal.reorganisation.moving import Effect, Move
from people.models import Department, DepartmentChange, Person

Kind = DepartmentChange.Kind


class Refused(Exception):
    """The step does not fit the departments as they are today; the message says why."""


class Carried:
    """What a step did: the ledger to take it back, the same in words, and who is concerned."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.effects: list[Effect] = []
        self.people: list[Person] = []
        self.words = ""


def carry(change: DepartmentChange) -> Carried:
    """Does the step to the rows, inside the caller's transaction. Raises Refused."""
    _check(change)
    carried = Carried()
    _STEPS[Kind(change.kind)](change, carried)
    return carried


def _check(change: DepartmentChange) -> None:
    for department in (change.department, change.successor):
        closed_on = department.closed_on if department else None
        if department and closed_on and closed_on <= change.effective_on:
            raise Refused(_("「%(name)s」は、もう閉じられています。") % {"name": department.name})
    if change.kind != Kind.OPEN and change.department is None:
        raise Refused(_("変わる部署が、もうありません。"))
    name = change.plan.get("name", "")
    # A name goes on with those that change: what is merged away frees its own.
    own = [d.pk for d in (change.department, change.successor) if d is not None]
    own = [] if change.kind in (Kind.OPEN, Kind.SPLIT) else own
    if name and Department.objects.visible().filter(name=name).exclude(pk__in=own).exists():
        raise Refused(_("「%(name)s」という部署は、もうあります。") % {"name": name})
    opened_on = change.department.opened_on if change.department else None
    if opened_on and change.effective_on < opened_on:
        raise Refused(_("部署ができた日より前の日です。"))


def _open(change: DepartmentChange, carried: Carried) -> None:
    department = _made(change, carried, parent=_department(change.plan.get("parent")))
    carried.words = _("「%(name)s」ができました。") % {"name": department.name}


def _made(change: DepartmentChange, carried: Carried, *, parent: Department | None) -> Department:
    """The new department, from the words that were typed."""
    plan = change.plan
    department = Department.objects.create(
        slug=_free_slug(plan.get("short_name") or plan["name"]),
        name=plan["name"],
        short_name=plan.get("short_name", ""),
        yomi=plan.get("yomi", ""),
        mission=plan.get("mission", ""),
        colour=plan.get("colour") or (change.department or Department()).colour,
        parent=parent,
        head=Person.objects.visible().filter(pk=plan.get("head")).first(),
        opened_on=change.effective_on,
    )
    carried.ledger.made(department)
    change.successor = department
    head = _("（責任者：%(name)sさん）") % {"name": department.head.name} if department.head else ""
    carried.effects.append(Effect(_("新しい部署"), f"{department.name}{head}"))
    return department


def _rename(change: DepartmentChange, carried: Carried) -> None:
    department, plan = _source(change), change.plan
    before = department.name
    names = {name: plan.get(name, "") for name in ("name", "short_name", "yomi")}
    carried.ledger.change(department, **names)
    words = {"before": before, "after": department.name}
    carried.effects.append(Effect(_("名前"), f"{before} → {department.name}"))
    carried.people = list(Person.objects.visible().in_departments([department]))
    carried.words = _("「%(before)s」は「%(after)s」になりました。") % words


def _merge(change: DepartmentChange, carried: Carried) -> None:
    source, target = _source(change), change.successor
    if target is None:
        raise Refused(_("まとめる先の部署が、もうありません。"))
    _hand_all(change, carried, source, target)
    if change.plan.get("name") and change.plan["name"] != target.name:
        carried.effects.append(Effect(_("名前"), f"{target.name} → {change.plan['name']}"))
        carried.ledger.change(
            target,
            name=change.plan["name"],
            short_name=change.plan.get("short_name", ""),
            yomi=change.plan.get("yomi", ""),
        )
    carried.words = _("「%(source)s」は「%(target)s」になりました。") % {
        "source": source.name,
        "target": target.name,
    }


def _close(change: DepartmentChange, carried: Carried) -> None:
    source, target = _source(change), change.successor
    if target is not None:
        _hand_all(change, carried, source, target)
        words = _("「%(source)s」を閉じ、仕事を「%(target)s」が引き継ぎました。")
        carried.words = words % {"source": source.name, "target": target.name}
        return
    if source.memberships.current().exists() or source.responsibilities.visible().exists():
        raise Refused(_("ひとか担当業務が残っています。引き継ぐ部署を選ぶか、先に移してください。"))
    _shut(change, carried, source)
    carried.words = _("「%(source)s」を閉じました。") % {"source": source.name}


def _hand_all(
    change: DepartmentChange, carried: Carried, source: Department, target: Department
) -> None:
    move = Move(source, target, change.effective_on, carried.ledger)
    move.members()
    move.chores()
    move.articles()
    move.wishes_and_voices()
    move.decisions()
    move.children()
    carried.effects += move.effects
    carried.people = list(move.people.values())
    _tell_head(carried, target)
    _shut(change, carried, source)


def _tell_head(carried: Carried, target: Department) -> None:
    name = _("%(name)sさんのまま") % {"name": target.head.name} if target.head else _("いません")
    carried.effects.append(Effect(_("責任者"), f"{target.name}：{name}"))


def _shut(change: DepartmentChange, carried: Carried, source: Department) -> None:
    carried.ledger.change(source, closed_on=change.effective_on)
    carried.effects.append(Effect(_("閉じる部署"), source.name, source.get_absolute_url()))


def _split(change: DepartmentChange, carried: Carried) -> None:
    source, plan = _source(change), change.plan
    target = _made(change, carried, parent=source.parent)
    members = plan.get("members", [])
    move = Move(source, target, change.effective_on, carried.ledger)
    move.members(members)
    move.chores(plan.get("chores", []))
    move.articles(owners=members)
    carried.effects += move.effects
    carried.people = list(move.people.values())
    carried.words = _("「%(source)s」から「%(target)s」が分かれました。") % {
        "source": source.name,
        "target": target.name,
    }


def _source(change: DepartmentChange) -> Department:
    if change.department is None:
        raise Refused(_("変わる部署が、もうありません。"))
    return change.department


def _department(pk: int | None) -> Department | None:
    found: Department | None = Department.objects.visible().filter(pk=pk).first()
    return found


def _free_slug(words: str) -> str:
    highest = Department.objects.aggregate(highest=Max("pk"))["highest"] or 0
    slug = slugify(words)[:50] or f"department-{highest + 1}"
    return slug if not Department.objects.filter(slug=slug).exists() else f"{slug}-{highest + 1}"


_STEPS: dict[DepartmentChange.Kind, Callable[[DepartmentChange, Carried], None]] = {
    Kind.OPEN: _open,
    Kind.RENAME: _rename,
    Kind.MERGE: _merge,
    Kind.SPLIT: _split,
    Kind.CLOSE: _close,
}
