"""What people type into the portal's pages."""

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.people_field import PeopleField
from kb.articles.models import Article
from kb.portal.models import FirstRead, WantedArticle
from kb.portal.services import TopicWords
from kb.topics.models import Topic, TopicSynonym
from people.models import Department

SYNONYMS_MAX = 20
FIRST_READS_MAX = 5
CHOICES_MAX = 60
STEWARDS_MAX = 5


class SignInForm(AuthenticationForm):
    """Sign-in by login or e-mail address; the message does not tell which part was wrong."""

    error_messages = {
        "invalid_login": _("ログインID（またはメールアドレス）とパスワードを確かめてください。"),
        "inactive": _("このアカウントは使えません。"),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Beside the password: it is empty now and will be typed again in any case."""
        return ValidationError({"password": self.error_messages["invalid_login"]})


class WishForm(forms.ModelForm):
    """「書いてほしい」: one required line."""

    class Meta:
        model = WantedArticle
        fields = ["title", "note", "department"]
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "title": _("さがしていた言葉のまま書いてください。"),
            "note": _("どんなときに、何に困りましたか。書く人が、最初に読むところです。"),
            "department": _("わからなければ、空けておいて大丈夫です。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.queryset = Department.objects.visible()
        department.empty_label = _("わからない・決めない")


class FulfilForm(forms.Form):
    """Which of the writer's articles answers the wish."""

    article = forms.ModelChoiceField(label=_("できた記事"), queryset=Article.objects.none())

    def __init__(self, *args: Any, writer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Article.objects.published().filter(author=writer).order_by("-updated_at")
        article: Any = self.fields["article"]
        article.queryset = Article.objects.filter(pk__in=mine.values("pk")[:CHOICES_MAX])
        article.error_messages["invalid_choice"] = _("自分が書いて公開した記事から選んでください。")


class TopicForm(forms.ModelForm):
    """What a steward says of a topic."""

    synonyms = forms.CharField(
        label=_("別の言い方"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input--s"}),
        help_text=_("1行にひとつ書きます。どの言葉でさがしても、このテーマが見つかります。"),
    )
    first_reads = forms.ModelMultipleChoiceField(
        label=_("まず読む"),
        required=False,
        queryset=Article.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("はじめての人に、最初に読んでほしい記事を5つまで選びます。"),
    )
    stewards = PeopleField(
        label=_("世話役"),
        required=False,
        most=STEWARDS_MAX,
        help_text=_("このテーマの説明と「まず読む」を整える人です。「、」で区切ります。"),
    )

    class Meta:
        model = Topic
        fields = ["description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"description": _("このテーマで何を扱うかを、2、3文で書きます。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        about = Article.objects.published().about(topic).order_by("title").values("pk")
        reads: Any = self.fields["first_reads"]
        reads.queryset = Article.objects.filter(pk__in=about[:CHOICES_MAX]).order_by("title")
        self.initial["synonyms"] = "\n".join(
            topic.synonyms.order_by("word").values_list("word", flat=True)
        )
        self.initial["stewards"] = [
            row.person for row in topic.stewards.select_related("person").order_by("pk")
        ]
        self.initial["first_reads"] = list(
            FirstRead.objects.filter(topic=topic).values_list("article_id", flat=True)
        )

    def clean_synonyms(self) -> list[str]:
        """The words, one each; none may be another topic's name or word."""
        lines = unicodedata.normalize("NFKC", self.cleaned_data["synonyms"]).splitlines()
        words = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
        words = [word for word in words if word != self.instance.name]
        if len(words) > SYNONYMS_MAX:
            raise ValidationError(_("別の言い方は%(max)d個までです。") % {"max": SYNONYMS_MAX})
        for word in words:
            self._check_word(word)
        return words

    def _check_word(self, word: str) -> None:
        if len(word) > 100:
            raise ValidationError(_("「%(word)s…」は長すぎます。") % {"word": word[:20]})
        taken = TopicSynonym.objects.filter(word__iexact=word).exclude(topic=self.instance).first()
        named = (
            Topic.objects.visible().filter(name__iexact=word).exclude(pk=self.instance.pk).first()
        )
        other = taken.topic if taken else named
        if other is not None:
            raise ValidationError(
                _("「%(word)s」は、テーマ「%(topic)s」で使われています。")
                % {"word": word, "topic": other.name}
            )

    def clean_first_reads(self) -> list[Article]:
        """The chosen articles, those chosen before in their old order first."""
        chosen = list(self.cleaned_data["first_reads"])
        if len(chosen) > FIRST_READS_MAX:
            raise ValidationError(_("「まず読む」は%(max)d個までです。") % {"max": FIRST_READS_MAX})
        before: list[int] = self.initial["first_reads"]
        return sorted(chosen, key=lambda a: before.index(a.pk) if a.pk in before else len(before))

    def words(self) -> TopicWords:
        """What a valid form says."""
        cleaned = self.cleaned_data
        return TopicWords(
            cleaned["description"],
            cleaned["synonyms"],
            cleaned["first_reads"],
            cleaned["stewards"],
        )


class DailyNoteForm(forms.Form):
    """所感: one line to the day that writes itself; empty takes it away."""

    text = forms.CharField(
        label=_("今日の所感"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("ひとことで。なくてもかまいません")}),
    )
