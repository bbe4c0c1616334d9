"""What a compliance report is made from: plain rows, read at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.progress import Standing


@dataclass(frozen=True)
class TargetLine:
    """One target in the report's region. `key` names it; a rate's month-on-month is a difference of points."""

    key: str
    name: str
    unit: str
    decimals: int
    bound: str
    clauses: str
    pace: str
    standing: Standing
    is_graded: bool = True
    is_derived: bool = False
    is_rate: bool = False
    is_approximate: bool = False


@dataclass(frozen=True)
class Place:
    """A region's row of the barometer: its standing by target key; targets that do not concern it are absent."""

    name: str
    coverage: Coverage
    standings: Mapping[str, Standing]
    is_whole: bool = False

    @property
    def level(self) -> Level | None:
        """The worst of its levels; None when nothing is graded."""
        levels = [standing.level for standing in self.standings.values() if standing.level]
        return min(levels, default=None)


@dataclass(frozen=True)
class LedgerLine:
    """One verified entry: what the unit said, what the reviewer accepted, who, when and why."""

    region: str
    unit: str
    period: str
    indicator: str
    measure_unit: str
    decimals: int
    reported: Decimal | None
    verified: Decimal
    reason: str
    submitted_by: str
    submitted_at: datetime | None
    verified_by: str
    verified_at: datetime | None
    revision_id: int


@dataclass(frozen=True)
class ChangeLine:
    """One value that changed since the last report; None is missing."""

    region: str
    unit: str
    period: str
    indicator: str
    measure_unit: str
    decimals: int
    then: Decimal | None
    now: Decimal | None
    changed_by: str
    changed_at: datetime
    reason: str


@dataclass(frozen=True)
class ComplianceFigures:
    """All of it. `place` is the report's region; `cities` are the regions compared in the barometer.

    `last_report` names the last issue of this kind, whose changed values are `changes`; empty when there is none.
    """

    plan: str
    issuer: str
    period: str
    as_of: datetime
    bounds: Bounds
    coverage: Coverage
    targets: Sequence[TargetLine]
    place: Place
    cities: Sequence[Place]
    ledger: Sequence[LedgerLine]
    is_demonstration: bool = False
    last_report: str = ""
    changes: Sequence[ChangeLine] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is verified for the period itself."""
        return not any(line.standing.this_period.coverage.present for line in self.targets)

    @property
    def graded(self) -> list[TargetLine]:
        """The targets to which warning levels apply."""
        return [line for line in self.targets if line.is_graded]
