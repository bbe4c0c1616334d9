"""Requirement on one place on one day, and the judgement of a figure against it.

Every kind of target is judged by the same four steps:

    held     the figure that is compared: an amount, a level, or a change computed from a level and its base
    due      base + (goal - base) x share of the schedule; the base of an amount and of a change is zero
    margin   held - due where more is better, due - held where less is; past an upper end it is negative
    level    margin in percent of what is due, or in points of the goal, between the two grading bounds

so that a cap is judged as the negative of an "at least".
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import NamedTuple

from tracker.calculation.levels import GAP_STEP, WIDE, Bounds, GradedBy, Level, band_width, warning_level
from tracker.calculation.targets.kinds import Bound, Kind, Verdict, verdict

#: What lies beyond this digit is the noise of a division, and must not round a whole thing away.
NOISE = Decimal("1e-12")


@dataclass(frozen=True)
class Requirement:
    """A goal with its schedule. `share` (0 to 1) of the way from `base` to `goal` is due.

    `base` is the base value of a level or a change, in the indicator's unit. `upper` is the upper end of "between".
    A countable target is due in whole things: 1 of 2 by August.
    """

    goal: Decimal
    share: Decimal
    bound: Bound = Bound.AT_LEAST
    kind: Kind = Kind.AMOUNT
    upper: Decimal | None = None
    base: Decimal | None = None
    is_countable: bool = False

    @property
    def is_in_full(self) -> bool:
        """Return True if the whole goal is due."""
        return self.share >= 1

    def held(self, figure: Decimal | None) -> Decimal | None:
        """Return the figure to compare with the goal. None for a change without a base, or in % of a zero base.

        Example: energy intensity 0.45 against 0.50 in the base year is a fall of 10 %.
        """
        if figure is None or not self.kind.is_change:
            return figure
        if self.base is None or (self.kind.is_in_percent and not self.base):
            return None
        change = self.base - figure if self.kind.is_fall else figure - self.base
        return change / abs(self.base) * 100 if self.kind.is_in_percent else change

    @cached_property
    def due(self) -> Decimal:
        """Return what is due, in the unit of the goal."""
        start = self.base if self.kind is Kind.LEVEL and self.base is not None else Decimal(0)
        exact = self.goal if self.is_in_full else start + (self.goal - start) * self.share
        if not self.is_countable or self.is_in_full:
            return exact
        rounding = ROUND_CEILING if self.bound.is_cap else ROUND_FLOOR
        return exact.quantize(NOISE, context=WIDE).to_integral_value(rounding)

    @property
    def due_level(self) -> Decimal | None:
        """Return what is due in the indicator's own unit: of a change, the level that it leads to."""
        return self._as_level(self.due)

    @property
    def goal_level(self) -> Decimal | None:
        """Return the goal in the indicator's own unit: a fall of 13.5 % from 0.5 leads to 0.4325."""
        return self._as_level(self.goal)

    def _as_level(self, value: Decimal) -> Decimal | None:
        if not self.kind.is_change:
            return value
        if self.base is None:
            return None
        change = abs(self.base) * value / 100 if self.kind.is_in_percent else value
        return self.base - change if self.kind.is_fall else self.base + change

    @property
    def schedule_rate(self) -> Decimal:
        """Return what is due in % of the goal. On a zero goal, the share of the schedule."""
        if self.is_in_full or not self.goal:
            return self.share * 100
        if self.is_countable or (self.kind is Kind.LEVEL and self.base):
            return self.due / self.goal * 100
        return self.share * 100

    def completion(self, held: Decimal | None) -> Decimal | None:
        """Return the figure in % of the goal: of a cap, how much of it is used. None on a zero goal."""
        return None if held is None or not self.goal else held / self.goal * 100


@dataclass(frozen=True)
class Judgement:
    """A figure against a requirement. Rates in %; the gap in points of the goal, negative when behind.

    `deviation` is the gap in percent of what is due, as the national rule measures it; None where nothing is due.
    `limits` are the bounds that gave the level: those set, moved by the band where the level before counts.
    """

    held: Decimal | None
    due: Decimal | None
    completion: Decimal | None
    schedule_rate: Decimal
    gap: Decimal | None = None
    deviation: Decimal | None = None
    level: Level | None = None
    verdict: Verdict | None = None
    limits: Bounds | None = None


def no_level() -> Level | None:
    """Return None: no level before is known, or the band does not apply."""
    return None


