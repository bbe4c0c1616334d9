"""What the list of returns can be narrowed by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.admin.scoped import person
from tracker.documents import wording
from tracker.models import Plan, Region, Return
from tracker.models.access import Capability, scope_of
from tracker.models.region_level import level_choices
from tracker.queries.returns.accepted_so_far import accepted_so_far

#: Choices of where a return waits, beside the levels.
MINE, ACCEPTED = "me", "accepted"


class ReturnPeriodFilter(admin.SimpleListFilter):
    """Periods of the returns one may see."""

    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        periods = Return.objects.visible_to(person(request)).order_by("-period__starts_on").distinct()
        found = periods.values_list("period__code", "period__starts_on")
        return list({code: wording.period_in_words(code) for code, _starts_on in found}.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return]:
        return queryset.filter(period__code=self.value()) if self.value() else queryset


class PlanFilter(admin.SimpleListFilter):
    """Plans of the returns one may see; always there, however few."""

    title = _("action plan")
    parameter_name = "plan"

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        periods = Return.objects.visible_to(person(request)).order_by().values("period")
        plans = Plan.objects.filter(periods__in=periods).distinct()
        return [(plan.code, str(plan)) for plan in plans]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return]:
        return queryset.filter(period__plan__code=self.value()) if self.value() else queryset


class LevelFilter(admin.SimpleListFilter):
    """Filter by what a return waits for: the user, a level, or nothing more from the user's own level."""

    title = _("waits for")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        levels = level_choices()
        if not scope_of(person(request), Capability.VERIFY).is_somewhere:
            return levels
        return [(MINE, gettext("me")), *levels, (ACCEPTED, gettext("accepted by my level"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return]:
        if self.value() is None:
            return queryset
        if self.value() == MINE:
            found = Return.objects.waiting_for(person(request))
        elif self.value() == ACCEPTED:
            found = accepted_so_far(person(request))
        else:
            found = Return.objects.waiting_at(self.value() or "")
        return queryset.filter(pk__in=found.order_by().values("pk"))


class ReturnRegionFilter(admin.SimpleListFilter):
    """Regions of the returns one may see."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = Return.objects.visible_to(person(request)).order_by().values("unit__region")
        return [(region.code, str(region)) for region in Region.objects.filter(pk__in=codes)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return]:
        return queryset.filter(unit__region__code=self.value()) if self.value() else queryset
