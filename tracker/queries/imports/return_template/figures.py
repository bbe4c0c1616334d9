"""What a template prints around its entry cells, for one unit or many in as many queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.rollup import Rollup, over_periods
from tracker.documents.template import Measure, TemplateRow
from tracker.models import Entry, ExpectedCell, Indicator, MeasureUnit, Period, ReportingUnit
from tracker.queries.figures.year_before import verified_before
from tracker.queries.plans.unit_shares import unit_shares
from tracker.queries.returns.return_rows import order_of_indicators

#: (unit's, indicator's primary key)
Key = tuple[int, int]


@dataclass
class TemplateFigures:
    """The rows of each unit: what it owes for the period, in the plan's order of targets."""

    period: Period
    units: Sequence[ReportingUnit]
    owed: Mapping[int, list[Indicator]] = field(init=False)

    def __post_init__(self) -> None:
        self.order = order_of_indicators(self.period)
        self.owed = self._owed()
        self.measures = self._measures()
        self.shares = unit_shares(self.period, self.units)
        earlier = Period.objects.until(self.period).exclude(pk=self.period.pk).order_by("starts_on")
        self.earlier = list(earlier.values_list("pk", flat=True))
        self.verified = self._verified()
        self.last_year = verified_before(self.period, self.units)
        self.drafts = self._drafts()

    def rows_of(self, unit: ReportingUnit) -> list[TemplateRow]:
        """Return the unit's rows."""
        return [self._row(unit, indicator) for indicator in self.owed.get(unit.pk, [])]

    def _row(self, unit: ReportingUnit, indicator: Indicator) -> TemplateRow:
        key = (unit.pk, indicator.pk)
        values = [self.verified.get((*key, period)) for period in self.earlier]
        draft = self.drafts.get(key)
        return TemplateRow(
            code=indicator.code,
            name=str(indicator),
            measures=self.measures[indicator.unit_id],
            decimals=indicator.decimals,
            target=self.shares.get(key),
            last_month=values[-1] if values else None,
            last_year=self.last_year.get(key),
            before=_before(indicator, values),
            adds_up=indicator.over_periods == Rollup.SUM,
            value=draft.reported_value if draft else None,
            note=draft.note if draft else "",
        )

    def _owed(self) -> dict[int, list[Indicator]]:
        owed: dict[int, list[Indicator]] = defaultdict(list)
        rows = ExpectedCell.objects.filter(expected_return__period=self.period, expected_return__unit__in=self.units)
        for row in rows.select_related("indicator__unit", "expected_return"):
            owed[row.expected_return.unit_id].append(row.indicator)
        for indicators in owed.values():
            indicators.sort(key=lambda one: (self.order.get(one.pk, (len(self.order), 0)), one.code))
        return owed

    def _measures(self) -> dict[int, list[Measure]]:
        """By the primary key of an indicator's unit: that unit first, then the others of its dimension."""
        rows = list(MeasureUnit.objects.all())
        return {
            own.pk: [
                Measure(str(other), other.factor / own.factor)
                for other in sorted(rows, key=lambda other: (other.pk != own.pk, -other.factor))
                if other.dimension == own.dimension
            ]
            for own in rows
        }

    def _verified(self) -> dict[tuple[int, int, int], Decimal]:
        rows = Entry.objects.filter(unit_return__unit__in=self.units, unit_return__period__in=self.earlier)
        values = rows.filter(verified_value__isnull=False).order_by()
        return {
            (unit, indicator, period): value
            for unit, indicator, period, value in values.values_list(
                "unit_return__unit_id", "indicator_id", "unit_return__period_id", "verified_value"
            )
            if value is not None
        }

    def _drafts(self) -> dict[Key, Entry]:
        rows = Entry.objects.filter(unit_return__unit__in=self.units, unit_return__period=self.period)
        return {(row.unit_return.unit_id, row.indicator_id): row for row in rows.select_related("unit_return")}


def _before(indicator: Indicator, values: Iterable[Decimal | None]) -> Decimal:
    if indicator.over_periods != Rollup.SUM:
        return Decimal(0)
    tallies = [Aggregate(value, Coverage(int(value is not None), 1)) for value in values]
    return over_periods(Rollup.SUM, tallies).value or Decimal(0)