def judge(
    requirement: Requirement,
    figure: Decimal | None,
    bounds: Bounds,
    before: Callable[[], Level | None] = no_level,
) -> Judgement:
    """Judge a figure. The level is None without a figure, for a reference level, and for an impossible figure.

    `before` returns the level of the period before. It is called only where the figure lies within the band.

    Example: 60 % done at a schedule of two thirds is 10 % short of what is due, which is level II by the national
    rule (发改办环资〔2020〕901号) and 6.67 points behind.
    """
    held = requirement.held(figure)
    if held is None:
        return Judgement(None, requirement.due, None, requirement.schedule_rate)
    margin, measure = _margin(requirement, held)
    gap, deviation = _in_percent(margin, _goal_of(requirement, held)), _in_percent(margin, measure)
    found = verdict(requirement.bound, held, requirement.goal, requirement.upper)
    level, limits = None, bounds
    if found is not None and found is not Verdict.IMPOSSIBLE:
        measured = gap if bounds.by is GradedBy.POINTS else deviation
        grading = Grading(requirement, bounds, margin, measured, _width(requirement, bounds, measure))
        limits = grading.limits(before)
        level = grading.level(limits)
    return Judgement(
        held,
        requirement.due,
        requirement.completion(held),
        requirement.schedule_rate,
        gap,
        deviation,
        level,
        found,
        limits,
    )


class Grading(NamedTuple):
    """Basis of a level: the margin, the margin in the measure of the bounds, and the width of their band."""

    requirement: Requirement
    bounds: Bounds
    margin: Decimal
    measured: Decimal | None
    width: Decimal

    @property
    def is_near(self) -> bool:
        """Return True if the level before decides."""
        return bool(self.width) and self.measured is not None and self.bounds.is_near(self.measured, self.width)

    def limits(self, before: Callable[[], Level | None]) -> Bounds:
        """Return the bounds, moved by the band where the level before counts."""
        return self.bounds.after(before(), self.width) if self.is_near else self.bounds

    def level(self, limits: Bounds) -> Level | None:
        """Return the level. Where nothing is due, met is III and missed is I: no share of zero is a small one."""
        if self.measured is None:
            found: Level | None = Level.III if self.margin >= 0 else Level.I
        else:
            found = warning_level(self.measured, limits)
        is_missed_by_nothing = self.requirement.bound.is_strict and self.requirement.is_in_full and not self.margin
        return min(found, Level.II) if is_missed_by_nothing and found else found


def grading_of(requirement: Requirement, figure: Decimal | None, bounds: Bounds) -> Grading | None:
    """Return what `judge` grades a figure by, without the rest; None where it gives no level."""
    held = requirement.held(figure)
    found = verdict(requirement.bound, held, requirement.goal, requirement.upper)
    if held is None or found is None or found is Verdict.IMPOSSIBLE:
        return None
    margin, measure = _margin(requirement, held)
    by = _goal_of(requirement, held) if bounds.by is GradedBy.POINTS else measure
    return Grading(requirement, bounds, margin, _in_percent(margin, by), _width(requirement, bounds, measure))


def _width(requirement: Requirement, bounds: Bounds, measure: Decimal) -> Decimal:
    return band_width(bounds, requirement.goal, measure, is_countable=requirement.is_countable)


def _margin(requirement: Requirement, held: Decimal) -> tuple[Decimal, Decimal]:
    """Return by how much the figure is on the good side of what is due, and what that is measured by."""
    due = requirement.due
    if requirement.bound.is_cap:
        return due - held, due
    if requirement.bound.is_floor or requirement.bound is Bound.REFERENCE:
        return held - due, due
    highest = requirement.goal if requirement.upper is None else requirement.upper
    if requirement.kind is Kind.LEVEL and requirement.base is not None and requirement.base > highest:
        return (requirement.goal - held, requirement.goal) if held < requirement.goal else _falling(requirement, held)
    return (highest - held, highest) if held > highest else (held - due, due)


def _falling(requirement: Requirement, held: Decimal) -> tuple[Decimal, Decimal]:
    """Return the margin of a level that falls to its goal from a base above it."""
    highest = requirement.goal if requirement.upper is None else requirement.upper
    due = max(requirement.due, highest)
    return due - held, due


def _goal_of(requirement: Requirement, held: Decimal) -> Decimal:
    """Return what points are measured by: the goal, or the upper end that a figure has passed."""
    upper = requirement.upper
    return upper if upper is not None and held > upper else requirement.goal


def _in_percent(margin: Decimal, measure: Decimal) -> Decimal | None:
    """Return a margin in % of its measure, without the noise of two divisions. None on a zero measure."""
    return (margin / abs(measure) * 100).quantize(GAP_STEP, context=WIDE) if measure else None
