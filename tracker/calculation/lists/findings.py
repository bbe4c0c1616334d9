"""Findings on projects, errors and doubts, as data. The interfaces put them into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.calculation.checks import Severity
from tracker.calculation.lists.credit_code import is_credit_code
from tracker.calculation.lists.stages import StepKind, Taken, in_time
from tracker.calculation.plausibility import nearest_power


class Fault(StrEnum):
    """The faults, by the names that are stored with a step."""

    CREDIT_CODE = "credit_code"
    FINISH_BEFORE_START = "finish_before_start"
    STEP_IN_FUTURE = "step_in_future"
    STEP_BEFORE_LIST = "step_before_list"
    BACKWARDS = "backwards"
    NO_PERMIT = "no_permit"
    ABOVE_TOTAL = "above_total"
    YEAR_ABOVE_TOTAL = "year_above_total"
    FALLING = "falling"
    AFTER_TERMINATION = "after_termination"
    OUTSIDE_COORDINATES = "outside_coordinates"
    NOT_REPORTED = "not_reported"
    NO_PROGRESS = "no_progress"
    NO_PROBLEM = "no_problem"
    NO_KIND = "no_kind"
    UNIT_SLIP = "unit_slip"


#: What stops; everything else is shown and stays a matter of judgement.
ERRORS = {
    Fault.CREDIT_CODE,
    Fault.FINISH_BEFORE_START,
    Fault.STEP_IN_FUTURE,
    Fault.AFTER_TERMINATION,
    Fault.FALLING,
    Fault.OUTSIDE_COORDINATES,
    Fault.NOT_REPORTED,
    Fault.NO_PROGRESS,
    Fault.NO_PROBLEM,
    Fault.NO_KIND,
}


#: From so many powers of ten on an amount is taken for one in another unit.
SLIP_POWER = 3
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Finding:
    """A fault at a place (the name of a field), with what its words need."""

    fault: Fault
    place: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Return whether it stops what is done, or is only pointed out."""
        return Severity.ERROR if self.fault in ERRORS else Severity.WARNING


def check_project(
    *,
    credit_code: str = "",
    planned_start: date | None = None,
    planned_finish: date | None = None,
    total: Decimal | None = None,
    year: Decimal | None = None,
    coordinates: tuple[Decimal | None, Decimal | None] = (None, None),
) -> list[Finding]:
    """Return what is wrong with a project's own fields."""
    found = []
    if credit_code and not is_credit_code(credit_code):
        found.append(Finding(Fault.CREDIT_CODE, "credit_code", {"code": credit_code}))
    if planned_start and planned_finish and planned_finish < planned_start:
        found.append(Finding(Fault.FINISH_BEFORE_START, "planned_finish", {"start": planned_start.isoformat()}))
    if total is not None and year is not None and year > total:
        found.append(Finding(Fault.YEAR_ABOVE_TOTAL, "yearly_investment"))
    longitude, latitude = coordinates
    if longitude is not None and not -180 <= longitude <= 180:
        found.append(Finding(Fault.OUTSIDE_COORDINATES, "longitude"))
    if latitude is not None and not -90 <= latitude <= 90:
        found.append(Finding(Fault.OUTSIDE_COORDINATES, "latitude"))
    return found


def check_step(
    step: Taken,
    before: Sequence[Taken],
    *,
    today: date,
    listed_from: date,
    needed: Iterable[str] = (),
    permits: Mapping[str, date | None] | None = None,
) -> list[Finding]:
    """Return what is wrong with a new step after those `before`.

    `needed` names the permits that the step needs, `permits` gives the day of each that was granted.
    """
    found = []
    if step.day > today:
        found.append(Finding(Fault.STEP_IN_FUTURE, "day", {"today": today.isoformat()}))
    if step.day < listed_from:
        found.append(Finding(Fault.STEP_BEFORE_LIST, "day", {"day": listed_from.isoformat()}))
    earlier = in_time(before, step.day)
    ended = [one for one in earlier if one.kind is StepKind.TERMINATE]
    if ended:
        found.append(Finding(Fault.AFTER_TERMINATION, "step", {"day": ended[-1].day.isoformat()}))
    stages = [one for one in earlier if one.kind is StepKind.STAGE]
    if step.kind is StepKind.STAGE and stages and stages[-1].position > step.position:
        found.append(Finding(Fault.BACKWARDS, "step", {"step": stages[-1].code}))
    granted = permits or {}
    for code in needed:
        day = granted.get(code)
        if day is None or day > step.day:
            found.append(Finding(Fault.NO_PERMIT, "step", {"permit": code}))
    return found


def check_report(
    *,
    investment: Decimal | None,
    before: Decimal,
    total: Decimal | None,
    progress: str = "",
    problem_kind: str = "",
    problem: str = "",
    demand: str = "",
    due_on: date | None = None,
    reason: str = "",
    usual: Decimal | None = None,
) -> list[Finding]:
    """Return what is wrong with a project's report for a period.

    `before` is what was invested until then, `usual` the mean of the periods in which something was. Investment comes
    in lumps: only what is near a thousand times the usual amount or more looks like a slip of the unit.
    """
    found = []
    if investment is None:
        found.append(Finding(Fault.NOT_REPORTED, "investment"))
    else:
        found += [
            Finding(one.fault, "investment", one.facts)
            for one in check_investment(before + investment, before, total, reason)
        ]
    if investment and usual and investment > 0 and nearest_power(investment / usual) >= SLIP_POWER:
        found.append(Finding(Fault.UNIT_SLIP, "investment", {"usual": f"{usual.quantize(HUNDREDTH).normalize():f}"}))
    if not progress.strip():
        found.append(Finding(Fault.NO_PROGRESS, "progress"))
    if problem.strip() and not problem_kind:
        found.append(Finding(Fault.NO_KIND, "problem_kind"))
    if not problem.strip() and (problem_kind or demand.strip() or due_on is not None):
        found.append(Finding(Fault.NO_PROBLEM, "problem"))
    return found


def check_investment(
    to_date: Decimal | None,
    before: Decimal | None,
    total: Decimal | None,
    reason: str = "",
) -> list[Finding]:
    """Return what is wrong with what was invested: a cumulative that falls without a reason, or lies above the total.

    `before` is the cumulative of the period before.
    """
    found = []
    if to_date is not None and before is not None and to_date < before and not reason.strip():
        found.append(Finding(Fault.FALLING, "to_date", {"before": f"{before.normalize():f}"}))
    if to_date is not None and total is not None and to_date > total:
        found.append(Finding(Fault.ABOVE_TOTAL, "to_date", {"total": f"{total.normalize():f}"}))
    return found


def parts_above_whole(whole: Decimal | None, parts: Iterable[Decimal | None]) -> bool:
    """Return True if the parts of a split add up to more than the whole.

    >>> parts_above_whole(Decimal(10), [Decimal(6), Decimal(5)])
    True
    """
    return whole is not None and sum((part for part in parts if part is not None), Decimal(0)) > whole
