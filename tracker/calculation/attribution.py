"""Attribution: by how much a figure changed between two sets of inputs through data, coverage, target and rule.

The inputs of the older set are replaced step by step by those of the newer one, always in this order:

    data      values of the cells that both sets hold, of this year and the year before, where as many returns stand
              behind them; so too of what the same units have in both years
    coverage  values that came or went in either year, what is expected, and places
    target    goals and base values
    rule      everything else: kinds, bounds, schedules, grading, season tables, roll-ups, the plan's days and periods

The change of each step is the figure after it less the figure before it, so that the four add up to the whole
change. Example: 60 of 100 becomes 66 of 120 by a corrected value and a new target. The completion rate goes from 60 %
to 55 %: +6 points through data, -11 through the target. A level, a rank and a coverage are given before and after each
step: rank 3 to 2 through data, 2 to 4 through the target.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from tracker.calculation.cells import Aggregate
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.printed_figures import Figure, FigureValue, PrintedFigures
from tracker.calculation.progress import AggregationRule, Cells
from tracker.calculation.rule_sets import with_rules_beside
from tracker.calculation.same_units import SameUnits, corrected_pairs
from tracker.calculation.targets.terms import Terms, goals_by

Leaves = Mapping[tuple[str, str, str], Aggregate]
Rules = Mapping[str, AggregationRule]


class Cause(StrEnum):
    """The causes of a change, in the order in which they are applied."""

    DATA = "data"
    COVERAGE = "coverage"
    TARGET = "target"
    RULE = "rule"


@dataclass(frozen=True)
class Attribution:
    """The change of one figure. `states` holds the figure before the first step and after each, in order of causes."""

    figure: Figure
    states: tuple[FigureValue, ...]

    @property
    def then(self) -> FigureValue:
        """Return the figure by the older inputs."""
        return self.states[0]

    @property
    def now(self) -> FigureValue:
        """Return the figure by the newer inputs."""
        return self.states[-1]

    @property
    def change(self) -> Decimal | None:
        """Return the whole change. None where either figure is missing, and of what has no difference."""
        return _difference(self.then, self.now)

    @cached_property
    def steps(self) -> Mapping[Cause, tuple[FigureValue, FigureValue]]:
        """Return the figure before and after each step that changed it."""
        pairs = zip(Cause, zip(self.states[:-1], self.states[1:], strict=True), strict=True)
        return {cause: pair for cause, pair in pairs if pair[0] != pair[1]}

    @property
    def parts(self) -> Mapping[Cause, Decimal | None]:
        """Return the difference that each step made.

        None where the figure was missing before or after the step, so that it came or went by this cause, and of what
        has no difference.
        """
        return {cause: _difference(*pair) for cause, pair in self.steps.items()}


@dataclass(frozen=True)
class Steps:
    """The older inputs, and the inputs after each step; the last are the newer ones. `ranked` are ranked places."""

    inputs: tuple[FigureInputs, ...]
    period: str
    ranked: tuple[str, ...] = ()

    def attributions(self, indicator: str, place: str) -> list[Attribution]:
        """Return the figures of a target in a place, at the end of the older inputs' period, that changed at a step."""
        found = [printed.of(indicator, place) if printed else {} for printed in self._printed]
        changes = [Attribution(figure, tuple(one.get(figure) for one in found)) for figure in Figure]
        return [change for change in changes if change.steps]

    @property
    def is_unchanged(self) -> bool:
        """Return True if no step replaces anything."""
        return all(inputs is self.inputs[0] for inputs in self.inputs)

    @cached_property
    def _printed(self) -> list[PrintedFigures | None]:
        """Return the figures of each step; those of a step that replaces nothing are the ones before it."""
        found: list[PrintedFigures | None] = []
        for number, inputs in enumerate(self.inputs):
            if number and inputs is self.inputs[number - 1]:
                found.append(found[-1])
            else:
                is_known = inputs.periods[-1].code == self.period
                found.append(PrintedFigures(inputs, self.ranked) if is_known else None)
        return found


