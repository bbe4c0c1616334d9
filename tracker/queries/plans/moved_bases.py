"""Base values that were taken from another plan whose figure has been corrected since."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tracker.models import Plan, Target
from tracker.queries.figures.year_figures import load_year_figures


@dataclass(frozen=True)
class MovedBase:
    """A target whose base value the plan it came from no longer has; `value` is its figure now."""

    target: Target
    value: Decimal


def moved_bases(plan: Plan) -> Iterator[MovedBase]:
    """Find the targets whose base value the other plan has corrected; a figure that is not whole now tells nothing."""
    taken = plan.targets.exclude(base_taken_from=None)
    for target in taken.select_related("indicator__unit", "base_taken_from__region", "plan"):
        if target.base_taken_from and target.base_year:
            figures = load_year_figures(target.base_taken_from, target.indicator, target.base_year)
            value = figures.values.get(plan.region.code)
            if value is not None and value != target.base_value:
                yield MovedBase(target, value)
