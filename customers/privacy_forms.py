"""The rules of personal data, as operators change them."""

from django import forms

from customers.models import PersonalDataRules


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Purpose, hint and retention."""

    class Meta:
        model = PersonalDataRules
        fields = ("purpose", "hint", "retention_months")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2}), "hint": forms.Textarea(attrs={"rows": 2})}  # fmt: skip
