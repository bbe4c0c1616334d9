"""Choosing whose returns are counted, up to which period, and whether by unit or by period."""

from datetime import datetime
from functools import cached_property
from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tracker.calculation.timeliness import Timeliness
from tracker.filters.as_of import AsOfFilter
from tracker.filters.choices import (
    PLAN_ERRORS,
    REGION_ERRORS,
    CodedFilter,
    PageScope,
    PeriodFilter,
    RegionFilter,
    widget_for,
)
from tracker.filters.forms import ListForm
from tracker.models import Period, ReportingUnit
from tracker.queries.returns.timeliness import Filings, PeriodTimeliness, UnitTimeliness
from tracker.web.page_clock import page_now, page_today
from tracker.web.requests import SignedInRequest

BY_UNIT, BY_PERIOD = "unit", "period"


class TimelinessFilter(django_filters.FilterSet):
    """The returns of a region's units for a plan's periods, from the first to the one chosen."""

    BY: ClassVar = [(BY_UNIT, _("by unit")), (BY_PERIOD, _("by period"))]

    plan = CodedFilter(label=_("action plan"), required=True, error_messages=PLAN_ERRORS)
    period = PeriodFilter(label=_("to"), required=True)
    region = RegionFilter(label=_("region"), required=True, error_messages=REGION_ERRORS)
    as_of = AsOfFilter()
    by = django_filters.ChoiceFilter(label=_("counted"), choices=BY, empty_label=None, required=True)

    class Meta:
        model = ReportingUnit
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        self.ground = PageScope(request.user, request.GET, page_today())
        self.now = page_now(self.ground.plan)
        data = self.ground.with_defaults(("plan", "region"))
        if not data.get("period") and (newest := self._newest_ended()):
            data["period"] = newest.code
        data.setdefault("by", BY_UNIT)
        super().__init__(data, ReportingUnit.objects.none(), request=request)
        self.filters["plan"].extra.update(objects=self.ground.plans)
        self.filters["period"].extra.update(plan=self.ground.plan, objects=self.ground.periods_of_any_kind)
        self.filters["region"].extra.update(objects=self.ground.regions, widget=widget_for(self.ground.regions))

    def _newest_ended(self) -> Period | None:
        """Return the last month that has ended, else the first; None without months."""
        months = self.ground.periods
        ended = [month for month in months if month.ends_on < self.ground.day]
        return ended[-1] if ended else months[0] if months else None

    @cached_property
    def chosen_period(self) -> Period | None:
        """The last period counted, when the choices are good."""
        return self.form.cleaned_data["period"] if self.is_valid() else None

    @property
    def moment(self) -> datetime | None:
        """The moment whose knowledge the list shows; None is now."""
        return self.form.cleaned_data["as_of"] if self.is_valid() else None

    @property
    def is_by_period(self) -> bool:
        """Return True if there is a row for each period, rather than for each unit."""
        return self.is_valid() and self.form.cleaned_data["by"] == BY_PERIOD

    @cached_property
    def rows(self) -> list[UnitTimeliness] | list[PeriodTimeliness]:
        """Return what was counted; nothing while a choice is bad."""
        if self.chosen_period is None:
            return []
        plan, region = self.chosen_period.plan, self.form.cleaned_data["region"]
        filings = Filings(plan, region, self.chosen_period, now=self.now, as_of=self.moment)
        return filings.by_period() if self.is_by_period else filings.by_unit()

    @property
    def total(self) -> Timeliness:
        """All rows together."""
        return sum((row.total for row in self.rows), Timeliness())

    def filter_queryset(self, queryset: QuerySet[ReportingUnit]) -> QuerySet[ReportingUnit]:
        """Raise NotImplementedError: the rows are counted, not stored, and `rows` holds them."""
        raise NotImplementedError
