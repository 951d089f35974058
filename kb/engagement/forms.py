"""What people type under a record."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.engagement.mentions import CALLED_MAX, people_named, render_remark
from kb.engagement.models import ReadingRequest
from kb.engagement.readings import Readers
from kb.foundation.choices import RowsField
from kb.foundation.days import DayField
from people.models import Department, Person


def check_body_size(text: str) -> str:
    """The text when it fits into a body; else a form error that says how long it is."""
    size = len(text.encode("utf-8", "replace"))
    if size > settings.BODY_MAX_BYTES:
        raise forms.ValidationError(
            _("本文は%(most)d KBまでです（いま%(size)d KB）。2つに分けてください。")
            % {"most": settings.BODY_MAX_BYTES // 1024, "size": -(-size // 1024)}
        )
    return text


class CommentForm(forms.Form):
    """A comment."""

    body = forms.CharField(
        label=_("コメント"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--s", "data-complete": ""}),
        error_messages={"required": _("コメントが空です。気づいたことを書いてください。")},
    )

    def clean_body(self) -> str:
        """The text, when it is not too long and calls no crowd."""
        body = check_body_size(self.cleaned_data["body"])
        named = people_named(render_remark(body, id_prefix="").references.people)
        if len({person.pk for person in named.values()}) > CALLED_MAX:
            raise forms.ValidationError(
                _(
                    "一度に名前をあげられるのは%(count)d人までです。"
                    "大勢に読んでほしいときは、ページの「読んでもらう」からお願いできます。"
                )
                % {"count": CALLED_MAX}
            )
        return body


class ThanksForm(forms.Form):
    """One line with a thanks."""

    words = forms.CharField(label=_("ひとこと"), required=False)


class ReadingForm(forms.Form):
    """Who is asked to read a record, and until when."""

    audience = forms.ChoiceField(
        label=_("だれに"),
        choices=ReadingRequest.Audience.choices,
        initial=ReadingRequest.Audience.DEPARTMENTS,
        widget=forms.RadioSelect,
    )
    departments = RowsField(
        label=_("部署"),
        required=False,
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("下の部署の人にもお願いします。"),
    )
    joined_since = DayField(
        label=_("この日から後に入った人"),
        required=False,
        help_text=_("これから入る人にも、入った日にお願いします。"),
    )
    due_on = DayField(label=_("いつまでに"), required=False)
    is_sure = forms.BooleanField(
        label=_("全社員にお願いすることを確かめました"),
        required=False,
        help_text=_("期限までに入る人にも、入った日にお願いします。"),
    )
    again = forms.BooleanField(
        label=_("前に読んだ人にも、もう一度お願いする"),
        required=False,
        help_text=_("読んだあとで、文章が変わっています。"),
    )

    def __init__(self, *args: Any, outdated: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not outdated:
            # Nobody has read an older text: there is nothing to choose.
            del self.fields["again"]
        self.fields["departments"].queryset = (  # type: ignore[attr-defined]
            Department.objects.visible().order_by("position", "name")
        )

    def clean_due_on(self) -> dt.date | None:
        """The day; one that is over cannot be kept to."""
        day: dt.date | None = self.cleaned_data["due_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("過ぎた日です。今日より後の日にしてください。"))
        return day

    def clean(self) -> dict[str, Any]:
        """The audience with what it needs; the whole company only when that is really meant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        audience = cleaned.get("audience")
        if audience == ReadingRequest.Audience.DEPARTMENTS and not cleaned.get("departments"):
            self.add_error("departments", _("部署を選んでください。"))
        if audience == ReadingRequest.Audience.JOINED and not cleaned.get("joined_since"):
            self.add_error("joined_since", _("日を入れてください。"))
        if audience == ReadingRequest.Audience.ALL and not cleaned.get("is_sure"):
            count = Person.objects.filter(is_active=True).count()
            words = _(
                "全社員%(count)d人に届きます。よければ、しるしを付けて、もう一度押してください。"
            )
            self.add_error("is_sure", words % {"count": count})
        return cleaned

    def readers(self) -> Readers:
        """Who is meant. Call it on a valid form."""
        data = self.cleaned_data
        return Readers(
            again=bool(data.get("again")),
            audience=data["audience"],
            departments=data["departments"]
            if data["audience"] == ReadingRequest.Audience.DEPARTMENTS
            else (),
            joined_since=data["joined_since"]
            if data["audience"] == ReadingRequest.Audience.JOINED
            else None,
        )
