"""Counts of expected returns and values, now and as they were known at a moment."""

from collections.abc import Mapping
from datetime import datetime

from tracker.models import ObligationCountChange

#: (indicator or None for returns, region, period) -> how many units
Counts = dict[tuple[int | None, int, int], int]


def expected_at(plans: Mapping[int, int], kind: str, moment: datetime) -> Counts:
    """Return the expected counts of these periods as known at a moment.

    `plans` maps each period to its plan. Counts kept for a whole plan hold for its periods without one of their own.
    """
    kept = ObligationCountChange.objects.filter(plan__in=set(plans.values()), frequency=kind).known_at(moment)
    whole: dict[int, Counts] = {plan: {} for plan in plans.values()}
    single: Counts = {}
    for plan, period, indicator, region, units in kept.values_list(
        "plan_id", "period_id", "indicator_id", "region_id", "units"
    ):
        if period is None:
            whole[plan][indicator, region, 0] = units
        else:
            single[indicator, region, period] = units
    counts = {
        (indicator, region, period): units
        for period, plan in plans.items()
        for (indicator, region, _any), units in whole[plan].items()
    }
    return {key: units for key, units in (counts | single).items() if units and key[2] in plans}
