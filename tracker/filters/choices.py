"""Choosing a plan, a period of it and a place in it, each within what the person may read."""

from collections.abc import Callable, Iterable, Sequence, Sized
from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.calculation.period_kinds import kind_of_code
from tracker.documents import wording
from tracker.filters.as_of import parse_as_of
from tracker.filters.forms import NamedField
from tracker.models import Period, Plan, Region, User
from tracker.models.access import Capability, scope_of
from tracker.models.earlier import lay_within
from tracker.models.period import outside_plan
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.plan_inputs import PlanInputs
from tracker.queries.figures.reporting_periods import ReportingPeriods, load_reporting_periods
from tracker.queries.pages import overview


class PageScope:
    """The plan that an address names (else the current one), and what this person may choose in it."""

    def __init__(
        self,
        user: User,
        data: QueryDict,
        day: date,
        capability: Capability = Capability.VIEW,
        *,
        shows_figures: bool = False,
    ) -> None:
        """Keep the choices. A page that shows figures reads all regions of the plan, and chooses among them."""
        self.shows_figures = shows_figures
        self.user = user
        self.data = data
        self.day = day
        self.scope = scope_of(user, capability)

    @cached_property
    def as_of(self) -> datetime | None:
        """The moment whose knowledge the address asks for; None is now."""
        return parse_as_of(self.data.get("as_of", ""))

    @cached_property
    def plans(self) -> list[Plan]:
        """The plans that the person's scope reaches into."""
        return overview.plans_within(self.scope)

    @cached_property
    def plan(self) -> Plan | None:
        """The plan named, or the current one when none or no such is named."""
        named = [plan for plan in self.plans if plan.code == self.data.get("plan")]
        return named[0] if named else overview.current_plan(self.plans, self.day)

    @cached_property
    def reporting(self) -> ReportingPeriods:
        """The plan's periods, and the kinds for which its units report."""
        return load_reporting_periods(self.plan, self.day) if self.plan else ReportingPeriods([], [])

    @property
    def periods(self) -> list[Period]:
        """The plan's periods of each kind for which its units report; months where nobody reports yet."""
        return self.reporting.reported

    @property
    def periods_of_any_kind(self) -> Sequence[Period]:
        """The plan's periods, in the order in which they end."""
        return self.reporting.periods

    @property
    def current_period(self) -> Period | None:
        """The period shown when none is named."""
        return overview.current_period(self.plan, self.day, self.reporting) if self.plan else None

    @cached_property
    def inputs(self) -> PlanInputs | None:
        """Return the inputs of the plan's figures, read once for the page."""
        return PlanInputs(self.plan, as_of=self.as_of, reporting=self.reporting) if self.plan else None

    def figures(self, period: Period) -> Figures:
        """Return the plan's figures at a period, as known at the moment that the page shows."""
        return Figures(period, as_of=self.as_of, inputs=self.inputs)

    @cached_property
    def regions(self) -> list[Region]:
        """The plan's widest regions that the person may read, those right below, and those around the one named."""
        if self.plan is None:
            return []
        named, scope = self.data.get("region", ""), self.scope.in_plan(self.plan.pk)
        if (read := self._read) is not None:
            return overview.regions_among(read, scope, named, day=self._day_of_tree)
        return overview.regions_within(self.plan, scope, named, day=self._day_of_tree)

    @property
    def _read(self) -> list[Region] | None:
        """Return all regions of the plan on a page that shows figures: they are read there anyway."""
        return self.inputs.tree_on(self._day_of_tree).regions if self.shows_figures and self.inputs else None

    @property
    def _day_of_tree(self) -> date:
        """The last day of the period that the address names, else of the current one; today without any."""
        code = self.data.get("period", "")
        named = next((one for one in self.reporting.periods if code and one.code == code), self.current_period)
        return named.ends_on if named else self.day

    def below(self, region: Region) -> list[Region]:
        """Return the regions right below one of the regions."""
        return [one for one in self.regions if one.parent_id == region.pk]

    def compared(self, region: Region) -> list[Region]:
        """Return the regions that are compared on a page about one: those right below it, else those beside it."""
        top = self.plan.region_id if self.plan else None
        beside = [one for one in self.regions if one.parent_id == region.parent_id and one.pk != top]
        return self.below(region) or beside

    def above(self, region: Region) -> list[Region]:
        """Return the regions above one that the person may read, the widest first."""
        by_key = {one.pk: one for one in self.regions}
        found: list[Region] = []
        above = by_key.get(region.parent_id or 0)
        while above is not None:
            found.insert(0, above)
            above = by_key.get(above.parent_id or 0)
        return found

    def is_closed(self, named: str) -> bool:
        """Return True if nothing may be read, or a code names a region of the plan that this person may not read."""
        if not self.regions or self.plan is None:
            return True
        return overview.is_closed(self.plan, self.scope.in_plan(self.plan.pk), named, self._read)

    def with_defaults(self, names: Iterable[str]) -> QueryDict:
        """Return the filters in the address, with defaults for those it leaves open."""
        defaults: dict[str, Callable[[], Plan | Period | Region | None]] = {
            "plan": lambda: self.plan,
            "period": lambda: self.current_period,
            "region": lambda: next(iter(self.regions), None),
        }
        data = self.data.copy()
        for name in names:
            if not data.get(name):
                found = defaults[name]()
                data[name] = found.code if found else ""
        return data


