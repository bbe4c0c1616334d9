"""Inputs of a plan's figures for any period: indicators, rules, goals, targets and regions, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils.functional import cached_property

from tracker.calculation.progress import AggregationRule
from tracker.calculation.rollup import Rollup
from tracker.calculation.rule_sets import with_rules_beside
from tracker.models import Indicator, Period, Plan, Target, TargetVersion
from tracker.models.earlier import RegionTree, tree_on
from tracker.queries.figures.evaluation_rules import (
    EvaluationRules,
    evaluation_of,
    gather_goals,
    goals_by_place,
    load_targets,
    load_versions,
)
from tracker.queries.figures.listed_values import ListedCounts, load_rules
from tracker.queries.figures.reporting_periods import ReportingPeriods, kinds_of
from tracker.queries.figures.rules_known_at import load_rules_known_at
from tracker.queries.figures.year_before import EarlierPeriods, periods_before


class PlanInputs:
    """The inputs of one page, document or mail, each read when it is first needed and kept.

    With `as_of` rules and goals are those known at that moment. `reporting` are the plan's periods where they are read
    already.
    """

    def __init__(self, plan: Plan, *, as_of: datetime | None = None, reporting: ReportingPeriods | None = None) -> None:
        self.plan = plan
        self.as_of = as_of
        self._reporting = reporting
        self._by_kind: dict[str, list[Period]] = {}
        self._before: dict[str, list[EarlierPeriods]] = {}
        self._trees: dict[date, RegionTree] = {}

    @cached_property
    def kinds(self) -> Sequence[str]:
        """Return the kinds of periods for which the plan's units report, the shortest first."""
        return kinds_of(self.plan) if self._reporting is None else self._reporting.kinds

    def reports_only(self, kind: str) -> bool:
        """Return True if it is known already that units report for periods of one kind alone."""
        return self._reporting is not None and list(self._reporting.kinds) == [kind]

    def periods_of(self, kind: str) -> list[Period]:
        """Return the plan's periods of a kind, in their order."""
        if kind not in self._by_kind:
            if self._reporting is None:
                self._by_kind[kind] = list(Period.objects.filter(plan=self.plan, kind=kind).order_by("starts_on"))
                for period in self._by_kind[kind]:
                    period.plan = self.plan
            else:
                self._by_kind[kind] = self._reporting.of(kind)
        return self._by_kind[kind]

    def newest_period(self, kind: str, day: date) -> Period | None:
        """Return the last period of a kind that ends on or before a day, else the plan's first of this kind."""
        periods = self.periods_of(kind)
        ended = [period for period in periods if period.ends_on <= day]
        return ended[-1] if ended else next(iter(periods), None)

    def years_before(self, kind: str) -> list[EarlierPeriods]:
        """Return, of each plan a year before this one, its periods under the codes of those they are compared with."""
        if kind not in self._before:
            self._before[kind] = periods_before(self.plan, self.periods_of(kind))
        return self._before[kind]

    @cached_property
    def indicators(self) -> list[Indicator]:
        """Every indicator, with its unit."""
        return list(Indicator.objects.select_related("unit"))

    @cached_property
    def codes(self) -> dict[int, str]:
        """Return the indicators' codes by primary key."""
        return {indicator.pk: indicator.code for indicator in self.indicators}

    @cached_property
    def targets(self) -> list[Target]:
        """Return the plan's targets in the plan's order, with their indicators."""
        return load_targets(self.plan, self.indicators)

    @cached_property
    def versions(self) -> list[TargetVersion]:
        """Every version of every target, in the order in which they take effect."""
        return load_versions(self.plan)

    @cached_property
    def listed(self) -> ListedCounts:
        """Return the counts of lists of names, with the rules by which indicators take them."""
        rollups = {one.pk: Rollup(one.over_periods) for one in self.indicators}
        known = self._reporting.periods if self._reporting else ()
        return ListedCounts(load_rules(rollups, as_of=self.as_of), as_of=self.as_of, periods=known)

    def tree_on(self, day: date) -> RegionTree:
        """Return the plan's own region and all below it as they were on a day."""
        if day not in self._trees:
            self._trees[day] = tree_on(self.plan.region, day, self.as_of)
        return self._trees[day]

    @cached_property
    def evaluation(self) -> EvaluationRules:
        """Return what figures are judged by, now or as known at the moment."""
        goals = goals_by_place(gather_goals(self.plan, self.codes, self.versions))
        current = evaluation_of(self.plan, self.indicators, goals, self.targets)
        known = load_rules_known_at(self.plan, self.as_of) if self.as_of is not None else None
        if known is None:
            return current
        # indicators of no target have no kept rules: those of today
        rules = {**current.rules, **known.rules}
        return replace(known, rules=rules, earlier=with_rules_beside(known.earlier, rules))

    @property
    def rules(self) -> Mapping[str, AggregationRule]:
        """Return how every indicator is calculated, by code."""
        return self.evaluation.rules

    def versions_on(self, day: date) -> dict[int, TargetVersion]:
        """Return by target the version in force on a day, of those known at the moment."""
        return {one.target_id: one for one in self.known_versions if one.effective_from <= day}

    @property
    def known_versions(self) -> list[TargetVersion]:
        """The versions that had been recorded at the moment."""
        return [one for one in self.versions if self.as_of is None or one.recorded_at <= self.as_of]
