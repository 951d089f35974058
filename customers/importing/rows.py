"""The plan of one row, kind by kind."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.importing.models import ImportKind
from customers.importing.planning import Action, Plan, Refused, Setting
from customers.importing.values import BadValue
from kb.text.companies import company_key
from kb.text.kana import name_key


def _filled(cells: dict[str, Any], *names: str) -> dict[str, Any]:
    """The cells that say something: empty ones change nothing."""
    return {name: cells[name] for name in names if cells.get(name) not in (None, "")}


def plan_customer(setting: Setting, row: int, cells: dict[str, Any]) -> Plan:
    """A customer, matched by external number, 法人番号 or name."""
    name = cells.get("name") or ""
    if not name:
        raise Refused("name", _("会社名がありません。"))
    number, external_id = cells.get("corporate_number") or "", cells.get("external_id") or ""
    try:
        ref = setting.directory.customer(name, number, external_id)
    except BadValue as error:
        raise Refused("name", str(error)) from error
    values = _filled(
        cells, "name", "yomi", "corporate_number", "industry", "products", "contract_until", "note"
    )
    for column in ("sales_owner", "success_owner"):
        person = setting.person(cells, column)
        if person is not None:
            values[f"{column}_id"] = person
    plan = Plan(row, name, values, external_id=external_id)
    plan.former_names = [one for one in cells.get("former_names") or [] if one != name]
    if isinstance(ref, int):
        plan.target = ref
        _keep_name(setting, plan, ref)
    else:
        setting.directory.add_customer(name)
        if number:
            setting.seen.setdefault(("number", number), row)
    _check_number(setting, row, number, ref)
    return setting.first_time(plan, ref if isinstance(ref, int) else company_key(name))


def _keep_name(setting: Setting, plan: Plan, ref: int) -> None:
    """A name that differs in its legal form alone, or is an old one, does not replace ours."""
    key = company_key(plan.values["name"])
    if ref in setting.directory.names.get(key, ()) or ref in setting.directory.former_names.get(
        key, ()
    ):
        del plan.values["name"]


def _check_number(setting: Setting, row: int, number: str, ref: Any) -> None:
    owner = setting.directory.numbers.get(number) if number else None
    earlier = setting.seen.get(("number", number)) if number else None
    if (owner is not None and owner != ref) or (earlier not in (None, row) and owner is None):
        raise Refused("corporate_number", _("この法人番号は、ほかのお客さまのものです。"))


def plan_contact(setting: Setting, row: int, cells: dict[str, Any]) -> Plan:
    """A person at a customer, matched by external number, mail address or name."""
    name = cells.get("name") or " ".join(
        filter(None, (cells.get("last_name"), cells.get("first_name")))
    )
    if not name:
        raise Refused("name", _("名前がありません。"))
    customer = setting.customer_of(cells)
    values = _filled(cells, "yomi", "department", "title", "email", "phone", "has_left")
    plan = Plan(row, name, {"name": name} | values, customer=customer)
    plan.external_id = cells.get("external_id") or ""
    email = values.get("email", "").lower()
    target = setting.external.get(plan.external_id) if plan.external_id else None
    if target is None and email:
        target = setting.rows.get((customer, email))
    if target is None:
        target = setting.rows.get((customer, name_key(name)))
    plan.target = target
    return setting.first_time(plan, target or (customer, email or name_key(name)))


def plan_deal(setting: Setting, row: int, cells: dict[str, Any]) -> Plan:
    """A deal, matched by external number or by its name at the customer."""
    name = cells.get("name") or ""
    if not name:
        raise Refused("name", _("商談名がありません。"))
    customer = setting.customer_of(cells)
    values = _filled(cells, "name", "phase", "confidence", "amount", "expected_on")
    owner = setting.person(cells, "owner")
    if owner is not None:
        values["owner_id"] = owner
    plan = Plan(row, name, values, customer=customer)
    plan.external_id = cells.get("external_id") or ""
    target = setting.external.get(plan.external_id) if plan.external_id else None
    plan.target = target or setting.rows.get((customer, name_key(name)))
    return setting.first_time(plan, plan.target or (customer, name_key(name)))


def plan_touch(setting: Setting, row: int, cells: dict[str, Any]) -> Plan:
    """A touch, known again by its number elsewhere, else by what it says."""
    customer = setting.customer_of(cells)
    moment = cells.get("happened_at")
    if moment is None:
        raise Refused("happened_at", _("日付がありません。"))
    if moment > timezone.now() + dt.timedelta(days=1):
        raise Refused(
            "happened_at", _("これからの日付です。予定は「次にやること」の列に入れてください。")
        )
    subject, text = cells.get("subject") or "", cells.get("text") or ""
    if subject and not text.startswith(subject):
        text = f"{subject}\n{text}".strip()
    if not text:
        raise Refused("text", _("内容がありません。"))
    channel = cells.get("channel") or setting.batch.default_channel
    plan = Plan(row, text.split("\n", 1)[0][:60], customer=customer)
    plan.external_id = cells.get("external_id") or _fingerprint(cells, moment, channel, text)
    author, text = _author(setting, cells, text)
    text = _with_past_plan(plan, cells, text)
    plan.values = {"channel": channel, "happened_at": moment, "text": text} | _filled(cells, "mood")
    plan.values["author_id"] = author
    plan.contact = cells.get("contact") or ""
    plan.topics = (cells.get("topics") or [])[:5]
    plan.target, is_binned = setting.touches.get(plan.external_id, (None, False))
    plan = setting.first_time(plan, plan.external_id)
    if is_binned:
        plan.action, plan.note = Action.SKIP, _("ごみ箱にあります。")
    return plan


def _fingerprint(cells: dict[str, Any], moment: dt.datetime, channel: str, text: str) -> str:
    """The same row imported twice is one touch, though no system gave it a number."""
    whose = (
        cells.get("customer_id")
        or cells.get("corporate_number")
        or company_key(cells.get("customer") or "")
    )
    words = "\n".join((str(whose), moment.isoformat(), channel, text))
    return f"import:{hashlib.sha256(words.encode()).hexdigest()[:40]}"


def _author(setting: Setting, cells: dict[str, Any], text: str) -> tuple[int | None, str]:
    """Who wrote it, leavers too; somebody we do not know stays by name in the text."""
    words = cells.get("author") or ""
    if not words:
        return setting.batch.started_by_id, text
    try:
        found = setting.directory.colleague(words, with_leavers=True)
    except BadValue as error:
        raise Refused("author", str(error)) from error
    if found is not None:
        return found, text
    line = _("（元の記録者：%(name)s）") % {"name": words}
    return setting.batch.started_by_id, f"{text}\n{line}"


def _with_past_plan(plan: Plan, cells: dict[str, Any], text: str) -> str:
    """What was to be done becomes a ToDo while its day is still to come, else a line of the text."""
    words, day = cells.get("next_text") or "", cells.get("next_on")
    if words and (day is None or day < timezone.localdate()):
        when = f" {day:%Y/%m/%d}" if day else ""
        return f"{text}\n{_('次回')}{when} {words}"
    if day is not None and not words:
        words = _("次の連絡") if day >= timezone.localdate() else ""
    plan.next_text, plan.next_on = words, day if words else None
    return text


PLANNERS: dict[str, Callable[[Setting, int, dict[str, Any]], Plan]] = {
    ImportKind.CUSTOMERS: plan_customer,
    ImportKind.CONTACTS: plan_contact,
    ImportKind.TOUCHES: plan_touch,
    ImportKind.DEALS: plan_deal,
}