class CodedChoiceField(forms.ChoiceField):
    """A choice of objects by their code; its clean value is the object, or an extra choice's own value."""

    def __init__(
        self,
        objects: Iterable[Any] = (),
        extra_choices: Iterable[tuple[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        self.objects = {each.code: each for each in objects}
        choices = [(code, self.label_of(each)) for code, each in self.objects.items()]
        super().__init__(choices=[*extra_choices, *choices], **kwargs)

    def label_of(self, chosen: Any) -> str:
        """Return how a choice reads."""
        return str(chosen)

    def clean(self, value: Any) -> Any:
        """Return the object of the code."""
        code = super().clean(value)
        return self.objects.get(code, code)


class PeriodField(CodedChoiceField):
    """A period of one plan; a month outside it is told so."""

    def __init__(self, plan: Plan | None = None, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(**kwargs)

    def label_of(self, chosen: Period) -> str:
        """ "2020年8月"."""
        return wording.period_in_words(chosen.code)

    def validate(self, value: str) -> None:
        """Say what the plan's time is, or of which kinds its periods are."""
        if value and self.plan and not self.valid_value(value):
            raise ValidationError(self._other_kind(value) or outside_plan(self.plan, value), code="invalid_choice")
        super().validate(value)

    def _other_kind(self, value: str) -> str:
        kind, kinds = kind_of_code(value), {one.kind for one in self.objects.values()}
        if kind is None or kind in kinds or not kinds:
            return ""
        names = dict(Period.Kind.choices)
        found = _(", ").join(str(name) for one, name in Period.Kind.choices if one in kinds)
        words = {"period": value, "kind": names[kind], "kinds": found}
        return str(_("%(period)s is of a kind that the plan does not have (%(kind)s). It has: %(kinds)s.") % words)


class CodedFilter(django_filters.Filter):
    """One object by its code."""

    field_class = CodedChoiceField


class NamedFilter(django_filters.Filter):
    """One of many things by its code or name; `field_name` leads to it."""

    field_class = NamedField


class PeriodFilter(django_filters.Filter):
    """One period of the plan."""

    field_class = PeriodField


class RegionFilter(CodedFilter):
    """A region within the person's scope, and all that lay below it at the end of the period chosen beside it.

    Without a period they lie as now. `field_name` leads to the row's region.
    """

    def filter(self, queryset: QuerySet[Any], value: Region | str) -> QuerySet[Any]:
        """Return what lies in the region."""
        if not isinstance(value, Region):
            return queryset
        chosen = self.parent.form.cleaned_data
        period = next((one for name in ("until", "period") if isinstance(one := chosen.get(name), Period)), None)
        if period is None:
            return queryset.filter(**{f"{self.field_name}__path__startswith": value.path})
        return queryset.filter(lay_within(value, period.ends_on, self.field_name))


ALL = ("", _("all"))
PLAN_ERRORS = {"invalid_choice": _("There is no such plan.")}
REGION_ERRORS = {
    "invalid_choice": _("Choose a region that you may read."),
    "required": _("You may read no region of this plan."),
}


def widget_for(choices: Sized) -> forms.Widget:
    """Return a list; a hidden field if there is only one choice."""
    return forms.Select() if len(choices) > 1 else forms.HiddenInput()


def plan_field(ground: PageScope) -> CodedChoiceField:
    """Return the field for a plan, which is never empty and always there."""
    return CodedChoiceField(objects=ground.plans, label=_("action plan"), error_messages=PLAN_ERRORS)


def region_field(ground: PageScope) -> CodedChoiceField:
    """Return the field for a region within the user's scope."""
    return CodedChoiceField(
        objects=ground.regions, label=_("region"), error_messages=REGION_ERRORS, widget=widget_for(ground.regions)
    )
