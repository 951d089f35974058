"""When a text is due for review. Only manuals, questions and rules ever are."""

import calendar
import datetime as dt

from kb.articles.models import Article, ManualDetail

DEFAULT_MONTHS = 12


def months_between_reviews(article: Article) -> int:
    """The interval of the article's kind in months; 0 for what is never reviewed."""
    if article.kind == Article.Kind.MANUAL:
        manual = ManualDetail.objects.filter(article=article).first()
        return manual.review_months if manual else DEFAULT_MONTHS
    if article.kind in (Article.Kind.QUESTION, Article.Kind.RULE):
        return DEFAULT_MONTHS
    return 0


def next_review(article: Article, day: dt.date) -> dt.date | None:
    """The day of the next review, counted from ``day``; None for what is never reviewed."""
    months = months_between_reviews(article)
    return months_later(day, months) if months else None


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last one of that month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
