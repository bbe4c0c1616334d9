"""Members of a list as funnels, rates and rankings see them at the end of a day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from tracker.calculation.lists.list_balance import Starts, starts_by
from tracker.calculation.lists.rates import Rate, RateRule

ZERO = Decimal(0)


@dataclass(frozen=True)
class Stage:
    """A stage of a list, by its code and its position."""

    code: str
    position: int


@dataclass(frozen=True)
class Listed:
    """A member on its list; `reached` gives the first day of each step, by code. Amounts are None where missing.

    `newest` is the stage of today with its day: it may have been reached before, where a project went backwards.
    """

    category: str
    reached: Mapping[str, date]
    place: str = ""
    planned_start: date | None = None
    planned_finish: date | None = None
    total: Decimal | None = None
    year: Decimal | None = None
    invested: Decimal | None = None
    newest: tuple[str, date] | None = None

    def since(self, stages: Iterable[Stage], least: int) -> date | None:
        """Return the first day at a stage of at least this position; None if it reached none."""
        days = [self.reached[one.code] for one in stages if one.position >= least and one.code in self.reached]
        return min(days, default=None)

    def has(self, code: str, day: date) -> bool:
        """Return True if it took the step by the end of a day."""
        return code in self.reached and self.reached[code] <= day

    def stage_on(self, stages: Iterable[Stage], day: date) -> Stage | None:
        """Return the newest stage by the end of a day."""
        if self.newest is not None and self.newest[1] <= day:
            return next((one for one in stages if one.code == self.newest[0]), None)
        there = [one for one in stages if self.has(one.code, day)]
        return max(there, key=lambda one: (self.reached[one.code], one.position), default=None)


@dataclass(frozen=True)
class FunnelLine:
    """A stage of the funnel: how many are at it, how many at it or beyond, and what these invest in all."""

    stage: Stage | None
    number: int
    at_least: int
    total: Decimal


def funnel(members: Sequence[Listed], stages: Sequence[Stage], day: date) -> list[FunnelLine]:
    """Return a line for those without a stage, and one for each stage in order. The numbers add up to all members."""
    at = [(member, member.stage_on(stages, day)) for member in members]
    lines = []
    for stage in (None, *sorted(stages, key=lambda one: one.position)):
        here = [member for member, found in at if found == stage]
        beyond = [one for _member, one in at if stage is None or (one is not None and one.position >= stage.position)]
        lines.append(FunnelLine(stage, len(here), len(beyond), sum((one.total or ZERO for one in here), ZERO)))
    return lines


@dataclass(frozen=True)
class _Counted:
    """Members by what rates ask of them, at the end of a day."""

    members: Sequence[Listed]
    stages: Sequence[Stage]
    day: date
    positions: Mapping[str, int] = field(default_factory=dict)

    def at_least(self, code: str, members: Iterable[Listed] | None = None) -> list[Listed]:
        """Return those that reached a stage or one beyond it."""
        chosen = self.members if members is None else members
        least = self.positions[code]
        return [one for one in chosen if (since := one.since(self.stages, least)) is not None and since <= self.day]

    @cached_property
    def has_signed(self) -> bool:
        """Return True if a member was signed. A list of projects under construction has no such step."""
        return any(one.has("signed", self.day) for one in self.members)

    def terminated(self, members: Iterable[Listed]) -> int:
        """Return how many of these were terminated."""
        return sum(one.has("terminated", self.day) for one in members)


def rates(members: Sequence[Listed], stages: Sequence[Stage], day: date) -> list[Rate]:
    """Return the rates that a list's stages and dates allow at the end of a day, each with its exceptions.

    Stages are known by their codes: signed, started, producing; steps: resumed, terminated. A rate without a
    denominator is left out, as are the rates of signed projects where a list records no signing.
    """
    positions = {one.code: one.position for one in stages}
    known = _Counted(members, stages, day, positions)
    new = [one for one in members if one.category == "new"]
    carried = [one for one in members if one.category == "carried"]
    found: list[Rate] = []
    if "started" in positions:
        found += _starts(known, new, carried)
    planned = sum((one.year or ZERO for one in members), ZERO)
    if any(one.invested is not None for one in members):
        done = sum((one.invested or ZERO for one in members), ZERO)
        found.append(Rate(RateRule.INVESTMENT, done, planned))
    if {"signed", "started"} <= positions.keys() and known.has_signed:
        signed = known.at_least("signed")
        found.append(_rate(known, RateRule.SIGNED_STARTED, known.at_least("started", signed), signed))
    if "producing" in positions:
        found += _producing(known)
    return [one for one in found if one.divisor > 0]


def _rate(
    known: _Counted, rule: RateRule, counted: Sequence[Listed], of: Sequence[Listed], starts: Starts | None = None
) -> Rate:
    early, late = (starts.early, starts.late) if starts else (0, 0)
    return Rate(rule, Decimal(len(counted)), Decimal(len(of)), known.terminated(of), early, late)


def _starts(known: _Counted, new: Sequence[Listed], carried: Sequence[Listed]) -> list[Rate]:
    least = known.positions["started"]
    started = known.at_least("started", new)
    due = [one for one in new if one.planned_start is not None and one.planned_start <= known.day]
    resumed = [one for one in carried if one.has("resumed", known.day)]
    starts = starts_of(new, known.stages, least, known.day)
    return [
        *_with_and_without(known, RateRule.STARTED_OF_YEAR, started, new),
        *_with_and_without(known, RateRule.STARTED_OF_DUE, started, due, starts),
        *_with_and_without(known, RateRule.RESUMED, resumed, carried),
        *_with_and_without(known, RateRule.STARTED_AND_RESUMED, [*started, *resumed], [*due, *carried], starts),
    ]


def _with_and_without(
    known: _Counted, rule: RateRule, counted: Sequence[Listed], of: Sequence[Listed], starts: Starts | None = None
) -> Iterator[Rate]:
    """Yield the rate of all, and where some were terminated the rate without them: both are right answers."""
    found = _rate(known, rule, counted, of, starts)
    yield found
    if found.terminated:
        going_on = [one for one in counted if not one.has("terminated", known.day)]
        yield replace(found, numerator=Decimal(len(going_on)), without_terminated=True)


def starts_of(members: Sequence[Listed], stages: Sequence[Stage], least: int, day: date) -> Starts:
    """Return the starts due, late and early by the end of a day: actual = due - late + early."""
    return starts_by(day, [(one.planned_start, one.since(stages, least)) for one in members])


def _producing(known: _Counted) -> list[Rate]:
    producing = known.at_least("producing")
    planned = [one for one in known.members if one.planned_finish is not None and one.planned_finish <= known.day]
    found = [_rate(known, RateRule.PRODUCING_OF_PLANNED, producing, planned)]
    if "started" in known.positions:
        found.append(_rate(known, RateRule.PRODUCING_OF_STARTED, producing, known.at_least("started")))
    if "signed" in known.positions and known.has_signed:
        found.append(_rate(known, RateRule.PRODUCING_OF_SIGNED, producing, known.at_least("signed")))
    return found


@dataclass(frozen=True)
class PlaceLine:
    """A place in the ranking: its members, those started and in production, and their investment."""

    place: str
    members: int
    started: int
    producing: int
    total: Decimal
    invested: Decimal

    @property
    def share(self) -> Decimal:
        """Return the share of its members that started, in %."""
        return Decimal(self.started * 100) / self.members if self.members else ZERO


def places(members: Sequence[Listed], stages: Sequence[Stage], day: date, by: str = "started") -> list[PlaceLine]:
    """Return the places, those first of which the largest share started; equal shares by their number.

    `by` may be "producing" (the number in production) or "invested" (the investment done) instead.
    """
    positions = {one.code: one.position for one in stages}
    known = _Counted(members, stages, day, positions)
    lines = []
    for place in sorted({one.place for one in members}):
        here = [one for one in members if one.place == place]
        started = len(known.at_least("started", here)) if "started" in positions else 0
        producing = len(known.at_least("producing", here)) if "producing" in positions else 0
        total, invested = (
            sum((one.total or ZERO for one in here), ZERO),
            sum((one.invested or ZERO for one in here), ZERO),
        )
        lines.append(PlaceLine(place, len(here), started, producing, total, invested))
    if by in ("producing", "invested"):
        return sorted(lines, key=lambda line: (-getattr(line, by), line.place))
    return sorted(lines, key=lambda line: (-line.share, -line.started, line.place))
