"""Every check over one return: which figures are compared with which, and at which cell a flag stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from tracker.calculation import checks, plausibility
from tracker.calculation.balance import TERMS, WasteBalance
from tracker.calculation.checks import Check, CheckBounds, Flag, Severity
from tracker.calculation.periods import Month
from tracker.calculation.usual import Usual, median_of, usual_of

#: Where no rule was set: an empty cell, half a thing and more than the whole stop submission, an imbalance shows.
#: Everything else is checked by rules that are data.
UNSET = {
    Check.MISSING: Severity.ERROR,
    Check.BALANCE: Severity.HINT,
    Check.WHOLE_NUMBER: Severity.ERROR,
    Check.WHOLE: Severity.ERROR,
}
CHANGES = frozenset({Check.MONTH_ON_MONTH, Check.YEAR_ON_YEAR})
CAUSES = frozenset({Check.UNIT_SLIP, Check.CUMULATIVE, Check.FRACTION})
#: So many months a year: without a history the usual month is this part of the year's share.
MONTHS_OF_YEAR = 12


@dataclass(frozen=True)
class IndicatorSpec:
    """What the checks need to know of an indicator; other indicators by their codes.

    `adds_up`: a period's figure is added to those before it; otherwise it is a stock or a count to date.
    `factor`: its unit's size in the base unit of the dimension. `is_whole`: it counts whole things.
    """

    code: str
    factor: Decimal = Decimal(1)
    adds_up: bool = True
    is_rate: bool = False
    is_whole: bool = False
    included_in: str = ""
    parts: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True)
class Rules:
    """The rules that are set, by check and indicator; a general one has no indicator."""

    rules: Mapping[tuple[Check, str], CheckBounds] = field(default_factory=dict)

    def of(self, check: Check, code: str) -> CheckBounds:
        """Return the indicator's own rule, or else the general one."""
        return self.rules.get((check, code)) or self._general[check]

    @cached_property
    def _general(self) -> dict[Check, CheckBounds]:
        """The rule of each check for an indicator that has none of its own."""
        return {
            check: self.rules.get((check, "")) or CheckBounds(check, UNSET.get(check, Severity.OFF)) for check in Check
        }


@dataclass(frozen=True)
class CheckedReturn:
    """A return's typed values by indicator code, and what stands around them.

    `before` and `last_year` are the values of the period before and of the same period a year earlier,
    `last_verified` the last ones verified in the plan's year, `capacity` what the unit can do in a month. `history` is
    what the unit said of earlier periods, by their first days; `shares` its allocated targets, `wholes` the targets
    that ask for all of so many, `expected` the ranges that a manager set, `elsewhere` what the unit said of this
    period in another plan. `starts_on` is the period's first day.
    """

    values: Mapping[str, Decimal | None]
    before: Mapping[str, Decimal] = field(default_factory=dict)
    last_year: Mapping[str, Decimal] = field(default_factory=dict)
    last_verified: Mapping[str, Decimal] = field(default_factory=dict)
    capacity: Mapping[str, Decimal] = field(default_factory=dict)
    months: int = 1
    starts_on: date | None = None
    history: Mapping[str, Mapping[date, Decimal]] = field(default_factory=dict)
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    wholes: Mapping[str, Decimal] = field(default_factory=dict)
    expected: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    elsewhere: Mapping[str, Decimal] = field(default_factory=dict)
    #: Values of January and February as one period: of this year, and no measure for a month.
    of_other_length: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)

    def this_year(self, code: str) -> list[Decimal]:
        """Return the values of the calendar year's periods so far."""
        return [*self.of_other_length.get(code, ())] + [
            value for day, value in self.history.get(code, {}).items() if self._is_this_year(day)
        ]

    def _is_this_year(self, day: date) -> bool:
        return self.starts_on is not None and day.year == self.starts_on.year

    def directly_before(self, code: str) -> list[Decimal]:
        """Return the values of the periods before without a gap, the newest first."""
        found: list[Decimal] = []
        history = self.history.get(code, {})
        month = Month.of(self.starts_on) if self.starts_on else None
        while month is not None:
            month = month.plus(-self.months)
            if (value := history.get(month.first_day)) is None:
                return found
            found.append(value)
        return found


def usual_values(sheet: CheckedReturn, code: str) -> Usual | None:
    """Return what is usual for the unit, from its own history; None for too short a one."""
    return usual_of(list(sheet.history.get(code, {}).values()))


