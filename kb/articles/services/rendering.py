"""Keeps what is made from a body: its HTML, its contents, its links."""

from django.db import transaction

from kb.articles.links import render_body, waiting_for, write_links
from kb.articles.models import Article
from kb.text.markdown import stored_contents


@transaction.atomic
def render_article(article: Article) -> Article:
    """The article, saved with HTML, contents and links made anew from its body."""
    rendered = render_body(article)
    article.body_html = str(rendered.html)
    article.contents = stored_contents(rendered)
    article.save()
    write_links(article, rendered)
    return article


def fill_waiting_links(article: Article) -> None:
    """Renders the texts anew that named this article's title before there was such a page."""
    for source in waiting_for(article):
        rendered = render_body(source)
        source.body_html = str(rendered.html)
        source.save(update_fields=["body_html"])
        write_links(source, rendered)
