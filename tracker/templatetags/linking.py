"""Addresses of the pages of one thing, each at the plan and month that the reader is at."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from tracker.models import Indicator, Period, Region

register = template.Library()


@register.simple_tag
def region_page(region: Region, period: Period) -> str:
    """A place's page."""
    return _address("region", region.code, period)


@register.simple_tag
def indicator_page(indicator: Indicator, period: Period) -> str:
    """An indicator's page."""
    return _address("indicator", indicator.code, period)


@register.simple_tag
def figure_page(indicator: Indicator, region: Region, period: Period, span: str = "year") -> str:
    """What lies behind a figure: `span` is "month", or "year" for the year up to the month."""
    return _address("figure", indicator.code, period, region=region.code, span=span)


@register.simple_tag
def clause_page(clause_id: int, period: Period) -> str:
    """A clause's page."""
    return f"{reverse('clause', args=[clause_id])}?{urlencode({'period': period.code})}"


def _address(name: str, code: str, period: Period, **more: str) -> str:
    query = {"plan": period.plan.code, "period": period.code, **more}
    return f"{reverse(name, args=[code])}?{urlencode(query)}"
