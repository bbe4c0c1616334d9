"""Scales of drawings: which amounts an axis reaches from and to, and where an amount lies on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import ceil

#: An axis has at most about so many intervals, each of so many units of its power of ten.
INTERVALS, STEPS = 6, (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Scale:
    """The amounts from one end of an axis to the other, with a line at every step."""

    low: Decimal
    high: Decimal
    step: Decimal

    @classmethod
    def holding(cls, amounts: Iterable[Decimal], decimals: int) -> "Scale":
        """Return a scale of round numbers that holds these amounts and zero; no step is finer than what is printed."""
        held = [Decimal(0), *amounts]
        span = max(held) - min(held) or Decimal(1)
        rough = max(span / INTERVALS, Decimal(1).scaleb(-decimals))
        power = Decimal(1).scaleb(rough.adjusted())
        step = next(power * factor for factor in STEPS if power * factor >= rough)
        if not decimals:
            step = Decimal(ceil(step))
        low = step * (min(held) / step).to_integral_value(ROUND_FLOOR)
        high = step * (max(held) / step).to_integral_value(ROUND_CEILING)
        return cls(low, high if high > low else low + step, step)

    @property
    def amounts(self) -> list[Decimal]:
        """The amounts at the lines, from the low end."""
        return [self.low + self.step * at for at in range(int((self.high - self.low) / self.step) + 1)]

    def place(self, amount: Decimal, length: Decimal | int) -> Decimal:
        """Return how far from the low end the amount lies on an axis of this length; beyond an end, at that end."""
        held = min(max(amount, self.low), self.high)
        return length * (held - self.low) / (self.high - self.low)
