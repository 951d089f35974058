"""The forms of the kinds: what each adds to ``ArticleForm``."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.books import find_or_make_book
from kb.articles.fields import BookNoteFields, ManualFields, QuestionFields, RuleFields
from kb.articles.forms import TITLE_MAX_CHARACTERS, ArticleForm, check_length
from kb.articles.models import Article
from kb.articles.sections import heading_of
from kb.text.dates import parse_day
from people.models import Responsibility


class DayField(forms.DateField):
    """A day in any of the ways people write one, full-width digits and eras included."""

    default_error_messages = {"invalid": _("日付が読めません。2026/4/1のように書いてください。")}

    def to_python(self, value: Any) -> dt.date | None:
        """The day; a form error for what is none."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        day = parse_day(value, today=timezone.localdate())
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class ManualForm(ArticleForm):
    """A manual: for which chore, for whom, how often it is reviewed."""

    responsibility = forms.ModelChoiceField(
        label=_("担当業務"),
        required=False,
        queryset=Responsibility.objects.none(),
        empty_label=_("選ばない"),
    )
    readers = forms.CharField(
        label=_("読む人"),
        required=False,
        validators=[check_length(TITLE_MAX_CHARACTERS)],
        widget=forms.TextInput(attrs={"placeholder": _("例：新しく入った人")}),
    )
    review_months = forms.ChoiceField(
        label=_("見直しの間隔"),
        initial=6,
        choices=[(3, _("3か月")), (6, _("6か月")), (12, _("1年")), (24, _("2年"))],
        required=False,
    )
    is_official = forms.BooleanField(
        label=_("公式の手順"),
        required=False,
        help_text=_("部署として決めた手順です。外すと「参考」になります。"),
    )
    own_fields = ("responsibility", "readers", "review_months", "is_official")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chores = Responsibility.objects.visible().select_related("department")
        self.fields["responsibility"].queryset = chores  # type: ignore[attr-defined]

    def clean_review_months(self) -> int:
        """Months between reviews; half a year when nothing was chosen."""
        return int(self.cleaned_data["review_months"] or 6)

    def details(self) -> ManualFields:
        """The manual's fields."""
        return ManualFields(**{name: self.cleaned_data[name] for name in self.own_fields})

    @classmethod
    def initial_details(cls, article: Article) -> dict[str, Any]:
        """The manual's fields of an article."""
        manual = getattr(article, "manual", None)
        if manual is None:
            return {}
        return {
            name: getattr(manual, name) for name in cls.own_fields if name != "responsibility"
        } | {"responsibility": manual.responsibility_id}


class QuestionForm(ArticleForm):
    """A question: the situation matters more than the words of the question."""

    situation = forms.CharField(
        label=_("どんなときに困りましたか"),
        required=False,
        validators=[check_length(4000)],
        widget=forms.Textarea(attrs={"rows": 4, "class": "input--s"}),
    )
    about = forms.ModelChoiceField(
        label=_("どの記事についてか"),
        required=False,
        queryset=Article.objects.none(),
        widget=forms.HiddenInput,
    )
    about_anchor = forms.CharField(required=False, widget=forms.HiddenInput)
    own_fields = ("situation", "about", "about_anchor")
    body_is_required = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].queryset = Article.objects.visible()  # type: ignore[attr-defined]
        owner, department = self.fields["owner"], self.fields["department"]
        owner.label = _("聞きたい人")
        owner.help_text = _("名前かログインIDで書きます。空なら、くわしい人2人までに届きます。")
        department.label = _("答えてほしい部署")
        department.help_text = _("空なら、2営業日たっても答えがないときに決まります。")

    @property
    def hangs_on(self) -> tuple[Article, str] | None:
        """The text, and the heading of its section, on which the question hangs."""
        number = str(self["about"].value() or "")
        if not number.isdecimal() or len(number) > 18:
            return None
        about = Article.objects.visible().filter(pk=int(number)).first()
        anchor = str(self["about_anchor"].value() or "")
        return (about, heading_of(about, anchor)) if about is not None else None

    def details(self) -> QuestionFields:
        """The question's fields; a section that the text no longer has is left out."""
        about, anchor = self.cleaned_data["about"], self.cleaned_data["about_anchor"]
        heading = heading_of(about, anchor) if about is not None else ""
        return QuestionFields(
            situation=self.cleaned_data["situation"],
            about=about,
            about_anchor=anchor if heading else "",
            about_heading=heading,
        )

    @classmethod
    def initial_of(cls, article: Article) -> dict[str, Any]:
        """As every form's; an asker who keeps the question is nobody whom one wants to ask."""
        initial = super().initial_of(article)
        return initial | {"owner": ""} if article.owner_id == article.author_id else initial

    @classmethod
    def initial_details(cls, article: Article) -> dict[str, Any]:
        """The question's fields of an article."""
        question = getattr(article, "question", None)
        if question is None:
            return {}
        return {
            "situation": question.situation,
            "about": question.about_id,
            "about_anchor": question.about_anchor,
        }


