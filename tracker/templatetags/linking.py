"""Addresses of the pages of one thing, each at the plan and month that the reader is at."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import ngettext

from tracker.documents import wording
from tracker.models import Indicator, Period, Region, ReportingUnit

register = template.Library()

#: So many units are named in a sentence.
MOST_NAMES = 20


@register.simple_tag
def region_page(region: Region, period: Period) -> str:
    """Return the address of a region's page."""
    return _address("region", region.code, period)


@register.filter
def listed_units(units: Sequence[ReportingUnit], period: Period) -> str:
    """Return the units' names with links to their regions' pages; of hundreds the first ones and how many more."""
    words = [format_html('<a href="{}">{}</a>', region_page(unit.region, period), unit) for unit in units[:MOST_NAMES]]
    if more := len(units) - len(words):
        address = f"{reverse('timeliness')}?{urlencode({'plan': period.plan.code})}"
        told = ngettext("%(number)s more", "%(number)s more", more) % {"number": more}
        words.append(format_html('<a href="{}">{}</a>', address, told))
    return mark_safe(wording.listed(words))  # noqa: S308 - each word was escaped


@register.simple_tag
def indicator_page(indicator: Indicator, period: Period) -> str:
    """Return the address of an indicator's page."""
    return _address("indicator", indicator.code, period)


@register.simple_tag
def figure_page(indicator: Indicator, region: Region, period: Period, span: str = "year") -> str:
    """Return what lies behind a figure: `span` is "month", or "year" for the year up to the month."""
    return _address("figure", indicator.code, period, region=region.code, span=span)


@register.simple_tag
def clause_page(clause_id: int, period: Period) -> str:
    """Return the address of a clause's page."""
    return f"{reverse('clause', args=[clause_id])}?{urlencode({'period': period.code})}"


def _address(name: str, code: str, period: Period, **more: str) -> str:
    query = {"plan": period.plan.code, "period": period.code, **more}
    return f"{reverse(name, args=[code])}?{urlencode(query)}"
