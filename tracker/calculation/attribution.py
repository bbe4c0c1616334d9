"""Attribution: by how much a figure changed between two sets of inputs through data, coverage, target and rule.

The inputs of the older set are replaced step by step by those of the newer one, always in this order:

    data      values of the cells that both sets hold, where as many returns stand behind them
    coverage  values that came or went, what is expected, places, and the year before
    target    goals and base values
    rule      everything else: kinds, bounds, schedules, grading, roll-ups, the plan's days

The change of each step is the figure after it less the figure before it, so that the four add up to the whole
change. Example: 60 of 100 becomes 66 of 120 by a corrected value and a new target. The completion rate goes from 60 %
to 55 %: +6 points through data, -11 through the target.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.cells import Aggregate
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.progress import AggregationRule, Cells, TargetProgress
from tracker.calculation.rule_sets import with_rules_beside
from tracker.calculation.targets.terms import Terms, goals_by

Leaves = Mapping[tuple[str, str, str], Aggregate]
Rules = Mapping[str, AggregationRule]


class Cause(StrEnum):
    """The causes of a change, in the order in which they are applied."""

    DATA = "data"
    COVERAGE = "coverage"
    TARGET = "target"
    RULE = "rule"


class Figure(StrEnum):
    """The figures of a target that are taken apart."""

    CUMULATIVE = "cumulative"
    TARGET = "target"
    COMPLETION = "completion"
    GAP = "gap"


@dataclass(frozen=True)
class Attribution:
    """The change of one figure. `parts` holds the cause of each step that changed it.

    An amount is None where the figure was missing before or after the step: the figure came or went by this cause.
    """

    figure: Figure
    then: Decimal | None
    now: Decimal | None
    parts: Mapping[Cause, Decimal | None]

    @property
    def change(self) -> Decimal | None:
        """Return the whole change. None where either figure is missing."""
        return None if self.then is None or self.now is None else self.now - self.then


@dataclass(frozen=True)
class Steps:
    """The older inputs, and the inputs after each step; the last are the newer ones."""

    inputs: tuple[FigureInputs, ...]

    def attributions(self, indicator: str, place: str, period: str) -> list[Attribution]:
        """Return the figures of a target in a place at the end of a period that changed at any step."""
        found = self.progress(indicator, place, period)
        changes = [_attribution(figure, [_figure(one, figure) for one in found]) for figure in Figure]
        return [change for change in changes if change.parts]

    def progress(self, indicator: str, place: str, period: str) -> list[TargetProgress | None]:
        """Return the progress of a target before the first step and after each."""
        found: list[TargetProgress | None] = []
        before: FigureInputs | None = None
        for inputs in self.inputs:
            found.append(found[-1] if inputs is before else _progress(inputs, indicator, place, period))
            before = inputs
        return found


def steps_between(then: FigureInputs, now: FigureInputs) -> Steps:
    """Return the steps from older inputs to newer ones. Both hold the periods that are compared.

    The newer ones judge by what is in force at the end of the older period.
    """
    now = now.in_force_on(then.periods[-1].ends_on)
    if now.top != then.top:  # about another place: nothing can be told apart
        return Steps((then, then, then, then, now))
    rules = {**now.cells.rules, **then.cells.rules}
    corrected = _corrected(then.cells.leaves, now.cells.leaves)
    data = then if corrected == then.cells.leaves else _with_cells(then, corrected, rules)
    coverage = data
    if (corrected, then.paths) != (now.cells.leaves, now.paths):
        coverage = replace(_with_cells(data, now.cells.leaves, rules), paths=now.paths)
    target, bases = coverage, _with_bases(then.terms, now.terms)
    if (then.goals, then.terms) != (now.goals, bases):
        target = replace(_with_cells(coverage, coverage.cells.leaves, rules), goals=now.goals, terms=bases)
    return Steps((then, data, coverage, target, target if _has_same_rules(target, now) else now))


def _has_same_rules(one: FigureInputs, other: FigureInputs) -> bool:
    """Return True if goals being equal, both judge alike. Rules of indicators that only one knows do not matter."""
    shared = one.cells.rules.keys() & other.cells.rules.keys()
    return (one.bounds, one.earlier, one.terms, one.starts_on, one.ends_on, one.is_same_basis, one.cells.years) == (
        other.bounds,
        other.earlier,
        other.terms,
        other.starts_on,
        other.ends_on,
        other.is_same_basis,
        other.cells.years,
    ) and all(one.cells.rules[code] == other.cells.rules[code] for code in shared)


def by_the_yardstick_of(then: FigureInputs, now: FigureInputs) -> FigureInputs:
    """Return the newer data judged by the older goals and rules: those in force when the older period ended.

    A level that differs between this and the newer inputs differs because the yardstick moved.
    """
    on = then.periods[-1].ends_on
    rules = {**now.cells.rules, **then.cells.rules}
    return replace(
        now,
        starts_on=then.starts_on,
        ends_on=then.ends_on,
        bounds=then.bounds,
        cells=replace(now.cells, rules=rules),
        goals=goals_by(then.goals, on),
        terms={**now.terms, **then.terms},
        earlier=with_rules_beside(then.earlier, rules),
    )


def _corrected(then: Leaves, now: Leaves) -> dict[tuple[str, str, str], Aggregate]:
    """Return the older cells with the newer values, where as many returns stand behind them as before."""
    return {
        key: Aggregate(now[key].value, old.coverage)
        if key in now and now[key].coverage.present == old.coverage.present
        else old
        for key, old in then.items()
    }


def _with_cells(inputs: FigureInputs, leaves: Leaves, rules: Rules) -> FigureInputs:
    return replace(inputs, cells=Cells(rules, leaves, inputs.cells.years))


def _with_bases(then: Mapping[str, Terms], now: Mapping[str, Terms]) -> dict[str, Terms]:
    """Return the older terms with the base values of the newer ones; targets that are new come with their terms."""
    return {
        code: replace(then[code], bases=terms.bases, base_on=terms.base_on) if code in then else terms
        for code, terms in {**then, **now}.items()
    }


def _progress(inputs: FigureInputs, indicator: str, place: str, period: str) -> TargetProgress | None:
    codes = [span.code for span in inputs.periods]
    if indicator not in inputs.cells.rules or place not in inputs.paths or period not in codes:
        return None
    return inputs.standing(indicator, place, codes.index(period))


def _figure(progress: TargetProgress | None, figure: Figure) -> Decimal | None:
    if progress is None:
        return None
    return {
        Figure.CUMULATIVE: progress.to_date.value,
        Figure.TARGET: progress.target,
        Figure.COMPLETION: progress.completion,
        Figure.GAP: progress.gap,
    }[figure]


def _attribution(figure: Figure, found: list[Decimal | None]) -> Attribution:
    parts: dict[Cause, Decimal | None] = {}
    for cause, before, after in zip(Cause, found[:-1], found[1:], strict=True):
        if before != after:
            parts[cause] = None if before is None or after is None else after - before
    return Attribution(figure, found[0], found[-1], parts)
