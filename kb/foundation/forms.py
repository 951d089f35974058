"""The look of every form: our field template and the CSS class of each kind of input."""

from collections.abc import Mapping
from typing import Any

from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    Field,
    FileInput,
    RadioSelect,
    Select,
    Widget,
)
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _


class StyledField(BoundField):
    """A form field that knows how ``components/_field.html`` shows it."""

    def __init__(self, form: BaseForm, field: Field, name: str) -> None:
        super().__init__(form, field, name)
        # Django's own words name no field. They are replaced here, before any form is checked.
        if field.error_messages.get("required") is Field.default_error_messages["required"]:
            field.error_messages["required"] = self._missing()

    def _missing(self) -> str:
        is_choice = self.shape != "plain" or isinstance(self.field.widget, Select | FileInput)
        words = _("%(label)sを選んでください。") if is_choice else _("%(label)sを入れてください。")
        return words % {"label": self.label}

    @property
    def shape(self) -> str:
        """``choices`` (radio buttons or boxes), ``tick`` (one box) or ``plain``."""
        widget = self.field.widget
        if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
            return "choices"
        if isinstance(widget, CheckboxInput):
            return "tick"
        return "plain"

    def build_widget_attrs(
        self, attrs: Mapping[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        """Django's attributes with class ``input`` on everything one types or selects in.

        Forms of a formset stand in table rows; the column head is no label, so they carry one.
        """
        styled: dict[str, Any] = super().build_widget_attrs(dict(attrs), widget)
        shown = widget or self.field.widget
        # A browser that counts characters cuts a composition short; the server says what is too long.
        styled["maxlength"] = False
        if self.form.prefix and not shown.is_hidden and self.shape != "choices":
            styled.setdefault("aria-label", str(self.label))
        if self.shape == "plain" and not shown.is_hidden:
            own = styled.get("class") or shown.attrs.get("class", "")
            styled["class"] = f"input {own}".strip()
        return styled


class Renderer(TemplatesSetting):
    """Renders ``{{ form }}`` and ``{{ form.field.as_field_group }}`` with our components."""

    form_template_name = "components/_form_fields.html"
    field_template_name = "components/_field.html"
    bound_field_class = StyledField