class BookNoteForm(ArticleForm):
    """A book note: the book, one line, and what it is good for at work."""

    book_title = forms.CharField(
        label=_("書名"),
        validators=[check_length(TITLE_MAX_CHARACTERS)],
        widget=forms.TextInput(attrs={"list": "books", "autocomplete": "off"}),
        error_messages={"required": _("書名がありません。本の題名を書いてください。")},
    )
    book_author = forms.CharField(
        label=_("著者"), required=False, validators=[check_length(TITLE_MAX_CHARACTERS)]
    )
    isbn = forms.CharField(
        label=_("ISBN"),
        required=False,
        help_text=_("裏表紙の13桁の数字です。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    one_line = forms.CharField(
        label=_("ひとことで言うと"),
        validators=[check_length(TITLE_MAX_CHARACTERS)],
        error_messages={"required": _("ひとことがありません。どんな本かを1行で書いてください。")},
    )
    for_whom = forms.CharField(
        label=_("だれに薦めますか"), required=False, validators=[check_length(TITLE_MAX_CHARACTERS)]
    )
    learnt = forms.CharField(
        label=_("学んだこと3つ"),
        required=False,
        help_text=_("1行にひとつ書きます。"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--s"}),
    )
    use_at_work = forms.CharField(
        label=_("仕事でどう使いますか"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--s"}),
    )
    own_fields = (
        "book_title", "book_author", "isbn", "one_line", "for_whom", "learnt", "use_at_work",
    )  # fmt: skip
    body_is_required = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("空なら書名になります。")

    def clean_isbn(self) -> str:
        """Thirteen digits without hyphens, in any width; or nothing."""
        digits = re.sub(
            r"[\s\-‐‑–—ー]", "", unicodedata.normalize("NFKC", self.cleaned_data["isbn"])
        )
        if digits and not re.fullmatch(r"\d{13}", digits):
            raise forms.ValidationError(
                _("ISBNは13桁の数字です。わからなければ空のままにしてください。")
            )
        return digits

    def clean(self) -> dict[str, Any]:
        """The title of the note is the book's, unless another one was given."""
        cleaned = super().clean()
        if not cleaned.get("title") and cleaned.get("book_title"):
            cleaned["title"] = cleaned["book_title"]
        return cleaned

    def details(self) -> BookNoteFields:
        """The note's fields; the book is made when it is new here."""
        data = self.cleaned_data
        return BookNoteFields(
            book=find_or_make_book(
                data["book_title"], author=data["book_author"], isbn=data["isbn"]
            ),
            one_line=data["one_line"],
            for_whom=data["for_whom"],
            learnt=data["learnt"],
            use_at_work=data["use_at_work"],
        )

    @classmethod
    def initial_details(cls, article: Article) -> dict[str, Any]:
        """The note's fields of an article."""
        note = getattr(article, "book_note", None)
        if note is None:
            return {}
        names = ("one_line", "for_whom", "learnt", "use_at_work")
        return {name: getattr(note, name) for name in names} | {
            "book_title": note.book.title,
            "book_author": note.book.author,
            "isbn": note.book.isbn or "",
        }


class RuleForm(ArticleForm):
    """A rule of the company: since when it holds, and whether colleagues confirm it."""

    effective_on = DayField(
        label=_("いつから"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    needs_confirmation = forms.BooleanField(
        label=_("「読みました」を求める"),
        required=False,
        help_text=_(
            "読む人のページに「読みました」のボタンが出ます。"
            "だれに、いつまでにとお願いするときは、公開したあと「読んでもらう」を使ってください。"
        ),
    )
    own_fields = ("effective_on", "needs_confirmation")

    def details(self) -> RuleFields:
        """The rule's fields."""
        return RuleFields(**{name: self.cleaned_data[name] for name in self.own_fields})


FORMS: dict[str, type[ArticleForm]] = {
    Article.Kind.MANUAL: ManualForm,
    Article.Kind.QUESTION: QuestionForm,
    Article.Kind.BOOK_NOTE: BookNoteForm,
    Article.Kind.RULE: RuleForm,
    Article.Kind.NOTE: ArticleForm,
    Article.Kind.MINUTES: ArticleForm,
}
