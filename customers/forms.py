"""What people type about customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.people_field import PeopleField
from kb.engagement.forms import check_body_size
from kb.foundation.days import DayField
from kb.text.companies import company_key, is_corporate_number

OWNERS = ("sales_owner", "success_owner")
ICONS_OF_CHANNELS = {
    "visit": "visit",
    "at_our_office": "door",
    "online": "video",
    "phone": "phone",
    "email": "mail",
    "chat": "chat",
    "event": "flag",
}


class CustomerForm(forms.ModelForm):
    """A customer: the name is enough."""

    contract_until = DayField(label=_("契約期限"), required=False)
    sales_owner = PeopleField(label=_("営業担当"), required=False, most=1)
    success_owner = PeopleField(label=_("CS担当"), required=False, most=1)
    is_another = forms.BooleanField(label=_("同じ名前の、別の会社です"), required=False)

    class Meta:
        model = Customer
        fields = (
            "name", "yomi", "corporate_number", "industry", "products", "contract_until",
            "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.namesake: Customer | None = None
        for name in OWNERS:
            owner = getattr(self.instance, name)
            field: Any = self.fields[name]
            field.known = [owner] if owner is not None else []
            self.initial.setdefault(name, owner.name if owner is not None else "")

    def save(self, commit: bool = True) -> Customer:
        """The customer with its owners."""
        for name in OWNERS:
            setattr(self.instance, name, next(iter(self.cleaned_data[name]), None))
        saved: Customer = super().save(commit)
        return saved

    def clean_corporate_number(self) -> str | None:
        """Thirteen digits with a right check digit, or nothing."""
        number: str | None = self.cleaned_data["corporate_number"] or None
        if number is not None and not is_corporate_number(number):
            raise forms.ValidationError(_("法人番号の数字が合いません。13桁を確かめてください。"))
        return number

    def clean_note(self) -> str:
        """The note, if it is not longer than any text may be."""
        note: str = self.cleaned_data["note"]
        return check_body_size(note)

    def clean(self) -> dict[str, Any]:
        """Two customers of one name (㈱ = 株式会社) only when somebody says that they are two."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        namesakes = Customer.objects.visible().filter(name_key=company_key(data.get("name", "")))
        self.namesake = namesakes.exclude(pk=self.instance.pk).first() if "name" in data else None
        if self.namesake is not None and not data.get("is_another"):
            self.add_error(
                "name",
                _("「%(name)s」は、もういます。別の会社なら、下に印を付けてください。")
                % {"name": self.namesake.name},
            )
        return data
