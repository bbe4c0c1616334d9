"""Industrial solid waste: the utilisation rate with its prior-year stock term, and the material balance.

After the statistical definitions of general industrial solid waste (domain terms in the indicator library).
"""

from dataclasses import dataclass
from decimal import Decimal

#: The terms by the indicator's code, as in fixtures/indicators-solid-waste.toml.
TERMS = {
    "generated": "waste_generated",
    "utilised": "waste_utilised",
    "prior_stock_utilised": "waste_prior_stock_utilised",
    "stored": "waste_stored",
    "disposed": "waste_disposed",
    "prior_stock_disposed": "waste_prior_stock_disposed",
    "discarded": "waste_discarded",
}


@dataclass(frozen=True)
class WasteBalance:
    """One waste's amounts in one period, in one unit of mass; None is missing."""

    generated: Decimal | None
    utilised: Decimal | None
    prior_stock_utilised: Decimal | None
    stored: Decimal | None
    disposed: Decimal | None
    prior_stock_disposed: Decimal | None
    discarded: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Return what the balance leaves over; zero when it holds, None while a term is missing.

        generated - ((utilised - prior stock utilised) + stored + (disposed - prior stock disposed) + discarded).
        """
        if (
            self.generated is None
            or self.utilised is None
            or self.prior_stock_utilised is None
            or self.stored is None
            or self.disposed is None
            or self.prior_stock_disposed is None
            or self.discarded is None
        ):
            return None
        fate = (
            (self.utilised - self.prior_stock_utilised)
            + self.stored
            + (self.disposed - self.prior_stock_disposed)
            + self.discarded
        )
        return self.generated - fate
