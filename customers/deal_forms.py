"""What people type about business to come."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.lookup import customers_named
from customers.models import Customer, Deal
from customers.people_field import PeopleField
from kb.foundation.days import YEARS
from kb.text.amounts import parse_yen
from kb.text.dates import parse_month


class YenField(forms.CharField):
    """A sum in any Japanese form; cleans to whole yen, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("例：120万")})
        defaults: dict[str, Any] = {"required": False, "max_length": 40, "widget": box}
        super().__init__(**(defaults | kwargs))

    def prepare_value(self, value: Any) -> Any:
        """1,200,000 for a number that is stored."""
        return f"{value:,}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """The yen, or an error that names the forms we read."""
        text = super().clean(value)
        if not text:
            return None
        yen = parse_yen(text)
        if yen is None:
            raise forms.ValidationError(
                _("金額を読み取れません。「120万」や「1,200,000」のように書いてください。")
            )
        return yen


class MonthField(forms.CharField):
    """A month in any Japanese form; cleans to its first day, None for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("例：2027年3月")})
        defaults: dict[str, Any] = {"required": False, "max_length": 20, "widget": box}
        super().__init__(**(defaults | kwargs))

    def prepare_value(self, value: Any) -> Any:
        """2027年3月 for a day that is stored."""
        return f"{value.year}年{value.month}月" if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> dt.date | None:
        """The first day of the month, or an error that names the forms we read."""
        text = super().clean(value)
        if not text:
            return None
        month = parse_month(text, today=timezone.localdate())
        if month is None or month.year not in YEARS:
            raise forms.ValidationError(
                _("月を読み取れません。「2027年3月」や「3月」のように書いてください。")
            )
        return month


class DealLineForm(forms.ModelForm):  # type: ignore[type-arg]
    """What changes often, in the row of the list."""

    amount = YenField(label=_("金額"))
    expected_on = MonthField(label=_("見込みの月"))

    class Meta:
        model = Deal
        fields = ("phase", "confidence", "amount", "expected_on")


class DealForm(DealLineForm):
    """A deal: customer and name are enough."""

    customer_name = forms.CharField(
        label=pgettext_lazy("one", "お客さま"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    owner = PeopleField(label=_("担当"), required=False, most=1)

    class Meta:
        model = Deal
        fields = ("name", "phase", "confidence", "amount", "expected_on")

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        if customer is not None:
            del self.fields["customer_name"]

    def clean(self) -> dict[str, Any]:
        """Finds the customer that was meant; asks where none or several bear the name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.customer is None and "customer_name" not in self.errors:
            found = list(customers_named(data.get("customer_name", ""))[:2])
            if len(found) == 1:
                self.customer = found[0]
            elif found:
                self.add_error(
                    "customer_name",
                    _("近い名前のお客さまが何社かあります。会社名を全部書いてください。"),
                )
            else:
                self.add_error(
                    "customer_name",
                    _("この名前のお客さまはまだいません。先にお客さまを足してください。"),
                )
        data["customer"] = self.customer
        owners = data.get("owner") or []
        data["owner"] = owners[0] if owners else None
        return data