def check_sheet(sheet: CheckedReturn, rules: Rules, indicators: Mapping[str, IndicatorSpec]) -> list[Flag]:
    """Return what is odd about a return, in the order of its rows, the gravest first in each."""
    rows, severities = list(sheet.values), list(Severity)
    flags = [*_cell_flags(sheet, rules, indicators), *_flags_between(sheet, rules, indicators)]
    flags += [flag for code in rows for flag in _unusual(sheet, rules, indicators.get(code) or IndicatorSpec(code))]
    flags = [flag for flag in flags if not _is_said_better(flag, flags)]
    return sorted(flags, key=lambda flag: (rows.index(flag.indicator), severities.index(flag.severity)))


def _is_said_better(flag: Flag, flags: Sequence[Flag]) -> bool:
    """Return True for a change that a likely cause explains, and for an unusual value that a change tells already.

    A flag that is more severe stays.
    """
    severities = list(Severity)
    others = [
        other.kind
        for other in flags
        if other.indicator == flag.indicator and severities.index(other.severity) <= severities.index(flag.severity)
    ]
    if flag.kind in CHANGES:
        return any(kind in CAUSES for kind in others)
    return flag.kind is Check.RANGE and any(kind in CHANGES for kind in others)


def _cell_flags(sheet: CheckedReturn, rules: Rules, indicators: Mapping[str, IndicatorSpec]) -> Iterator[Flag]:
    """Each cell on its own, and against what the unit said before."""
    for code, value in sheet.values.items():
        indicator = indicators.get(code) or IndicatorSpec(code)
        is_rate = indicator.is_rate
        last = None if indicator.adds_up else sheet.last_verified.get(code)
        most = sheet.capacity.get(code) if indicator.adds_up else None
        before, year = sheet.before.get(code), sheet.last_year.get(code)
        found = (
            checks.missing(rules.of(Check.MISSING, code), code, value),
            checks.rate(rules.of(Check.RATE, code), code, value, Decimal(100)) if is_rate else None,
            checks.falling(rules.of(Check.FALLING, code), code, value, last),
            checks.capacity(rules.of(Check.CAPACITY, code), code, value, most, sheet.months),
            checks.change(rules.of(Check.MONTH_ON_MONTH, code), code, value, before, is_rate=is_rate),
            checks.change(rules.of(Check.YEAR_ON_YEAR, code), code, value, year, is_rate=is_rate),
        )
        yield from (flag for flag in found if flag)


def _unusual(sheet: CheckedReturn, rules: Rules, indicator: IndicatorSpec) -> list[Flag]:
    """Check a cell against its unit's history, its allocation and the whole.

    Give one explanation of how far off it is.
    """
    code = indicator.code
    value = sheet.values[code]
    usual = usual_values(sheet, code)
    typical = _typical(sheet, indicator, usual)
    same_before = sheet.directly_before(code) if value and value == sheet.before.get(code) else []
    found = [
        plausibility.whole_number(rules.of(Check.WHOLE_NUMBER, code), code, value) if indicator.is_whole else None,
        plausibility.above_whole(rules.of(Check.WHOLE, code), code, value, sheet.wholes.get(code)),
        plausibility.above_share(rules.of(Check.SHARE, code), code, value, sheet.shares.get(code)),
        plausibility.other_plan(rules.of(Check.OTHER_PLAN, code), code, value, sheet.elsewhere.get(code)),
        # a stock or a count to date may well stay the same
        plausibility.repeated(rules.of(Check.REPEATED, code), code, value, same_before) if indicator.adds_up else None,
        _how_far_off(sheet, rules, indicator, usual, typical),
    ]
    return [flag for flag in found if flag]


def _how_far_off(
    sheet: CheckedReturn, rules: Rules, indicator: IndicatorSpec, usual: Usual | None, typical: Decimal | None
) -> Flag | None:
    """Return the likeliest cause first: a fraction, a cumulative value, a wrong unit, or only an unusual value."""
    code, value = indicator.code, sheet.values[indicator.code]
    expected = sheet.expected.get(code)
    outside = plausibility.out_of_range(rules.of(Check.RANGE, code), code, value, usual, expected)
    is_known = (usual is not None or expected is not None) and rules.of(Check.RANGE, code).severity is not Severity.OFF
    if indicator.is_rate and (flag := plausibility.fraction(rules.of(Check.FRACTION, code), code, value, typical)):
        return flag
    if indicator.adds_up and not indicator.is_whole:
        rule = rules.of(Check.CUMULATIVE, code)
        if flag := plausibility.cumulative(rule, code, value, sheet.this_year(code), typical):
            return flag
    if indicator.is_whole:
        last = sheet.before.get(code, sheet.last_verified.get(code))
        is_below_zero = value is not None and value < 0  # small as a jump, and yet no correction the unit ever made
        has_range = expected or (is_below_zero and outside)
        return outside if has_range else plausibility.jump(rules.of(Check.JUMP, code), code, value, last)
    slip = plausibility.unit_slip(rules.of(Check.UNIT_SLIP, code), code, value, typical)
    has_change = code in sheet.before or code in sheet.last_year  # the checks of changes speak then
    return slip if slip and (outside or not (is_known or has_change)) else outside


