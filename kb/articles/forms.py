"""What people fill in to write; ``kind_forms`` adds what each kind asks for."""

import re
import uuid
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from kb.articles.fields import (
    KEEP,
    ArticleFields,
    Details,
)
from kb.articles.merge import MARKS, both_kept
from kb.articles.models import Article
from kb.engagement.forms import check_body_size
from kb.engagement.mentions import people_named
from kb.topics.services import TOPICS_MAX
from people.models import Department, Person

TITLE_MAX_CHARACTERS = 200
_TOPIC_BREAKS = re.compile(r"[,、，\n#＃]+")


def check_length(most: int) -> Any:
    """A validator instead of ``max_length``: the browser's attribute would cut a composition."""
    return MaxLengthValidator(most, _("%(limit_value)d文字までです（いま%(show_value)d文字）。"))


class ArticleForm(forms.Form):
    """Title, body, topics and what every article has; kinds add their own fields."""

    title = forms.CharField(
        label=_("題名"),
        validators=[check_length(TITLE_MAX_CHARACTERS)],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("題名がありません。さがす人の言葉で書いてください。")},
    )
    body = forms.CharField(
        label=_("本文"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 18,
                "class": "editor__text",
                "data-editor-text": "",
                "spellcheck": "false",
            }
        ),
    )
    topics = forms.CharField(
        label=_("テーマ"),
        required=False,
        help_text=_("5つまで。「、」で区切ります。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-topics": ""}),
    )
    department = forms.ModelChoiceField(
        label=_("部署"), required=False, queryset=Department.objects.none(), empty_label=_("なし")
    )
    owner = forms.CharField(
        label=_("担当"),
        required=False,
        help_text=_("この記事を正しく保つ人。名前かログインIDで書きます。空なら、あなたです。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-people": ""}),
    )
    note = forms.CharField(
        label=_("何を変えたか"), required=False, validators=[check_length(TITLE_MAX_CHARACTERS)]
    )
    allows_empty = forms.BooleanField(label=_("本文を空にして保存する"), required=False)
    base_revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    draft_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    own_fields: tuple[str, ...] = ()
    body_is_required = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.visible()  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        """The text, when it fits and no marks of a merge are left in it."""
        body: str = check_body_size(self.cleaned_data["body"])
        if self.data.get("settle") == "both":
            return both_kept(body)
        if any(line.strip() in MARKS for line in body.splitlines()):
            raise forms.ValidationError(
                _(
                    "「▼▼▼」「▲▲▲」の行がまだ残っています。残す文章を決めて、しるしの行を消してください。"
                )
            )
        return body

    def clean_topics(self) -> list[str]:
        """The names, each once, in the order written."""
        parts = (
            " ".join(part.split()) for part in _TOPIC_BREAKS.split(self.cleaned_data["topics"])
        )
        names = list(dict.fromkeys(part for part in parts if part))
        if len(names) > TOPICS_MAX:
            raise forms.ValidationError(
                _("テーマは%(most)dつまでです（いま%(count)dつ）。大事なものを残してください。"),
                params={"most": TOPICS_MAX, "count": len(names)},
            )
        if any(len(name) > 100 for name in names):
            raise forms.ValidationError(
                _("テーマの名前は100文字までです。短い言葉にしてください。")
            )
        return names

    def clean_owner(self) -> Person | None:
        """The person of that name, or None when nobody was named."""
        words = "".join(self.cleaned_data["owner"].lstrip("@＠").split())
        if not words:
            return None
        person = people_named([words]).get(words)
        if person is None:
            raise forms.ValidationError(
                _(
                    "「%(name)s」さんが見つかりません。姓と名を続けて書くか、ログインIDで書いてください。"
                ),
                params={"name": self.cleaned_data["owner"]},
            )
        return person

    def clean(self) -> dict[str, Any]:
        """A new text has a body, where its kind asks for one."""
        cleaned = super().clean() or {}
        is_new = not cleaned.get("base_revision")
        if self.body_is_required and is_new and not str(cleaned.get("body", "x")).strip():
            self.add_error("body", _("本文が空です。1行でもよいので書いてください。"))
        return cleaned

    def details(self) -> Details | None:
        """The fields of the kind; None where it has none."""
        return None

    def to_fields(self, *, status: str = "") -> ArticleFields:
        """What stands beside title and body. Call it on a valid form."""
        data = self.cleaned_data
        return ArticleFields(
            status=status or KEEP,
            owner=data["owner"] or KEEP,
            department=data["department"],
            topics=data["topics"],
            details=self.details(),
            note=data["note"],
            allows_empty=data["allows_empty"],
        )

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields that only this kind has, in order."""
        return [self[name] for name in self.own_fields]

    @classmethod
    def initial_of(cls, article: Article) -> dict[str, Any]:
        """What the form holds when an article is opened for editing."""
        return {
            "title": article.title,
            "body": article.body,
            "topics": "、".join(topic.name for topic in article.topics.all()),
            "department": article.department_id,
            "owner": article.owner.name if article.owner else "",
            "base_revision": article.revision,
            "draft_key": uuid.uuid4(),
            **cls.initial_details(article),
        }

    @classmethod
    def initial_details(cls, article: Article) -> dict[str, Any]:
        """The kind's own fields of an article."""
        detail = getattr(article, article.kind, None) if cls.own_fields else None
        return {name: getattr(detail, name) for name in cls.own_fields} if detail else {}


class AnswerForm(forms.Form):
    """An answer to a question."""

    body = forms.CharField(
        label=_("答え"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-complete": ""}),
        error_messages={"required": _("答えが空です。わかることだけでも書いてください。")},
    )

    def clean_body(self) -> str:
        """The text, when it is not empty and not too long."""
        body = self.cleaned_data["body"]
        if not body.strip():
            raise forms.ValidationError(self.fields["body"].error_messages["required"])
        return check_body_size(body)


class SuggestionForm(forms.Form):
    """Other words for an article or one of its sections, and what is wrong with the present ones."""

    why = forms.CharField(
        label=_("どこが違いますか"),
        required=False,
        validators=[check_length(500)],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("本文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "editor__text", "spellcheck": "false"}),
    )
    base_revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean_body(self) -> str:
        """The text, when it is not too long."""
        return check_body_size(self.cleaned_data["body"])


class DeclineForm(forms.Form):
    """Why a suggestion is not taken over."""

    reply = forms.CharField(
        label=_("理由"),
        validators=[check_length(500)],
        error_messages={"required": _("理由がありません。提案した人への返事を1行書いてください。")},
    )


class KeeperForm(forms.Form):
    """The colleague who knows a subject better."""

    person = forms.CharField(
        label=_("詳しい人"),
        help_text=_("名前かログインIDで書きます。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-people": "one"}),
        error_messages={"required": _("名前がありません。詳しい人の名前を書いてください。")},
    )

    def clean_person(self) -> Person:
        """The colleague of that name, who works here."""
        words = "".join(self.cleaned_data["person"].lstrip("@＠").split())
        person = people_named([words]).get(words)
        if person is None or not person.is_active:
            raise forms.ValidationError(
                _(
                    "「%(name)s」さんが見つかりません。姓と名を続けて書くか、ログインIDで書いてください。"
                ),
                params={"name": self.cleaned_data["person"]},
            )
        return person
