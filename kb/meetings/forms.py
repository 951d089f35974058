"""What people type about meetings and decisions."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.models import Article
from kb.engagement.forms import check_body_size
from kb.foundation.choices import RowsField
from kb.foundation.days import DayField, MomentField
from kb.meetings.minutes import moment_in, place_in
from kb.meetings.models import AgendaItem, Decision, Meeting, Series
from kb.meetings.proposals import Answers
from kb.meetings.series import expected_at, next_number, usual_attendees
from kb.meetings.services import DecisionFields, MeetingFields, text_of
from kb.topics.forms import TopicsField
from people.models import Department, Person

MINUTES_ROWS = 18
OPTION_MAX_CHARACTERS = 200
LINKED_MAX = 20
_ARTICLE_ADDRESS = re.compile(r"/articles/(\d{1,15})/?")
_KEPT_FIELDS = ("held_at", "body", "place", "chair", "topics")


class NotesField(forms.CharField):
    """Pasted text: the signs that no database keeps are left out instead of refused."""

    def to_python(self, value: Any) -> str:
        """The text without NUL."""
        return str(super().to_python(str(value).replace("\0", "")) or "") if value else ""


class MeetingForm(forms.Form):
    """Minutes: series, number, when, text. Everything else is optional."""

    series = forms.ModelChoiceField(
        label=_("会議"), queryset=Series.objects.filter(is_active=True), empty_label=None
    )
    number = forms.IntegerField(label=_("第何回"), min_value=1, max_value=9999)
    held_at = MomentField(label=_("日時"))
    body = NotesField(
        label=_("議事録"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": MINUTES_ROWS, "class": "minutes-text", "data-complete": ""}
        ),
        help_text=_(
            "会議中のメモをそのまま貼れます。決定、ToDo、出席者を読み取って、横に示します。"
        ),
    )
    place = forms.CharField(label=_("場所"), max_length=100, required=False)
    chair = forms.ModelChoiceField(
        label=_("進行"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("選んでください"),
    )
    present = RowsField(label=_("出席した人"), queryset=Person.objects.none(), required=False)
    topics = TopicsField()
    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        meeting: Meeting | None = None,
        needs_body: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._meeting, self._needs_body = meeting, needs_body
        people = Person.objects.visible().in_reading_order()
        for name in ("chair", "present"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if meeting is not None:
            del self.fields["series"], self.fields["number"]

    def clean_body(self) -> str:
        """The minutes, if they are not longer than any text may be."""
        body: str = self.cleaned_data["body"]
        if self._needs_body and not body.strip():
            raise forms.ValidationError(_("議事録を入れてください。"), "required")
        return check_body_size(body)

    def clean(self) -> dict[str, Any]:
        """No two meetings of a series bear one number."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        series, number = data.get("series"), data.get("number")
        if series and number and series.meetings.filter(number=number).exists():
            self.add_error("number", _("この回は、もうあります。番号を確かめてください。"))
        return data

    def fields_of_meeting(self, answers: Answers) -> MeetingFields:
        """What was typed, for the services. What the text says and the writer kept comes first."""
        data = self.cleaned_data
        return MeetingFields(
            held_at=_timed(moment_in(answers), data["held_at"]),
            body=data["body"],
            answers=answers,
            title=self._meeting.title if self._meeting else "",
            place=data["place"] or place_in(answers),
            chair=data["chair"],
            present=list(data["present"]),
            topics=data["topics"],
        )


