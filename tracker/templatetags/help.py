"""The link to the help on a page, and the little markup of the changelog."""

import re
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tracker.web.help_topics import help_address

register = template.Library()

CODE = re.compile(r"`([^`]+)`")
BOLD = re.compile(r"\*\*([^*]+)\*\*")


@register.simple_tag(takes_context=True)
def help_page(context: dict[str, Any]) -> str:
    """Return the address of the help on the page that is shown."""
    return help_address(context["request"])


@register.filter
def little_markup(text: str) -> SafeString:
    """Return a line of the changelog with its `code` and **bold** marked up; everything else is escaped."""
    marked = BOLD.sub(r"<strong>\1</strong>", CODE.sub(r"<code>\1</code>", escape(text)))
    return mark_safe(marked)  # noqa: S308 - the text was escaped before