def _difference(before: FigureValue, after: FigureValue) -> Decimal | None:
    return after - before if isinstance(before, Decimal) and isinstance(after, Decimal) else None


def steps_between(then: FigureInputs, now: FigureInputs, ranked: tuple[str, ...] = ()) -> Steps:
    """Return the steps from older inputs to newer ones. Both hold the periods that are compared.

    The newer ones are read up to the end of the older period, and judge by what is in force then. Values of the same
    units are compared where the older inputs hold any: an older document has none.
    """
    period = then.periods[-1].code
    now = _up_to(now.in_force_on(then.periods[-1].ends_on), period, then.width)
    if now.top != then.top:  # about another place: nothing can be told apart
        return Steps((then, then, then, then, now), period, ranked)
    if not then.same_units.pairs:
        now = replace(now, same_units=SameUnits())
    rules = {**now.cells.rules, **then.cells.rules}
    same_units = corrected_pairs(then.same_units, now.same_units)
    this_year = _corrected(then.cells.leaves, now.cells.leaves)
    last_year = _corrected(then.last_year.leaves, now.last_year.leaves)
    data = then
    if (this_year, last_year, same_units) != (then.cells.leaves, then.last_year.leaves, then.same_units):
        data = replace(_with_cells(then, this_year, last_year, rules), same_units=same_units)
    coverage = data
    found = now.cells.leaves, now.last_year.leaves, now.same_units, now.paths
    if (this_year, last_year, same_units, then.paths) != found:
        known = _with_cells(data, now.cells.leaves, now.last_year.leaves, rules)
        coverage = replace(known, same_units=now.same_units, paths=now.paths)
    target, bases = coverage, _with_bases(then.terms, now.terms)
    if (then.goals, then.terms) != (now.goals, bases):
        known = _with_cells(coverage, coverage.cells.leaves, coverage.last_year.leaves, rules)
        target = replace(known, goals=now.goals, terms=bases)
    return Steps((then, data, coverage, target, target if _has_same_rules(target, now) else now), period, ranked)


def _up_to(inputs: FigureInputs, period: str, width: int) -> FigureInputs:
    """Return inputs without the periods after one; inputs that do not know it are returned unchanged."""
    codes = [span.code for span in inputs.periods]
    if period not in codes or codes[-1] == period:
        return inputs
    return replace(inputs, periods=inputs.periods[: codes.index(period) + 1], width=width)


def _has_same_rules(one: FigureInputs, other: FigureInputs) -> bool:
    """Return True if goals being equal, both judge alike. Rules of indicators that only one knows do not matter."""
    shared = one.cells.rules.keys() & other.cells.rules.keys()
    return _judged_by(one) == _judged_by(other) and all(
        one.cells.rules[code] == other.cells.rules[code] for code in shared
    )


def _judged_by(inputs: FigureInputs) -> tuple[object, ...]:
    return (
        inputs.bounds,
        inputs.earlier,
        inputs.terms,
        inputs.starts_on,
        inputs.ends_on,
        inputs.is_same_basis,
        inputs.cells.years,
        inputs.codes_in_plan,
        inputs.width,
    )


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


def _with_cells(inputs: FigureInputs, leaves: Leaves, last_year: Leaves, rules: Rules) -> FigureInputs:
    years = inputs.cells.years
    return replace(
        inputs,
        cells=Cells(rules, leaves, years),
        last_year=Cells(rules, last_year, years),
        earlier=with_rules_beside(inputs.earlier, rules),
    )


def _with_bases(then: Mapping[str, Terms], now: Mapping[str, Terms]) -> dict[str, Terms]:
    """Return the older terms with the base values of the newer ones; targets that are new come with their terms."""
    return {
        code: replace(then[code], bases=terms.bases, base_on=terms.base_on) if code in then else terms
        for code, terms in {**then, **now}.items()
    }