def _typical(sheet: CheckedReturn, indicator: IndicatorSpec, usual: Usual | None) -> Decimal | None:
    """Return the usual value: the median, else that of the few values there are, else an even part of the year's share.

    None if there is none of these.
    """
    if usual:
        return usual.median
    few = [*sheet.history.get(indicator.code, {}).values()] or [
        value for value in (sheet.before.get(indicator.code), sheet.last_year.get(indicator.code)) if value is not None
    ]
    if few:
        return median_of(few)
    share = sheet.shares.get(indicator.code)
    if share and indicator.adds_up and not indicator.is_whole:
        return share * sheet.months / MONTHS_OF_YEAR
    return None


def _flags_between(sheet: CheckedReturn, rules: Rules, indicators: Mapping[str, IndicatorSpec]) -> Iterator[Flag]:
    """Yield the flags from comparing the cells of a return with each other."""
    included: dict[str, list[str]] = {}
    for code in sheet.values:
        if code in indicators and indicators[code].included_in:
            included.setdefault(indicators[code].included_in, []).append(code)
    found = [_part_flag(sheet, rules, indicators, whole, codes) for whole, codes in included.items()]
    found += [_rate_flag(sheet, rules, indicators, one) for one in indicators.values() if one.numerator and one.is_rate]
    found.append(_balance_flag(sheet, rules))
    yield from (flag for flag in found if flag)


def _part_flag(
    sheet: CheckedReturn, rules: Rules, indicators: Mapping[str, IndicatorSpec], whole: str, included: list[str]
) -> Flag | None:
    """At the whole where it is typed, else at the first of what it contains. In the unit of the whole."""
    size = indicators[whole].factor if whole in indicators else Decimal(1)
    values = {code: _scaled(sheet.values[code], indicators[code].factor / size) for code in included}
    flag = checks.parts(rules.of(Check.PARTS, whole), whole, _value(sheet, indicators, whole), values)
    return _moved(flag, whole if whole in sheet.values else included[0], whole)


def _rate_flag(
    sheet: CheckedReturn, rules: Rules, indicators: Mapping[str, IndicatorSpec], ratio: IndicatorSpec
) -> Flag | None:
    """Check a rate, which is not entered: put its flag at its numerator, or at the first entered part of it."""
    terms = [term for code in (ratio.numerator, ratio.denominator) for term in _typed(sheet, indicators, code)]
    if not terms:
        return None
    numerator, denominator = (_value(sheet, indicators, code) for code in (ratio.numerator, ratio.denominator))
    others = (ratio.numerator, ratio.denominator)
    flag = checks.rate(rules.of(Check.RATE, ratio.code), ratio.code, numerator, denominator, others)
    return _moved(flag, terms[0], ratio.code)


def _balance_flag(sheet: CheckedReturn, rules: Rules) -> Flag | None:
    """At what was generated."""
    first, *others = TERMS.values()
    waste = WasteBalance(**{term: sheet.values.get(code) for term, code in TERMS.items()})
    return checks.balance(rules.of(Check.BALANCE, first), first, waste, tuple(others))


def _moved(flag: Flag | None, row: str, about: str) -> Flag | None:
    """Move a flag to the row in which it can be corrected."""
    return flag if flag is None or row == about else replace(flag, indicator=row, about=about)


def _scaled(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return value if value is None or factor == 1 else value * factor


def _typed(sheet: CheckedReturn, indicators: Mapping[str, IndicatorSpec], code: str) -> list[str]:
    """Return the row of an indicator, or those of its parts."""
    if code in sheet.values:
        return [code]
    return [part for part in (indicators.get(code) or IndicatorSpec(code)).parts if part in sheet.values]


def _value(sheet: CheckedReturn, indicators: Mapping[str, IndicatorSpec], code: str) -> Decimal | None:
    """Return an entered value, or the sum of parts that are all entered; None while anything is missing."""
    if code in sheet.values:
        return sheet.values[code]
    terms = (indicators.get(code) or IndicatorSpec(code)).parts
    values = [_value(sheet, indicators, term) for term in terms]
    there = [value for value in values if value is not None]
    return sum(there, Decimal(0)) if there and len(there) == len(values) else None
