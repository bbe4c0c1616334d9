"""Rates of projects, each with the rule of its denominator. The rule is printed with the rate.

Two right answers exist for one name: of 210 projects that were due 201 had started or resumed (95.7 %), of the 208
that were not terminated as well (96.6 %).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HUNDRED = Decimal(100)


class RateRule(StrEnum):
    """The rates and what each divides by."""

    STARTED_OF_YEAR = "started_of_year"  # 新开工率: started / planned for the year
    STARTED_OF_DUE = "started_of_due"  # 新开工率: started / due by this month
    RESUMED = "resumed"  # 复工率: resumed / carried over
    STARTED_AND_RESUMED = "started_and_resumed"  # 开复工率: (started + resumed) / (due new + carried over)
    INVESTMENT = "investment"  # 投资完成率: done since January / the year's plan
    SIGNED_STARTED = "signed_started"  # 签约开工率: signed that started / all signed
    PRODUCING_OF_PLANNED = "producing_of_planned"  # 投产率: in production / planned
    PRODUCING_OF_STARTED = "producing_of_started"  # 投产率: in production / started
    PRODUCING_OF_SIGNED = "producing_of_signed"  # 投产率: in production / signed


@dataclass(frozen=True)
class Rate:
    """A rate with what it divides. `terminated`, `early` and `late` are the exceptions that are printed beside it.

    `without_terminated` says that the terminated are left out of the denominator.
    """

    rule: RateRule
    numerator: Decimal
    denominator: Decimal
    terminated: int = 0
    early: int = 0
    late: int = 0
    without_terminated: bool = False

    @property
    def percent(self) -> Decimal | None:
        """Return numerator / denominator in %, unrounded; None where nothing is to be divided by.

        >>> round(Rate(RateRule.RESUMED, Decimal(164), Decimal(171), terminated=2).percent, 1)
        Decimal('95.9')
        """
        divisor = self.divisor
        return None if divisor <= 0 else self.numerator / divisor * HUNDRED

    @property
    def divisor(self) -> Decimal:
        """Return what is divided by, without the terminated where the rule leaves them out."""
        return self.denominator - (self.terminated if self.without_terminated else 0)


def ahead(one: Rate, other: Rate) -> Decimal | None:
    """Return by how many percentage points one rate lies above another, from the unrounded rates.

    江门: 97.158 - 83.333 = 13.8 points; rounding first would give 13.9.
    """
    if one.percent is None or other.percent is None:
        return None
    return one.percent - other.percent
