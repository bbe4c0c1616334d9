"""Checks of a target at set-up: what contradicts itself is refused at the field it stands in."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.pace import Pace
from tracker.calculation.progress import AggregationRule
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound, Kind
from tracker.calculation.targets.problems import Problem, Setup, problems
from tracker.calculation.targets.terms import Milestone
from tracker.models import Indicator, Target
from tracker.queries.errors import Refused


def check_target(
    target: Target,
    *,
    goal: Decimal | None = None,
    upper: Decimal | None = None,
    milestones: Sequence[Milestone] = (),
) -> None:
    """Raise Refused, by field, for a target whose kind, bound, base, goal or milestones contradict each other.

    `goal` and `upper` are those of the version in question; without them only the rest is checked.
    """
    indicator, plan = target.indicator, target.plan
    setup = Setup(
        kind=Kind(target.kind),
        bound=Bound(target.bound),
        pace=Pace(target.pace),
        less_is_better=indicator.direction == Indicator.Direction.LESS,
        is_intensive=is_intensive(indicator),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        goal=goal,
        upper=upper,
        base=target.base_value,
        base_on=date(target.base_year, 12, 31) if target.base_year else None,
        milestones=milestones,
    )
    found = problems(setup)
    if found:
        raise Refused(
            _("The target contradicts itself."), {field: in_words(problem) for field, problem in found.items()}
        )


def check_milestones(target: Target, milestones: Sequence[Milestone]) -> None:
    """Raise Refused at "milestones" for those that do not lead from the target's base to its newest value."""
    newest = target.versions.order_by("effective_from").last() if target.pk else None
    try:
        check_target(target, goal=newest.value if newest else None, milestones=milestones)
    except Refused as refusal:
        if "milestones" in refusal.fields:
            raise


def is_intensive(indicator: Indicator) -> bool:
    """Return True if places of an indicator do not add up, so that its target is a level or a change."""
    numerator = indicator.numerator.code if indicator.numerator else ""
    return AggregationRule(
        over_places=Rollup(indicator.over_places), numerator=numerator, is_percent=indicator.is_percent
    ).is_intensive


def default_kind(indicator: Indicator) -> Kind:
    """Return the kind of a target that names none: a level for a rate or a latest value, else an amount."""
    is_level = is_intensive(indicator) or indicator.over_periods == Rollup.LATEST
    return Kind.LEVEL if is_level else Kind.AMOUNT


def in_words(problem: Problem) -> str:
    """Return what is wrong and how to put it right."""
    return {
        Problem.DIRECTION: _(
            "This contradicts the indicator's direction. Of an indicator of which less is better choose “at most”, "
            "of one of which more is better “at least”."
        ),
        Problem.NOT_AN_AMOUNT: _("Places of this indicator do not add up. Choose a level or a change."),
        Problem.BASE_WITHOUT_YEAR: _("Name the year of the base value."),
        Problem.YEAR_WITHOUT_BASE: _("Give the base value of this year."),
        Problem.CHANGE_WITHOUT_BASE: _("A change is computed from a base value: give it with its year and source."),
        Problem.BASE_AFTER_END: _("The base year must end before the plan does."),
        Problem.BASE_OF_AMOUNT: _("An amount starts from zero and has no base value. Choose a level or a change."),
        Problem.ZERO_BASE: _("There is no percentage of zero. Choose a change in the indicator's own unit."),
        Problem.BASE_BEYOND_GOAL: _(
            "The base value meets the target already. Correct it, or let the target be due in full at any time."
        ),
        Problem.UPPER_MISSING: _("“Between” needs its upper end."),
        Problem.UPPER_UNUSED: _("Only “between” has an upper end."),
        Problem.UPPER_BELOW: _("The upper end must lie above the target value."),
        Problem.MILESTONE_ORDER: _("Milestones stand in the order of their days, one for each day."),
        Problem.MILESTONE_OUTSIDE: _("A milestone lies after the base year and within the plan, before its last day."),
        Problem.MILESTONE_BEYOND: _("Milestones lead from the base to the target value without turning back."),
        Problem.NEGATIVE: _("A target cannot be negative."),
        Problem.ALL_OF_NOTHING: _("“All of” needs the number that there are."),
    }[problem]
