"""The company's words about personal data, where people read or write it."""

from django import template

from customers.retention import rules_words

register = template.Library()


@register.simple_tag
def personal_purpose() -> str:
    """For which purpose the data of customers' people is kept."""
    return rules_words().purpose


@register.simple_tag
def personal_hint() -> str:
    """What does not belong into a text; empty when the company says nothing."""
    return rules_words().hint
