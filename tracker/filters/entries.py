"""Filtering values: the cells of returns."""

from functools import cached_property
from typing import ClassVar

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

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
from tracker.models import Entry, Indicator, Period
from tracker.models.access import Capability
from tracker.models.entry import EntryQuerySet
from tracker.queries.figures.value_sums import ValueSums, adds_up, sums_of
from tracker.web.page_clock import page_today
from tracker.web.requests import SignedInRequest

MISSING, WAITING, VERIFIED, CHANGED = "missing", "waiting", "verified", "changed"


class EntryFilter(django_filters.FilterSet):
    """Values that a person may read, by plan, period, region, unit, indicator and how far each has come."""

    STATES: ClassVar = [
        (MISSING, _("missing")),
        (WAITING, _("submitted, not verified")),
        (VERIFIED, _("verified as reported")),
        (CHANGED, _("verified with adjustment")),
    ]

    plan = CodedFilter(
        field_name="unit_return__period__plan", label=_("action plan"), required=True, error_messages=PLAN_ERRORS
    )
    period = PeriodFilter(label=_("period"), extra_choices=[ALL], method="filter_period")
    until = PeriodFilter(label=_("until period"), extra_choices=[("", _("that period alone"))], method="filter_until")
    region = RegionFilter(
        field_name="unit_return__unit__region",
        label=_("region"),
        extra_choices=[ALL],
        error_messages=REGION_ERRORS,
    )
    unit = django_filters.CharFilter(label=_("reporting unit"), method="filter_unit")
    indicator = NamedFilter(label=_("indicator"))
    as_of = AsOfFilter()
    state = django_filters.ChoiceFilter(label=_("state"), choices=STATES, empty_label=_("all"), method="filter_state")

    class Meta:
        model = Entry
        fields: list[str] = []
        form = ListForm

    def __init__(self, request: SignedInRequest) -> None:
        self.ground = PageScope(request.user, request.GET, page_today())
        own = PageScope(request.user, request.GET, page_today(), Capability.ENTER)
        self.moment = self.ground.as_of
        queryset = (
            Entry.objects.verified_at(request.user, self.moment)
            if self.moment
            else Entry.objects.visible_to(request.user).with_status()
        ).for_lists()
        super().__init__(self.ground.with_defaults(("plan",)), queryset, request=request)
        self.filters["plan"].extra.update(objects=self.ground.plans)
        for name in ("period", "until"):
            self.filters[name].extra.update(plan=self.ground.plan, objects=self.ground.periods_of_any_kind)
        regions = {region.pk: region for region in (*self.ground.regions, *own.regions)}
        in_order = sorted(regions.values(), key=lambda region: region.path)
        self.filters["region"].extra.update(objects=in_order, widget=widget_for(in_order))
        owed = Indicator.objects.filter(obligations__plan=self.ground.plan).distinct().order_by("code")
        self.filters["indicator"].extra.update(queryset=owed, empty_label=ALL[1])

    @cached_property
    def chosen_period(self) -> Period | None:
        """The period chosen, if any."""
        return (self.form.cleaned_data["period"] or None) if self.is_valid() else None

    @cached_property
    def sums(self) -> ValueSums | None:
        """Return the sums of the chosen values; None where they are of several indicators, or do not add up."""
        indicator = self.form.cleaned_data["indicator"] if self.is_valid() else None
        is_one = bool(self.chosen_period) and not self.form.cleaned_data.get("until")
        if not indicator or not adds_up(indicator, is_one_period=is_one):
            return None
        reported, verified = ("then_seen", "then_value") if self.moment else ("reported_value", "verified_value")
        return sums_of(self.rows, indicator, reported=reported, verified=verified)

    @cached_property
    def rows(self) -> QuerySet[Entry]:
        """The chosen values; nothing while a choice is bad."""
        return self.qs if self.is_valid() else self.queryset.none()

    def filter_period(self, queryset: EntryQuerySet, _name: str, value: Period) -> EntryQuerySet:
        """Return that period; the first of several where one is named until which to go."""
        if self.form.cleaned_data.get("until"):
            return queryset.filter(unit_return__period__starts_on__gte=value.starts_on)
        return queryset.filter(unit_return__period=value)

    def filter_until(self, queryset: EntryQuerySet, _name: str, value: Period) -> EntryQuerySet:
        """No period that ends later."""
        return queryset.filter(unit_return__period__ends_on__lte=value.ends_on)

    def filter_unit(self, queryset: EntryQuerySet, _name: str, value: str) -> EntryQuerySet:
        """By a part of the unit's name, or by its code."""
        return queryset.filter(Q(unit_return__unit__name__icontains=value) | Q(unit_return__unit__code=value))

    def filter_state(self, queryset: EntryQuerySet, _name: str, value: str) -> EntryQuerySet:
        """As `tracker.tables.entries.state_of` says it, in the database's words."""
        if self.moment is not None:
            same = Q(then_value=F("then_seen"))
            return queryset.filter({VERIFIED: same, CHANGED: ~same}.get(value, Q(pk__in=())))
        same = Q(verified_value=F("reported_value"))
        chosen = {
            MISSING: Q(reported_value=None, verified_value=None),
            WAITING: Q(reported_value__isnull=False, verified_value=None),
            VERIFIED: Q(verified_value__isnull=False) & same,
            CHANGED: Q(verified_value__isnull=False) & ~same,
        }
        return queryset.filter(chosen[value])
