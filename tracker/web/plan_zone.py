"""The time zone of a page, that of the plan it shows, and the day of a demonstration."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tracker.models import Plan
from tracker.web.page_clock import showing


class PlanTimeZoneMiddleware:
    """Show times, and tell today, by the clocks of the plan that an address names.

    Without a plan in the address the plans' own time zone holds if they share one, else the installation's. A view
    that finds its plan by another way calls `use_zone_of`. The time zone ends with the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        plans = list(Plan.objects.order_by().values_list("code", "time_zone", "demonstration_day"))
        zones = {code: zone for code, zone, _day in plans}
        with timezone.override(_zone_for(request, zones)), showing([day for _code, _zone, day in plans]):
            return self.get_response(request)


def use_zone_of(plan: Plan) -> None:
    """Show the rest of the request by the clocks of a plan."""
    timezone.activate(plan.zone)


def _zone_for(request: HttpRequest, zones: dict[str, str]) -> str:
    named = zones.get(request.GET.get("plan", ""))
    shared = set(zones.values())
    return named or (shared.pop() if len(shared) == 1 else timezone.get_default_timezone_name())
