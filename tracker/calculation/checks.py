"""What is odd about the figures of a return: one small rule for each check, and what each says.

A rule gives a flag or nothing. Bounds are compared without dividing, so that no rounding decides; the percentages in
a flag are for its wording.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tracker.calculation import comparison
from tracker.calculation.balance import WasteBalance


class Check(StrEnum):
    """What is looked at."""

    MISSING = "missing"
    MONTH_ON_MONTH = "month_on_month"
    YEAR_ON_YEAR = "year_on_year"
    PARTS = "parts"
    BALANCE = "balance"
    FALLING = "falling"
    RATE = "rate"
    CAPACITY = "capacity"
    WHOLE_NUMBER = "whole_number"
    SHARE = "share"
    WHOLE = "whole"
    UNIT_SLIP = "unit_slip"
    RANGE = "range"
    JUMP = "jump"
    CUMULATIVE = "cumulative"
    REPEATED = "repeated"
    FRACTION = "fraction"
    OTHER_PLAN = "other_plan"


class Severity(StrEnum):
    """What follows: an error stops submission, a warning asks for a comment, a hint is only shown."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"
    OFF = "off"


@dataclass(frozen=True)
class CheckBounds:
    """How a check is made: what follows from it, and the bounds in %, both allowed. None is no bound on that side."""

    check: Check
    severity: Severity
    low: Decimal | None = None
    high: Decimal | None = None

    def allows(self, share: Decimal, whole: Decimal) -> bool:
        """Return True if share / whole x 100 lies within the bounds; `whole` is above zero."""
        is_above_low = self.low is None or share * 100 >= self.low * whole
        return is_above_low and (self.high is None or share * 100 <= self.high * whole)


@dataclass(frozen=True)
class Flag:
    """One odd thing about the cell of one indicator.

    `figures` are what was compared, by name, in the indicator's unit (percentages in %), `bounds` the rule's lowest
    and highest percentage, `others` the codes of the other indicators compared. `about` is the indicator that the
    rule holds for where that is not typed itself: a rate, a whole.
    """

    kind: Check
    severity: Severity
    indicator: str
    figures: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    bounds: tuple[Decimal | None, Decimal | None] = (None, None)
    others: tuple[str, ...] = ()
    about: str = ""


def missing(rule: CheckBounds, code: str, value: Decimal | None) -> Flag | None:
    """Flag an empty cell. A zero is a nil return, and not empty."""
    return make_flag(rule, code, {}) if value is None else None


def change(
    rule: CheckBounds, code: str, value: Decimal | None, base: Decimal | None, *, is_rate: bool = False
) -> Flag | None:
    """Flag a change against an earlier period beyond the bounds: of an amount in %, of a rate in percentage points.

    Return None where either value is missing. A zero base gives no percentage: a rise from zero is never more than a
    hint, and is flagged only where the rule bounds rises at all.
    """
    if value is None or base is None:
        return None
    figures = {"value": value, "base": base}
    if not base and not is_rate:
        return make_flag(rule, code, figures, at_most=Severity.HINT) if value > 0 and rule.high is not None else None
    if rule.allows(value - base, Decimal(100) if is_rate else abs(base)):
        return None
    changed = comparison.change(value, base, is_rate=is_rate)
    return make_flag(rule, code, {**figures, "change": changed or Decimal(0)})


def parts(rule: CheckBounds, code: str, whole: Decimal | None, included: Mapping[str, Decimal | None]) -> Flag | None:
    """Return what is contained in the whole ("of which"), added up, above the whole. What is missing adds nothing."""
    there = {part: value for part, value in included.items() if value is not None}
    total = sum(there.values(), Decimal(0))
    if whole is None or total <= whole:
        return None
    return make_flag(rule, code, {"value": whole, "total": total}, tuple(there))


def balance(rule: CheckBounds, code: str, waste: WasteBalance, others: tuple[str, ...] = ()) -> Flag | None:
    """Flag a material balance that does not hold; the bounds, none unless set, are in % of the amount generated."""
    difference, generated = waste.difference, waste.generated
    if not difference or generated is None:
        return None
    tolerant = CheckBounds(rule.check, rule.severity, rule.low or Decimal(0), rule.high or Decimal(0))
    if generated > 0 and tolerant.allows(difference, generated):
        return None
    return make_flag(rule, code, {"value": generated, "fate": generated - difference, "difference": difference}, others)


def falling(rule: CheckBounds, code: str, value: Decimal | None, last: Decimal | None) -> Flag | None:
    """Flag a value entered as a count to date that is below the last one verified."""
    if value is None or last is None or value >= last:
        return None
    return make_flag(rule, code, {"value": value, "base": last})


def rate(
    rule: CheckBounds, code: str, numerator: Decimal | None, denominator: Decimal | None, others: tuple[str, ...] = ()
) -> Flag | None:
    """numerator / denominator x 100 outside the bounds. A missing term or a zero denominator gives no rate."""
    if numerator is None or not denominator or rule.allows(numerator, denominator):
        return None
    figures = {"value": numerator, "base": denominator, "rate": numerator / denominator * 100}
    return make_flag(rule, code, figures, others)


def capacity(
    rule: CheckBounds, code: str, value: Decimal | None, per_month: Decimal | None, months: int
) -> Flag | None:
    """More in a period of so many months than the unit can do in them."""
    if value is None or per_month is None or value <= per_month * months:
        return None
    return make_flag(rule, code, {"value": value, "capacity": per_month * months})


def make_flag(
    rule: CheckBounds,
    code: str,
    figures: Mapping[str, Decimal],
    others: tuple[str, ...] = (),
    *,
    at_most: Severity = Severity.ERROR,
) -> Flag | None:
    """Return the flag of a rule, None where the rule is off; `at_most` bounds its severity."""
    if rule.severity is Severity.OFF:
        return None
    severity = max(rule.severity, at_most, key=list(Severity).index)
    return Flag(rule.check, severity, code, figures, (rule.low, rule.high), others)
