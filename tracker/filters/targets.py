"""Filtering where targets stand."""

from datetime import datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from tracker.calculation.levels import Level
from tracker.documents.wording import level_name, marked_level
from tracker.filters.as_of import AsOfFilter
from tracker.filters.choices import (
    ALL,
    PLAN_ERRORS,
    REGION_ERRORS,
    CodedFilter,
    NamedFilter,
    PageScope,
    PeriodFilter,
    RegionFilter,
    widget_for,
)
from tracker.filters.forms import ListForm
from tracker.models import Indicator, Period, Region, Target
from tracker.queries.figures.figures import Figures, RegionProgress
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

#: The region choice that means each city by itself.
ALL_CITIES = "cities"
NOT_GRADED = "none"


class SwitchInput(forms.CheckboxInput):
    """A switch that "1" in the address turns on, and nothing else."""

    def __init__(self) -> None:
        super().__init__(attrs={"value": "1"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        """Return True if it is on."""
        return bool(data.get(name) == "1")


class SwitchFilter(django_filters.Filter):
    """On or off; off when the address does not say."""

    field_class = forms.BooleanField


class TargetStandingFilter(django_filters.FilterSet):
    """Targets of a plan at the end of a period in a region, or in each of its cities."""

    plan = CodedFilter(label=_("action plan"), required=True, error_messages=PLAN_ERRORS)
    period = PeriodFilter(label=_("period"))
    region = RegionFilter(label=_("region"), required=True, error_messages=REGION_ERRORS)
    indicator = NamedFilter(label=_("indicator"))
    level = django_filters.ChoiceFilter(label=_("warning level"), empty_label=_("all"))
    as_of = AsOfFilter()
    provisional = SwitchFilter(label=_("from reported values (preliminary)"), widget=SwitchInput())

    class Meta:
        model = Target
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        self.ground = PageScope(request.user, request.GET, page_today())
        super().__init__(self.ground.with_defaults(("plan", "period", "region")), Target.objects.all(), request=request)
        self.filters["plan"].extra.update(objects=self.ground.plans)
        self.filters["period"].extra.update(plan=self.ground.plan, objects=self.ground.periods)
        self.filters["region"].extra.update(
            objects=self.ground.regions, extra_choices=self._all_cities(), widget=widget_for(self.ground.regions)
        )
        indicators = Indicator.objects.filter(targets__plan=self.ground.plan).order_by("targets__position")
        self.filters["indicator"].extra.update(queryset=indicators, empty_label=ALL[1])
        self.filters["level"].extra["choices"] = [
            *((str(level.value), marked_level(level)) for level in Level),
            (NOT_GRADED, level_name(None)),
        ]

    def _all_cities(self) -> list[tuple[str, Any]]:
        return [(ALL_CITIES, _("All cities"))] if len(self.cities) > 1 else []

    @cached_property
    def cities(self) -> list[Region]:
        """The regions right below the widest that this person may read; where there are several widest, these."""
        widest = [region for region in self.ground.regions if not self.ground.above(region)]
        return self.ground.below(widest[0]) if len(widest) == 1 else widest

    @cached_property
    def chosen_period(self) -> Period | None:
        """The period chosen, when the choices are good."""
        return self.form.cleaned_data["period"] if self.is_valid() else None

    @cached_property
    def moment(self) -> datetime | None:
        """The moment whose knowledge the list shows; None is now."""
        return self.form.cleaned_data["as_of"] if self.is_valid() else None

    @cached_property
    def figures(self) -> Figures | None:
        """The figures the rows are from: of verified values, unless the switch asks what reported ones would give."""
        if self.chosen_period is None:
            return None
        figures = Figures(
            self.chosen_period,
            provisional=self.form.cleaned_data["provisional"],
            as_of=self.moment,
            inputs=PlanInputs(self.chosen_period.plan, as_of=self.moment, reporting=self.ground.reporting),
        )
        prefetch_related_objects(figures.targets, "clauses")
        return figures

    @cached_property
    def rows(self) -> list[RegionProgress]:
        """Return where the chosen targets stand; nothing while a choice is bad."""
        if self.figures is None:
            return []
        chosen = self.form.cleaned_data
        regions = self.cities if chosen["region"] == ALL_CITIES else [chosen["region"]]
        rows = [row for row in self.figures.standings(regions) if self._is_chosen(row)]
        if regions != [self.figures.plan.region]:
            self.figures.read_series(rows)
        return rows

    def _is_chosen(self, row: RegionProgress) -> bool:
        indicator, level = self.form.cleaned_data["indicator"], self.form.cleaned_data["level"]
        if indicator and row.target.indicator_id != indicator.pk:
            return False
        return not level or level == (str(row.level.value) if row.level else NOT_GRADED)

    def filter_queryset(self, queryset: QuerySet[Target]) -> QuerySet[Target]:
        """Raise NotImplementedError: the figures are calculated, not stored; `rows` holds them."""
        raise NotImplementedError
