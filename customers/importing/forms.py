"""Choosing a file, and saying what its columns mean."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from customers.importing.models import CustomerImport, ImportKind
from customers.importing.planning import missing_columns
from customers.importing.reading import MAX_BYTES
from customers.importing.shapes import MEANINGS, column_name
from customers.models import Touch

_SAMPLES_SHOWN = 3


class UploadForm(forms.Form):
    """A file and what its rows are."""

    kind = forms.ChoiceField(
        label=_("何の一覧ですか"), choices=ImportKind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("CSVかExcel（.xlsx）、50MB・20万行まで。文字コードはそのままで読めます。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={
            "required": _("ファイルを選んでください。"),
            "empty": _("ファイルが空です。"),
        },
    )

    def clean_file(self) -> UploadedFile:
        """A file that is not larger than what is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（50MBまで）。"))
        return file


class ColumnsForm(forms.Form):
    """The meaning of every column, and what happens to what is there already."""

    header_row = forms.IntegerField(
        label=_("見出しの行"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("空にすると、1行目から中身として読みます。"),
    )
    policy = forms.ChoiceField(
        label=_("すでにあるとき"),
        choices=CustomerImport.Policy.choices,
        widget=forms.RadioSelect,
    )
    makes_customers = forms.BooleanField(
        label=_("知らない会社は、新しいお客さまとして足す"), required=False
    )
    default_channel = forms.ChoiceField(
        label=_("方法が空のとき"), choices=Touch.Channel.choices, required=False
    )

    def __init__(self, *args: Any, batch: CustomerImport, columns: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch, self.columns = batch, columns
        choices = [("", _("読まない")), *((m.name, m.label) for m in MEANINGS[batch.kind])]
        for index in range(columns):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=column_name(index), choices=choices, required=False
            )
        if batch.kind == ImportKind.CUSTOMERS:
            del self.fields["makes_customers"]
        if batch.kind != ImportKind.TOUCHES:
            del self.fields["default_channel"]

    @property
    def mapping(self) -> list[str]:
        """The chosen meanings, one for each column."""
        return [self.cleaned_data.get(f"column_{index}", "") for index in range(self.columns)]

    def clean(self) -> dict[str, Any]:
        """Every meaning at most once, and none missing that is needed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [name for name in self.mapping if name]
        for index, name in enumerate(self.mapping):
            if name and name in self.mapping[:index]:
                self.add_error(f"column_{index}", _("同じ意味の列が、もうあります。"))
        missing = missing_columns(self.batch.kind, chosen)
        if missing:
            raise forms.ValidationError(
                _("%(names)sの列を選んでください。") % {"names": "、".join(missing)}
            )
        return data
