"""Months of units as they are reported, honest ones and ones with a slip, for measuring what the checks find.

`REPLAYED_MONTHS=10000 pytest tests/calculation/test_replay.py -s` measures on so many; the usual run takes a sample.
"""

import random
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import cos, pi
from pathlib import Path

from tracker.calculation.checks import Check, CheckBounds, Flag, Severity
from tracker.calculation.periods import Month
from tracker.calculation.sheet_checks import CheckedReturn, IndicatorSpec, Rules, check_sheet

CHECKS = Path(__file__).parents[2] / "fixtures" / "checks.toml"
FIRST = Month(2018, 1)
AMOUNT, NEIGHBOUR, RATE, COUNT = "amount", "neighbour", "rate", "count"
INDICATORS = {
    AMOUNT: IndicatorSpec(AMOUNT),
    NEIGHBOUR: IndicatorSpec(NEIGHBOUR),
    RATE: IndicatorSpec(RATE, adds_up=False, is_rate=True),
    COUNT: IndicatorSpec(COUNT, is_whole=True),
}


def default_rules() -> Rules:
    """The general rules that a new installation starts with; counts are not compared in percent, as there."""
    rows = tomllib.loads(CHECKS.read_text(encoding="utf-8"))["check"]
    rules = {}
    for row in rows:
        check = Check(row["kind"])
        if "indicator" not in row:
            bounds = [None if row.get(name) is None else Decimal(row[name]) for name in ("low", "high")]
            rules[check, ""] = CheckBounds(check, Severity(row["severity"]), *bounds)
    rules[Check.MONTH_ON_MONTH, COUNT] = CheckBounds(Check.MONTH_ON_MONTH, Severity.OFF)
    rules[Check.YEAR_ON_YEAR, COUNT] = CheckBounds(Check.YEAR_ON_YEAR, Severity.OFF)
    return Rules(rules)


@dataclass(frozen=True)
class UnitMonth:
    """A unit's month with what it reported before."""

    sheet: CheckedReturn
    code: str

    @property
    def value(self) -> Decimal:
        """The honest value."""
        value = self.sheet.values[self.code]
        assert value is not None
        return value

    def with_value(self, value: Decimal) -> "UnitMonth":
        """The month with another value."""
        return UnitMonth(replace(self.sheet, values={**self.sheet.values, self.code: value}), self.code)

    def flags(self, rules: Rules) -> list[Flag]:
        """The flags at the cell."""
        return [flag for flag in check_sheet(self.sheet, rules, INDICATORS) if flag.indicator == self.code]


def make_months(number: int, seed: int) -> Iterator[UnitMonth]:
    """Months of units of very different sizes, with seasons and noise, with one to three years of history."""
    chance = random.Random(seed)
    for _ in range(number):
        size, other = (10 ** chance.uniform(0.3, 3.5) for _ in range(2))
        season, noise = chance.uniform(0, 0.35), chance.uniform(0.03, 0.2)
        level = chance.uniform(35, 95)
        length = chance.randint(13, 36)
        months = [FIRST.plus(at) for at in range(length)]
        said: dict[str, dict[date, Decimal]] = {code: {} for code in INDICATORS}
        for at, month in enumerate(months):
            wave = 1 + season * cos(2 * pi * month.number / 12)
            trend = 1 + 0.003 * at
            for code, base in ((AMOUNT, size), (NEIGHBOUR, other)):
                said[code][month.first_day] = _rounded(base * wave * trend * chance.lognormvariate(0, noise))
            said[RATE][month.first_day] = _rounded(min(99.9, level * chance.lognormvariate(0, 0.02)))
            said[COUNT][month.first_day] = Decimal(sum(chance.random() < 0.25 for _ in range(6)))
        code = chance.choices([AMOUNT, RATE, COUNT], [6, 2, 2])[0]
        yield UnitMonth(_sheet(said, months[-1]), code)


def _rounded(number: float) -> Decimal:
    return Decimal(f"{number:.2f}")


def _sheet(said: dict[str, dict[date, Decimal]], month: Month) -> CheckedReturn:
    day, before, last_year = month.first_day, month.plus(-1).first_day, month.plus(-12).first_day
    oldest = month.plus(-18).first_day
    history = {code: {d: v for d, v in values.items() if oldest <= d < day} for code, values in said.items()}
    return CheckedReturn(
        values={code: values[day] for code, values in said.items()},
        before={code: values[before] for code, values in said.items()},
        last_year={code: values[last_year] for code, values in said.items() if last_year in values},
        starts_on=day,
        history=history,
        shares={AMOUNT: sum(list(said[AMOUNT].values())[-12:], Decimal(0))},
    )


def _cumulative(month: UnitMonth) -> Decimal:
    return sum(month.sheet.this_year(month.code), month.value)


#: The slips by name, with the kinds of indicator that they happen to.
SLIPS: dict[str, tuple[Callable[[UnitMonth], Decimal], tuple[str, ...]]] = {
    "x10": (lambda month: month.value * 10, (AMOUNT, RATE, COUNT)),
    "x100": (lambda month: month.value * 100, (AMOUNT, RATE, COUNT)),
    "x10^4": (lambda month: month.value * 10_000, (AMOUNT,)),
    "/10": (lambda month: month.value / 10, (AMOUNT, RATE)),
    "/100": (lambda month: month.value / 100, (AMOUNT,)),
    "fraction": (lambda month: month.value / 100, (RATE,)),
    "cumulative": (_cumulative, (AMOUNT,)),
    "neighbour's row": (lambda month: month.sheet.values[NEIGHBOUR] or Decimal(0), (AMOUNT,)),
    "sign": (lambda month: -month.value, (AMOUNT, RATE, COUNT)),
    "last month again": (lambda month: month.sheet.before[month.code], (AMOUNT, RATE)),
}
#: Slips of a factor of ten or more.
LARGE = ("x10", "x100", "x10^4", "/10", "/100", "fraction")


@dataclass
class Measured:
    """How many honest cells and slips there were, and how many were flagged."""

    honest: int = 0
    false_flags: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    @property
    def false_share(self) -> float:
        """Flags on honest cells, a hundred of them."""
        return 100 * self.false_flags / self.honest

    def share(self, *slips: str) -> float:
        """The share of slips that were flagged, in %."""
        return 100 * sum(self.found[one] for one in slips) / max(1, sum(self.tried[one] for one in slips))


def measure(number: int, seed: int = 2020) -> Measured:
    """Check so many honest months, and each again with one slip."""
    rules, chance, measured = default_rules(), random.Random(seed + 1), Measured()
    for month in make_months(number, seed):
        measured.honest += 1
        measured.false_flags += len(month.flags(rules))
        if not month.value:
            continue  # ten times nothing is nothing
        name = chance.choice([name for name, (_slip, codes) in SLIPS.items() if month.code in codes])
        slipped = SLIPS[name][0](month)
        if slipped == month.value:
            continue
        measured.tried[name] += 1
        measured.found[name] += bool(month.with_value(slipped).flags(rules))
    return measured
