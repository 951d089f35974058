"""What a team writes for its part of an ALL HANDS."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.engagement.forms import check_body_size
from kb.foundation.choices import RowsField
from kb.meetings.all_hands import Findings
from kb.meetings.models import Session
from people.models import Person

NOTE_LINES = 3


class SessionForm(forms.Form):
    """Results, goals, three lines, who speaks, who is new."""

    results = forms.CharField(
        label=gettext_lazy("この半期の結果"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("1行にひとつ。前回の目標から書き始められます。"),
    )
    goals = forms.CharField(
        label=gettext_lazy("次の半期の目標"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("1行にひとつ。次の ALL HANDS で、結果と並べて示します。"),
    )
    note = forms.CharField(
        label=gettext_lazy("3行でいうと"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    presenter = forms.ModelChoiceField(
        label=gettext_lazy("話す人"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("選んでください"),
    )
    new_colleagues = RowsField(
        label=gettext_lazy("新しい仲間"), queryset=Person.objects.none(), required=False
    )

    def __init__(
        self, data: Any = None, *, session: Session, findings: Findings, **kwargs: Any
    ) -> None:
        newcomers = list(session.new_colleagues.values_list("pk", flat=True))
        initial = {
            "results": session.results or "\n".join(f"{goal}：" for goal in findings.goals),
            "goals": session.goals,
            "note": session.note,
            "presenter": session.presenter_id,
            "new_colleagues": newcomers or [person.pk for person in findings.newcomers],
        }
        super().__init__(data, initial=initial, **kwargs)
        self._session = session
        people = Person.objects.visible().in_reading_order()
        for name in ("presenter", "new_colleagues"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def clean_results(self) -> str:
        """The results, if they are not longer than any text may be."""
        return check_body_size(self.cleaned_data["results"])

    def clean_goals(self) -> str:
        """The goals, if they are not longer than any text may be."""
        return check_body_size(self.cleaned_data["goals"])

    def clean_note(self) -> str:
        """At most three lines."""
        note: str = self.cleaned_data["note"].strip()
        if len(note.splitlines()) > NOTE_LINES:
            raise forms.ValidationError(_("3行までで書いてください。"))
        return note

    def save(self) -> Session:
        """The session as written."""
        session, data = self._session, self.cleaned_data
        session.results, session.goals = data["results"].strip(), data["goals"].strip()
        session.note, session.presenter = data["note"], data["presenter"]
        session.save()
        session.new_colleagues.set(data["new_colleagues"])
        return session
