"""Shows stored HTML: ``{% load prose %}{{ article.body_html|stored_html }}``."""

from django import template

from kb.text.markdown import trusted

register = template.Library()


@register.filter
def stored_html(html: str) -> str:
    """HTML that our renderer made when the record was saved; never use it for anything else."""
    return trusted(html or "")
