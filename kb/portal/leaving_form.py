"""The form of 退職の引き継ぎ: who takes what."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.portal.belongings import Group, Heir
from kb.portal.leaving import Plan, head_without, last_department
from people.fields import PersonField
from people.models import Person

TOGETHER, DEPARTMENT, OTHER = "together", "department", "other"
WAYS = (
    (TOGETHER, _("まとめて引き継ぐ人へ")),
    (DEPARTMENT, _("部署に残す")),
    (OTHER, _("別の人へ")),
)


class LeavingForm(forms.Form):
    """The last day, one successor for everything, and for each kind another way if wanted."""

    last_day = forms.DateField(
        label=_("最後の日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    successor = PersonField(
        label=_("まとめて引き継ぐ人"),
        required=False,
        help_text=_("空けておくと、部署に残ります。"),
    )

    def __init__(self, *args: Any, person: Person, groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.groups = person, groups
        self.initial.setdefault("last_day", person.left_on or timezone.localdate())
        for group in groups:
            key = group.kind.key
            self.fields[f"way_{key}"] = forms.ChoiceField(
                label=group.kind.label, choices=WAYS, initial=TOGETHER, widget=forms.RadioSelect
            )
            self.fields[f"to_{key}"] = PersonField(label=_("引き継ぐ人"), required=False)

    def clean_last_day(self) -> Any:
        """A day that has come: the sign-in ends at once, not later."""
        day = self.cleaned_data["last_day"]
        if day > timezone.localdate():
            raise ValidationError(
                _("ログインはすぐに止まります。最後の日になってから、ここに来てください。")
            )
        if self.person.joined_on and day < self.person.joined_on:
            raise ValidationError(_("入社日より前の日です。"))
        return day

    def clean_successor(self) -> Person | None:
        """Somebody else than who leaves."""
        return self._somebody_else(self.cleaned_data["successor"])

    def clean(self) -> dict[str, Any]:
        """Where another person is wanted, one is named."""
        cleaned: dict[str, Any] = super().clean() or {}
        for group in self.groups:
            name = f"to_{group.kind.key}"
            if cleaned.get(f"way_{group.kind.key}") != OTHER or name in self.errors:
                continue
            if cleaned.get(name) is None:
                self.add_error(name, _("引き継ぐ人を入れてください。"))
            elif cleaned[name] == self.person:
                self.add_error(name, _("退職する人とは別の人を選んでください。"))
        return cleaned

    def _somebody_else(self, person: Person | None) -> Person | None:
        if person is not None and person == self.person:
            raise ValidationError(_("退職する人とは別の人を選んでください。"))
        return person

    def rows(self) -> list[tuple[Group, BoundField, BoundField]]:
        """Each group with its two fields, for the page."""
        return [(g, self[f"way_{g.kind.key}"], self[f"to_{g.kind.key}"]) for g in self.groups]

    def plan(self) -> Plan:
        """What a valid form says."""
        department = last_department(self.person)
        head = head_without(department, self.person)
        nobody = Heir(None, department, head)
        heirs = {}
        for group in self.groups:
            way, to = self.cleaned_data[f"way_{group.kind.key}"], f"to_{group.kind.key}"
            if way == DEPARTMENT:
                heirs[group.kind.key] = nobody
            elif way == OTHER:
                heirs[group.kind.key] = replace(nobody, person=self.cleaned_data[to])
        return Plan(replace(nobody, person=self.cleaned_data["successor"]), heirs)
