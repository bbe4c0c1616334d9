"""Filtering returns."""

from functools import cached_property
from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.filters.choices import (
    ALL,
    PLAN_ERRORS,
    REGION_ERRORS,
    CodedFilter,
    PageScope,
    PeriodFilter,
    RegionFilter,
    widget_for,
)
from tracker.filters.forms import ListForm
from tracker.models import Period, Return
from tracker.models.access import Capability
from tracker.models.reporting import ReturnQuerySet
from tracker.web.page_clock import page_now, page_today
from tracker.web.requests import SignedInRequest

ON_TIME, LATE, OVERDUE = "on_time", "late", "overdue"


class ReturnFilter(django_filters.FilterSet):
    """Returns that a person may read, by plan, period, region, state and whether they came on time."""

    TIMELINESS: ClassVar = [
        (ON_TIME, pgettext_lazy("return", "on time")),
        (LATE, pgettext_lazy("return", "late")),
        (OVERDUE, pgettext_lazy("return", "overdue")),
    ]

    plan = CodedFilter(field_name="period__plan", label=_("action plan"), required=True, error_messages=PLAN_ERRORS)
    period = PeriodFilter(field_name="period", label=_("period"), extra_choices=[ALL])
    region = RegionFilter(
        field_name="unit__region", label=_("region"), extra_choices=[ALL], error_messages=REGION_ERRORS
    )
    state = django_filters.ChoiceFilter(label=_("state"), choices=Return.State.choices, empty_label=_("all"))
    timeliness = django_filters.ChoiceFilter(
        label=_("timeliness"), choices=TIMELINESS, empty_label=_("all"), method="filter_timeliness"
    )

    class Meta:
        model = Return
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        self.ground = PageScope(request.user, request.GET, page_today())
        own = PageScope(request.user, request.GET, page_today(), Capability.ENTER)
        queryset = Return.objects.visible_to(request.user).for_lists()
        super().__init__(self.ground.with_defaults(("plan",)), queryset, request=request)
        regions = {region.pk: region for region in (*self.ground.regions, *own.regions)}
        self.filters["plan"].extra.update(objects=self.ground.plans)
        self.filters["period"].extra.update(plan=self.ground.plan, objects=self.ground.periods_of_any_kind)
        in_order = sorted(regions.values(), key=lambda region: region.path)
        self.filters["region"].extra.update(objects=in_order, widget=widget_for(in_order))

    @cached_property
    def chosen_period(self) -> Period | None:
        """The period chosen, if any."""
        return (self.form.cleaned_data["period"] or None) if self.is_valid() else None

    @cached_property
    def rows(self) -> QuerySet[Return]:
        """The chosen returns; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_timeliness(self, queryset: ReturnQuerySet, _name: str, value: str) -> ReturnQuerySet:
        """As `Return.is_overdue` and `Return.is_late` say it, in the database's words."""
        handed_in = queryset.exclude(state__in=Return.OPEN_STATES)
        chosen = {
            OVERDUE: queryset.overdue(page_now(self.ground.plan)),
            LATE: handed_in.late(),
            ON_TIME: handed_in.on_time(),
        }
        return chosen[value]
