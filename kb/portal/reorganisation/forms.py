"""Forms of a reorganisation, one per kind of step; each makes an unsaved DepartmentChange."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.foundation.choices import RowsField
from kb.text.kana import is_reading, reading
from people.fields import PersonField
from people.models import Department, DepartmentChange, Person, Responsibility

Kind = DepartmentChange.Kind


class _RowField(forms.ModelChoiceField):
    """A department that is open today."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), **kwargs)


class StepForm(forms.Form):
    """What every step has: its day. Past, today, or to come."""

    kind: DepartmentChange.Kind

    effective_on = forms.DateField(
        label=_("いつから"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("先の日を入れると、その日に自動で変わります。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", timezone.localdate())
        for field in self.fields.values():
            if isinstance(field, _RowField):
                field.queryset = Department.objects.visible()

    def clean_yomi(self) -> str:
        """The reading in hiragana, however it was typed."""
        yomi: str = self.cleaned_data["yomi"]
        if not is_reading(yomi):
            raise ValidationError(_("よみは、ひらがなで書いてください。"))
        return reading(yomi)

    def clean(self) -> dict[str, Any]:
        """No department goes into itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        department = cleaned.get("department")
        if department is not None and department == cleaned.get("successor"):
            self.add_error("successor", _("別の部署を選んでください。"))
        return cleaned

    def change(self) -> DepartmentChange:
        """The step that a valid form describes, not saved."""
        cleaned = self.cleaned_data
        return DepartmentChange(
            kind=self.kind,
            effective_on=cleaned["effective_on"],
            department=cleaned.get("department"),
            successor=cleaned.get("successor"),
            plan={name: _kept(cleaned[name]) for name in _PLANNED if cleaned.get(name)},
        )


_PLANNED = (
    "name", "short_name", "yomi", "mission", "colour", "parent", "head", "members", "chores",
)  # fmt: skip


def _kept(value: Any) -> Any:
    """As JSON keeps it: rows by their keys."""
    if isinstance(value, Person | Department):
        return value.pk
    return value if isinstance(value, str) else [row.pk for row in value]


class _Named(StepForm):
    """A step that gives a name."""

    name = forms.CharField(label=_("名前"), max_length=100)
    short_name = forms.CharField(label=_("短い名前"), max_length=30, required=False)
    yomi = forms.CharField(label=_("よみ"), max_length=100, required=False)


class OpenForm(_Named):
    """新しくつくる."""

    kind = Kind.OPEN

    mission = forms.CharField(
        label=_("何をする部署か"), max_length=300, required=False, help_text=_("一文で書きます。")
    )
    parent = _RowField(label=_("上の部署"), required=False, empty_label=_("いちばん上"))
    head = PersonField(label=_("責任者"), required=False)
    colour = forms.ChoiceField(
        label=_("色"),
        choices=Department.Colour.choices,
        initial=Department.Colour.MGMT,
        required=False,
    )


class RenameForm(_Named):
    """名前を変える."""

    kind = Kind.RENAME

    department = _RowField(label=_("部署"))
    field_order = ("department", "name")


class MergeForm(StepForm):
    """ほかの部署にまとめる; the one that stays may take a new name."""

    kind = Kind.MERGE

    department = _RowField(label=_("まとめられる部署"))
    successor = _RowField(label=_("まとめる先"))
    name = forms.CharField(
        label=_("まとめたあとの名前"),
        max_length=100,
        required=False,
        help_text=_("まとめる先の名前も変わるときだけ書きます。"),
    )
    short_name = forms.CharField(label=_("短い名前"), max_length=30, required=False)
    yomi = forms.CharField(label=_("よみ"), max_length=100, required=False)
    field_order = ("department", "successor", "effective_on")


class CloseForm(StepForm):
    """閉じる."""

    kind = Kind.CLOSE

    department = _RowField(label=_("閉じる部署"))
    successor = _RowField(
        label=_("引き継ぐ部署"),
        required=False,
        empty_label=_("引き継ぐものはありません"),
        help_text=_("ひと、担当業務、記事、質問が移ります。"),
    )
    field_order = ("department", "successor", "effective_on")


class SplitForm(_Named):
    """分けて新しい部署をつくる: whoever and whatever is ticked goes along."""

    kind = Kind.SPLIT

    department = _RowField(label=_("もとの部署"))
    mission = forms.CharField(
        label=_("何をする部署か"), max_length=300, required=False, help_text=_("一文で書きます。")
    )
    head = PersonField(label=_("責任者"), required=False)
    members = RowsField(
        label=_("移る人"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("移る人が担当している、この部署の記事も移ります。"),
    )
    chores = RowsField(
        label=_("移る担当業務"),
        queryset=Responsibility.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("department", "effective_on", "name")

    def __init__(self, *args: Any, source: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = self.fields
        rows["department"].widget = forms.HiddenInput()
        rows["department"].initial = source
        people = Person.objects.visible().in_departments([source]).in_reading_order()
        rows["members"].queryset = people
        rows["chores"].queryset = source.responsibilities.visible().order_by("name")


FORMS: dict[DepartmentChange.Kind, type[StepForm]] = {
    Kind.OPEN: OpenForm,
    Kind.RENAME: RenameForm,
    Kind.MERGE: MergeForm,
    Kind.SPLIT: SplitForm,
    Kind.CLOSE: CloseForm,
}


def form_for(
    kind: DepartmentChange.Kind, data: Any = None, *, source: Department | None
) -> StepForm:
    """The form of that kind of step; ``source`` is chosen already where it is given."""
    own = {"source": source} if kind == Kind.SPLIT else {}
    form = FORMS[kind](data, **own)
    if source is not None:
        form.initial["department"] = source
        if kind == Kind.RENAME:
            form.initial.update({n: getattr(source, n) for n in ("name", "short_name", "yomi")})
    return form
