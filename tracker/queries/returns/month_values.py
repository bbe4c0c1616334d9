"""A city's cell of one month: reported, a confirmed zero with who confirmed it, or missing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.calculation.cells import Aggregate, CellState
from tracker.models import Entry, Indicator, Period, Region, ReportingUnit, User


@dataclass(frozen=True)
class ZeroReport:
    """零报告: a unit's explicit zero, and who stood by it when."""

    indicator: Indicator
    unit: ReportingUnit
    confirmed_by: User
    confirmed_at: datetime


@dataclass(frozen=True)
class MonthCell:
    """What a city's units said for the month, and what of it was accepted."""

    reported: Aggregate
    verified: Aggregate
    zeros: tuple[ZeroReport, ...] = ()

    @property
    def state(self) -> CellState:
        """The cell as a whole: a rate without a value may still be reported, when its denominator is zero."""
        if self.reported.value is None and self.reported.coverage.present:
            return CellState.REPORTED
        return CellState.of(self.reported.value)

    @property
    def is_owed(self) -> bool:
        """Return True if a return is owed on it at all."""
        return self.reported.coverage.expected > 0

    @property
    def is_partial(self) -> bool:
        """Return True if some of it is there and some is missing."""
        return self.state is not CellState.MISSING and not self.reported.coverage.is_complete

    @property
    def is_waiting(self) -> bool:
        """Return True if something reported is not verified yet."""
        return self.reported.coverage.present > self.verified.coverage.present


def zero_reports(period: Period, codes: Collection[str], cities: Iterable[Region]) -> dict[str, list[ZeroReport]]:
    """Return the zeros that units reported in a period, by the code of their city. Drafts do not count."""
    entries = (
        Entry.objects.reported()
        .filter(unit_return__period=period, indicator__code__in=codes, reported_value=0)
        .select_related("indicator", "unit_return__unit__region", "unit_return__submitted_by")
        .order_by("unit_return__unit__region__path", "unit_return__unit__code", "indicator__code")
    )
    found: dict[str, list[ZeroReport]] = defaultdict(list)
    by_path = {city.path: city.code for city in cities}
    for entry in entries:
        filed = entry.unit_return
        code = next((code for path, code in by_path.items() if filed.unit.region.path.startswith(path)), None)
        if code and filed.submitted_by and filed.submitted_at:
            found[code].append(ZeroReport(entry.indicator, filed.unit, filed.submitted_by, filed.submitted_at))
    return found
