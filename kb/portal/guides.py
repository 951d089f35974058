"""使い方: one short guide for each role, kept as ordinary articles on a topic of its own."""

from django.db import transaction

from kb.articles.fields import ArticleFields
from kb.articles.models import Article
from kb.articles.services import create_article
from kb.portal.demo.source import read_documents
from kb.topics.models import Topic
from people.models import Person

TOPIC_SLUG = "chinowa"
TOPIC_NAME = "知の輪の使い方"


def guides() -> list[Article]:
    """The guides of this company, in the order of their titles; empty where none were written."""
    return list(
        Article.objects.published()
        .filter(topics__slug=TOPIC_SLUG)
        .select_related("owner")
        .defer("body", "body_html")
        .order_by("title")
    )


@transaction.atomic
def write_guides(*, by: Person) -> int:
    """Writes the guides that come with the product; those that are there already stay as they are."""
    topic, _made = Topic.objects.get_or_create(slug=TOPIC_SLUG, defaults={"name": TOPIC_NAME})
    known = {article.title for article in guides()}
    count = 0
    for entry, body in read_documents("articles/manual"):
        if entry["topics"] != [TOPIC_SLUG] or entry["title"] in known:
            continue
        fields = ArticleFields(topics=(topic.name,), summary=entry["summary"])
        create_article(by=by, kind="manual", title=entry["title"], body=body, fields=fields)
        count += 1
    return count
