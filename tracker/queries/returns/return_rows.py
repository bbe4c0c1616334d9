"""A return as a sheet: a row per indicator, with what stands around the figure to be entered or reviewed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.rollup import SUMS, Rollup, over_periods
from tracker.models import Entry, Indicator, Period, Return, Target, ValueRevision
from tracker.queries.figures.year_before import first_days, verified_before
from tracker.queries.plans.unit_shares import unit_shares


@dataclass(frozen=True)
class ReturnRow:
    """One indicator of a return.

    `to_date` is this year's verified cumulative before this period, `last_year` what was verified for the same
    period a year earlier, whatever plan it belonged to.
    """

    entry: Entry
    indicator: Indicator
    allocation: Decimal | None
    last_verified: Decimal | None
    last_year: Decimal | None
    to_date: Aggregate
    revisions: list[ValueRevision] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Return True if this period's figure is added to those before it."""
        return self.indicator.over_periods == Rollup.SUM

    def reported_as_of(self, moment: datetime | None) -> tuple[Decimal | None, str]:
        """Return the value and the note that the unit had reported by a time (the unit's last submission)."""
        reported = [
            revision
            for revision in self.revisions
            if revision.kind == ValueRevision.Kind.REPORTED and moment and revision.recorded_at <= moment
        ]
        return (reported[-1].value, reported[-1].note) if reported else (None, "")


def load_return_rows(unit_return: Return) -> list[ReturnRow]:
    """Load the return's rows in the plan's order of targets. Use a fixed number of queries, however many rows."""
    entries = list(
        unit_return.entries.select_related("indicator__unit", "reported_revision__actor", "verified_revision")
    )
    order = order_of_indicators(unit_return.period)
    entries.sort(key=lambda entry: (order.get(entry.indicator_id, (len(order), 0)), entry.indicator.code))
    shares = unit_shares(unit_return.period, [unit_return.unit])
    earlier = _earlier_periods(unit_return.period)
    verified = _verified_before(unit_return, earlier)
    last_year = verified_before(unit_return.period, [unit_return.unit])
    revisions = _revisions(unit_return, {entry.pk: entry for entry in entries})
    last = earlier[-1] if earlier else None
    return [
        ReturnRow(
            entry=entry,
            indicator=entry.indicator,
            allocation=shares.get((unit_return.unit_id, entry.indicator_id)),
            last_verified=_last_verified(entry.indicator, unit_return.period, last, verified),
            last_year=last_year.get((unit_return.unit_id, entry.indicator_id)),
            to_date=_to_date(entry.indicator, earlier, verified),
            revisions=revisions[entry.pk],
        )
        for entry in entries
    ]


def order_of_indicators(period: Period) -> dict[int, tuple[int, int]]:
    """By indicator, the position of its target; the two terms of a rate stand where the rate does."""
    order: dict[int, tuple[int, int]] = {}
    for target in Target.objects.filter(plan=period.plan_id).select_related("indicator").order_by("position"):
        terms = (target.indicator_id, target.indicator.numerator_id, target.indicator.denominator_id)
        for place, indicator_id in enumerate(terms):
            if indicator_id:
                order.setdefault(indicator_id, (target.position, place))
    return order


def _earlier_periods(period: Period) -> list[Period]:
    return list(Period.objects.until(period).exclude(pk=period.pk).order_by("starts_on"))


def _verified_before(unit_return: Return, earlier: list[Period]) -> Mapping[tuple[int, int], Decimal]:
    rows = Entry.objects.filter(
        unit_return__unit=unit_return.unit_id, unit_return__period__in=earlier, verified_value__isnull=False
    ).order_by()
    return {
        (indicator, period): value
        for indicator, period, value in rows.values_list("indicator_id", "unit_return__period_id", "verified_value")
        if value is not None
    }


def _last_verified(
    indicator: Indicator, period: Period, last: Period | None, verified: Mapping[tuple[int, int], Decimal]
) -> Decimal | None:
    """Return what was verified for the period before; None for an amount of a longer or shorter period (1—2月)."""
    if last is None:
        return None
    lengths = {len(first_days(one.kind, one.starts_on, one.ends_on)) for one in (period, last)}
    if len(lengths) > 1 and indicator.over_periods in SUMS:
        return None
    return verified.get((indicator.pk, last.pk))


def _to_date(indicator: Indicator, earlier: list[Period], verified: Mapping[tuple[int, int], Decimal]) -> Aggregate:
    """Aggregate over the earlier periods by the same rules as everywhere else; the coverage counts periods."""
    if indicator.over_periods == Rollup.RATIO:
        return Aggregate()  # a rate is never typed, and never added up
    cells = [verified.get((indicator.pk, period.pk)) for period in earlier]
    tallies = [Aggregate(value, Coverage(int(value is not None), 1)) for value in cells]
    return over_periods(Rollup(indicator.over_periods), tallies)


def _revisions(unit_return: Return, entries: Mapping[int, Entry]) -> dict[int, list[ValueRevision]]:
    grouped: dict[int, list[ValueRevision]] = defaultdict(list)
    rows = ValueRevision.objects.filter(entry__unit_return=unit_return).select_related("actor", "entered_unit")
    for revision in rows.order_by("entry_id", "number"):
        revision.entry = entries[revision.entry_id]
        grouped[revision.entry_id].append(revision)
    return grouped
