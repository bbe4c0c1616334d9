"""Addresses that a list's rows lead to, found out once for the whole list."""

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django.urls import reverse

from tracker.models import Entry, Period, Plan, Region, Return, User
from tracker.models.access import Capability, scope_of

#: No page's address has it otherwise.
SOME_NUMBER = 987654321


def numbered_address(name: str) -> Callable[[int], str]:
    """Return a function for the addresses of pages that differ only in a number, resolved once for a whole list."""
    start, end = reverse(name, args=[SOME_NUMBER]).split(str(SOME_NUMBER), 1)
    return lambda number: f"{start}{number}{end}"


def return_address(user: User | None) -> Callable[[Return], str]:
    """Return a function for a return's page: entry and review for users who do either there, else the page to read."""
    read, work = numbered_address("return"), numbered_address("admin:tracker_return_change")
    scopes = [scope_of(user, what) for what in (Capability.ENTER, Capability.VERIFY)] if user else []

    def address(filed: Return) -> str:
        works_there = any(scope.in_plan(filed.period.plan_id).covers_unit(filed.unit) for scope in scopes)
        return (work if works_there else read)(filed.pk)

    return address


def figure_address(
    plan: Plan | None, regions: Iterable[Region], periods: Iterable[Period], as_of_query: str = ""
) -> Callable[[Entry], str | None]:
    """Return a function for the page of the figure that a value counts in: its region's in its month.

    The function returns None if there is no such page.
    """
    places, months = {region.pk: region.code for region in regions}, {period.pk: period.code for period in periods}

    def address(entry: Entry) -> str | None:
        filed = entry.unit_return
        place, month = places.get(filed.unit.region_id), months.get(filed.period_id)
        if plan is None or place is None or month is None:
            return None
        query = urlencode({"plan": plan.code, "period": month, "region": place, "span": "month"})
        return f"{reverse('figure', args=[entry.indicator.code])}?{query}{as_of_query}"

    return address
