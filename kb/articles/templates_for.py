"""Bodies to start from, with their variables filled in."""

from collections.abc import Sequence

from django.utils import timezone

from kb.articles.models import ArticleTemplate
from kb.text.dates import FISCAL_YEAR_STARTS_IN
from people.models import Person


def templates_for(kind: str, person: Person) -> Sequence[ArticleTemplate]:
    """The templates of a kind, in order, ready to be used by the person today."""
    templates = list(ArticleTemplate.objects.filter(kind=kind))
    for template in templates:
        template.body = fill(template.body, person)
    return templates


def fill(body: str, person: Person) -> str:
    """The body with {{日付}}, {{年度}}, {{名前}} and {{部署}} replaced."""
    today = timezone.localdate()
    year = today.year if today.month >= FISCAL_YEAR_STARTS_IN else today.year - 1
    department = person.department
    values = {
        "日付": f"{today.year}年{today.month}月{today.day}日",
        "年度": f"{year}年度",
        "名前": person.name,
        "部署": department.name if department else "",
    }
    for name, value in values.items():
        body = body.replace("{{" + name + "}}", value)
    return body