class DecisionForm(forms.Form):
    """A decision: one sentence, its reason, when. Everything else is optional."""

    title = forms.CharField(
        label=_("決まったこと"), max_length=200, help_text=_("「〜する」と一文で書きます。")
    )
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 4}))
    decided_on = DayField(label=_("決まった日"))
    valid_from = DayField(label=_("いつから"), required=False)
    rejected = forms.CharField(
        label=_("選ばなかった案"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("1行にひとつ。「案：理由」のように書けます。"),
    )
    meeting = forms.ModelChoiceField(
        label=_("決めた会議"), queryset=Meeting.objects.none(), required=False
    )
    departments = RowsField(
        label=_("関わる部署"), queryset=Department.objects.none(), required=False
    )
    supersedes = forms.ModelChoiceField(
        label=_("改める前の決まり"), queryset=Decision.objects.none(), required=False
    )
    state = forms.ChoiceField(
        label=_("状態"), choices=Decision.State.choices, initial=Decision.State.VALID
    )
    articles = forms.CharField(
        label=_("ここから生まれた記事"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("マニュアルやルールの題名かアドレスを、1行にひとつ書きます。"),
    )
    proposed_by = forms.ModelChoiceField(
        label=_("提案した人"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("選んでください"),
    )
    topics = TopicsField()
    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, decision: Decision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Decision.objects.visible().order_by("-decided_on")
        choices = {
            "meeting": Meeting.objects.visible().with_people().latest_first(),
            "departments": Department.objects.visible(),
            "proposed_by": Person.objects.visible().in_reading_order(),
            "supersedes": others.exclude(pk=decision.pk) if decision else others,
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean_reason(self) -> str:
        """The reason, if it is not longer than any text may be."""
        return check_body_size(self.cleaned_data["reason"])

    def clean_articles(self) -> list[Article]:
        """The articles named by title or address."""
        found = []
        for line in self.cleaned_data["articles"].splitlines()[:LINKED_MAX]:
            words = line.strip().strip("[]「」")
            if not words:
                continue
            number = _ARTICLE_ADDRESS.search(words)
            rows = Article.objects.visible()
            rows = rows.filter(pk=int(number[1])) if number else rows.filter(title=words)
            article = rows.order_by("-updated_at").first()
            if article is None:
                raise forms.ValidationError(
                    _("「%(words)s」という記事は見つかりません。題名かアドレスを確かめてください。")
                    % {"words": words[:80]}
                )
            found.append(article)
        return found

    def clean_rejected(self) -> list[tuple[str, str]]:
        """Pairs of option and reason, one a line."""
        pairs = []
        for line in self.cleaned_data["rejected"].splitlines():
            option, _mark, why = line.replace(":", "：", 1).partition("：")
            if option.strip():
                pairs.append((option.strip()[:OPTION_MAX_CHARACTERS], why.strip()))
        return pairs

    def fields_of_decision(self) -> DecisionFields:
        """What was typed, for the services."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "base_revision"}
        return DecisionFields(**data)


class ItemForm(forms.ModelForm):
    """An item that somebody puts on the agenda."""

    class Meta:
        model = AgendaItem
        fields = ("title", "kind", "gist")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gist"].widget = forms.Textarea(attrs={"rows": 2})


class QuestionForm(forms.Form):
    """A question, or its answer."""

    text = forms.CharField(label=_("質問"), max_length=2000)


def meeting_initial(meeting: Meeting) -> dict[str, Any]:
    """The form of a meeting as it stands."""
    present = meeting.attendances.filter(was_present=True).values_list("person_id", flat=True)
    return {
        "held_at": timezone.localtime(meeting.held_at),
        "body": text_of(meeting),
        "place": meeting.place,
        "chair": meeting.chair_id,
        "present": list(present),
        "topics": "、".join(topic.name for topic in meeting.topics.all()),
        "base_revision": meeting.revision,
    }


def decision_initial(decision: Decision) -> dict[str, Any]:
    """The form of a decision as it stands."""
    return {
        "title": decision.title,
        "reason": decision.reason,
        "decided_on": decision.decided_on,
        "valid_from": decision.valid_from,
        "rejected": "\n".join(
            f"{row.option}：{row.why}" if row.why else row.option
            for row in decision.rejected_options.all()
        ),
        "meeting": decision.meeting_id,
        "departments": [department.pk for department in decision.departments.all()],
        "supersedes": decision.supersedes_id,
        "proposed_by": decision.proposed_by_id,
        "articles": "\n".join(
            decision.articles.filter(deleted_at__isnull=True).values_list("title", flat=True)
        ),
        "state": decision.state,
        "topics": "、".join(topic.name for topic in decision.topics.all()),
        "base_revision": decision.revision,
    }


def new_meeting_initial(series: Series | None) -> dict[str, Any]:
    """A new meeting: the next number, and the time at which the series usually meets.

    Place and people stay empty: whoever was there is said by the writer, never by last time.
    """
    return {
        "series": series,
        "number": next_number(series) if series is not None else 1,
        "held_at": expected_at(series),
    }


def typed_initial(typed: QueryDict, series: Series | None) -> dict[str, Any]:
    """What was typed so far, under another series: only series and number are proposed anew."""
    kept: dict[str, Any] = {name: typed.get(name, "") for name in _KEPT_FIELDS}
    kept["present"] = typed.getlist("present")
    return {**new_meeting_initial(series), **kept}


def last_time_initial(last: Meeting) -> dict[str, Any]:
    """Place, chair and those present of the last meeting, for a writer who asks for them."""
    present = usual_attendees(last)
    return {"place": last.place, "chair": last.chair_id, "present": present}


def _timed(read: dt.datetime | None, typed: dt.datetime) -> dt.datetime:
    """The day of the notes; where they name no time, the time of the field stays."""
    if read is None:
        return typed
    local, kept = timezone.localtime(read), timezone.localtime(typed)
    if local.time() != dt.time.min:
        return read
    return local.replace(hour=kept.hour, minute=kept.minute)
