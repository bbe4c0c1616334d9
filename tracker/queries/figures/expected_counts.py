"""Counts of reporting obligations, now and as they were known at a moment."""

from datetime import datetime

from django.db.models import Q

from tracker.models import ObligationCount, ObligationCountChange


def expected_at(which: Q, moment: datetime) -> list[tuple[int, int | None, int, int]]:
    """Of these counts, how many units owed what at a moment: rows of (plan, indicator, region, units).

    Counts of a plan that never changed are those of today.
    """
    kept = ObligationCountChange.objects.filter(which)
    counts: dict[tuple[int, int | None, int], int] = {}
    for *key, units in kept.known_at(moment).values_list("plan_id", "indicator_id", "region_id", "units"):
        counts[key[0], key[1], key[2]] = units
    unchanged = ObligationCount.objects.filter(which).exclude(plan__in=ObligationCountChange.objects.values("plan"))
    rows = [(*key, units) for key, units in counts.items() if units]
    return [*rows, *unchanged.values_list("plan_id", "indicator_id", "region_id", "units")]
