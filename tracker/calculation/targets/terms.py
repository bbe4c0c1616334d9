"""Terms of a target: its kind, bound, schedule, base values and grading, and the requirement they give on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tracker.calculation.levels import Bounds
from tracker.calculation.pace import Pace, Point, schedule_share
from tracker.calculation.targets.kinds import Bound, Kind


@dataclass(frozen=True)
class Goal:
    """The value a place is to reach by the end of the plan, from a day on; `upper` is the upper end of "between"."""

    effective_from: date
    value: Decimal
    upper: Decimal | None = None


#: (indicator's code, place's code) -> what it is to reach, in the order in which that takes effect
Goals = Mapping[tuple[str, str], Sequence[Goal]]


def goals_by(goals: Goals, day: date) -> dict[tuple[str, str], list[Goal]]:
    """Return the goals without those that take effect after a day."""
    by_then = {key: [goal for goal in of if goal.effective_from <= day] for key, of in goals.items()}
    return {key: of for key, of in by_then.items() if of}


@dataclass(frozen=True)
class Milestone:
    """The value due at the end of a day, on the way from the base to the goal of the plan's own region."""

    day: date
    value: Decimal


@dataclass(frozen=True)
class Programme:
    """A longer programme that the plan is a part of: its span, its target, and what was done before the plan."""

    starts_on: date
    ends_on: date
    value: Decimal
    before: Decimal


@dataclass(frozen=True)
class Terms:
    """The terms by which a target is judged.

    `kind` None is that of plans stored before kinds existed: a level due in full for a ratio, else an amount.
    `bounds` None are the plan's. `bases` are base values by place, in the indicator's unit, at the end of `base_on`.
    `season` has the share of a year, in %, of each calendar month from January; empty is not known.
    """

    pace: Pace = Pace.EVEN_BY_DAY
    points: tuple[Point, ...] = ()
    bound: Bound = Bound.AT_LEAST
    programme: Programme | None = None
    kind: Kind | None = None
    bounds: Bounds | None = None
    is_countable: bool = False
    bases: Mapping[str, Decimal] = field(default_factory=dict)
    base_on: date | None = None
    milestones: tuple[Milestone, ...] = ()
    season: tuple[Decimal, ...] = ()

    @property
    def is_graded(self) -> bool:
        """Return True if a warning level applies: a reference level is stated, not set."""
        return self.bound is not Bound.REFERENCE

    def kind_of(self, *, is_ratio: bool) -> Kind:
        """Return the kind of target on an indicator."""
        return self.kind or (Kind.LEVEL if is_ratio else Kind.AMOUNT)


@dataclass(frozen=True)
class Course:
    """The plan's span with the goal and base of its own region: what the share due is computed from."""

    starts_on: date
    ends_on: date
    goal: Decimal | None = None
    base: Decimal | None = None


def share_due(terms: Terms, kind: Kind, course: Course, on: date) -> Decimal:
    """Return the share, 0 to 1, of the way from base to goal that is due at the end of a day.

    A level without a base value is due in full at any time. The line to a level or a change starts on the day after
    the base value's. Milestones are points of that line: 45 between a base of 40 and a goal of 50 is one half.
    """
    if terms.pace is Pace.IN_FULL or (kind is Kind.LEVEL and not terms.bases):
        return Decimal(1)
    starts_on = course.starts_on
    if kind is not Kind.AMOUNT and terms.base_on is not None:
        starts_on = terms.base_on + timedelta(days=1)
    if not terms.milestones:
        return schedule_share(terms.pace, starts_on, course.ends_on, on, terms.points)
    points = milestone_points(terms.milestones, kind, course)
    return schedule_share(Pace.POINTS, starts_on, course.ends_on, on, points) if points else Decimal(1)


def milestone_points(milestones: Sequence[Milestone], kind: Kind, course: Course) -> tuple[Point, ...]:
    """Return milestones as points of the schedule; empty where base and goal are the same or there is no goal."""
    start = course.base if kind is Kind.LEVEL and course.base is not None else Decimal(0)
    if course.goal is None or course.goal == start:
        return ()
    return tuple(Point(one.day, (one.value - start) / (course.goal - start)) for one in milestones)
