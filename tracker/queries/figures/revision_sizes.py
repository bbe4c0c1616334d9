"""Size of revisions by place and indicator, from the revisions of the ledger."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum

from tracker.calculation.revision_sizes import RevisionSize, revision_size
from tracker.models import Entry, Indicator, Period, Region, RegionTotal, ValueRevision
from tracker.queries.figures.plan_inputs import PlanInputs

#: A cell's first verified revision is its second one at the earliest: a later one may be another verification.
FIRST_VERIFIED = 2


@dataclass(frozen=True)
class RevisionRow:
    """The revisions of an indicator in a place."""

    region: Region
    indicator: Indicator
    size: RevisionSize


def load_revision_sizes(inputs: PlanInputs, period: Period, region: Region) -> list[RevisionRow]:
    """Return a row for each indicator in a region and in those right below it, from the plan's start to a period.

    The region itself, with all below it, comes first. What is not verified at all has no row.
    """
    tree = inputs.tree_on(period.ends_on)
    places = [region, *tree.below(region.pk)]
    within = {one.pk: tree.paths[one.code] for one in tree.regions if one.code in tree.paths}
    periods = [one.pk for kind in inputs.kinds for one in inputs.periods_of(kind) if one.ends_on <= period.ends_on]
    counts = _counts(periods)
    moved = _moved(periods)
    indicators = {one.pk: one for one in inputs.indicators}
    rows = []
    for place in places:
        whole = tree.paths[place.code]
        own = {pk for pk, path in within.items() if path.startswith(whole)}
        for pk in sorted({indicator for indicator, at in counts if at in own}, key=lambda pk: indicators[pk].code):
            number = sum(count for (indicator, at), count in counts.items() if indicator == pk and at in own)
            pairs = [
                pair for (indicator, at), found in moved.items() if indicator == pk and at in own for pair in found
            ]
            if number:
                rows.append(RevisionRow(place, indicators[pk], revision_size(number, pairs)))
    return rows


def _counts(periods: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return the number of verified values by indicator and region."""
    rows = RegionTotal.objects.filter(period__in=periods, verified_count__gt=0).order_by()
    found = rows.values_list("indicator_id", "region_id").annotate(number=Sum("verified_count"))
    return {(indicator, region): number for indicator, region, number in found}


def _moved(periods: Sequence[int]) -> dict[tuple[int, int], list[tuple[Decimal, Decimal]]]:
    """Return the first and the present value of each that was verified more than once, by indicator and region."""
    verified = ValueRevision.objects.filter(
        entry=OuterRef("pk"), kind=ValueRevision.Kind.VERIFIED, value__isnull=False
    ).order_by("number")
    rows = (
        Entry.objects.filter(
            unit_return__period__in=periods,
            verified_value__isnull=False,
            verified_revision__number__gt=FIRST_VERIFIED,
        )
        .annotate(first=Subquery(verified.values("value")[:1]))
        .exclude(first=F("verified_value"))
        .order_by()
    )
    found: dict[tuple[int, int], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    key = ("indicator_id", "unit_return__unit__region_id")
    for indicator, region, first, now in rows.values_list(*key, "first", "verified_value"):
        found[indicator, region].append((first, now))
    return found
