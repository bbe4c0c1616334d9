"""What the list of returns can be narrowed by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracker.admin.base import person
from tracker.documents import wording
from tracker.models import Region, Return


class PeriodFilter(admin.SimpleListFilter):
    """Periods of the returns one may see."""

    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        periods = Return.objects.visible_to(person(request)).order_by("-period__starts_on").distinct()
        found = periods.values_list("period__code", "period__starts_on")
        return list({code: wording.period_in_words(code) for code, _starts_on in found}.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return]:
        return queryset.filter(period__code=self.value()) if self.value() else queryset


class RegionFilter(admin.SimpleListFilter):
    """Regions of the returns one may see."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = Return.objects.visible_to(person(request)).order_by().values("unit__region")
        return [(region.code, str(region)) for region in Region.objects.filter(pk__in=codes)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return]:
        return queryset.filter(unit__region__code=self.value()) if self.value() else queryset
