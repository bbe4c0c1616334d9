"""What a compliance report is made from: plain rows, read at one moment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.cells import Coverage
from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.period_kinds import PeriodKind, kind_of_code
from tracker.calculation.progress import TargetProgress
from tracker.calculation.value_status import ValueStatus
from tracker.documents.compliance.comparison import Comparison
from tracker.documents.compliance.overall import OverallRanking
from tracker.documents.set_up_changes import SetUpChange


@dataclass(frozen=True)
class TargetLine:
    """One target in the report's region. `key` names it; a rate's month-on-month is a difference of points.

    `missing_parts` names the parts of a sum of which nothing is verified for the period: the others are added up.
    """

    key: str
    name: str
    unit: str
    decimals: int
    bound: str
    clauses: str
    pace: str
    standing: TargetProgress
    is_graded: bool = True
    is_derived: bool = False
    is_rate: bool = False
    is_approximate: bool = False
    missing_parts: Sequence[str] = ()

    @property
    def unit_beside_target(self) -> str:
        """Return the unit where a target stands beside figures: of a change in % both units are named."""
        if not self.standing.kind.is_in_percent:
            return self.unit
        return _("%(unit)s, target in percent") % {"unit": self.unit}


@dataclass(frozen=True)
class OtherLine:
    """A target that is reported at another frequency than the report's, at its own newest period."""

    period: str
    line: TargetLine
    returns: Coverage


@dataclass(frozen=True)
class PlaceFigures:
    """A region's row of the barometer: its standing by target key; targets that do not concern it are absent.

    The whole is the plan's own region; reported on is the one that the report is about.
    """

    code: str
    name: str
    coverage: Coverage
    standings: Mapping[str, TargetProgress]
    is_whole: bool = False
    is_reported_on: bool = False

    @property
    def level(self) -> Level | None:
        """The worst of its levels; None when nothing is graded."""
        levels = [standing.level for standing in self.standings.values() if standing.level]
        return min(levels, default=None)


@dataclass(frozen=True)
class LedgerLine:
    """One verified entry: what the unit said, what the reviewer accepted, who, when and why.

    `city` is the region right below the plan's own that the unit lies in, or the plan's own.
    """

    city: str
    region: str
    unit: str
    period: str
    indicator: str
    indicator_code: str
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
    status: ValueStatus | None = ValueStatus.VERIFIED


@dataclass(frozen=True)
class ChangeLine:
    """One value that changed since an earlier document, which `since` names; None is missing."""

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
    since: str = ""


@dataclass(frozen=True)
class QualityLine:
    """One unit's return for a period. `state` is in words; times sent back, and odd cells by their gravity.

    `period` is the period's code in a document that is about several returns of a unit.
    """

    region: str
    unit: str
    owed: int
    present: int
    state: str
    submitted_at: datetime | None
    deadline: datetime
    is_late: bool
    is_missing: bool
    is_sent_back: bool
    is_waiting: bool
    times_sent_back: int
    warnings: int
    hints: int
    is_verified: bool = False
    period: str = ""


@dataclass(frozen=True)
class ClauseLine:
    """A clause of the plan: of a commitment its kind, status, bodies and regions; of a target its indicators."""

    number: str
    name: str
    kind: str
    status: str
    bodies: str
    regions: str
    note: str


@dataclass(frozen=True)
class BasisLine:
    """What a target's figures rest on: the clause, the version in force, the curve, and how it rolls up."""

    indicator: str
    unit: str
    decimals: int
    clauses: str
    bound: str
    value: Decimal | None
    version: str
    effective_from: date | None
    document: str
    pace: str
    reckoning: str


@dataclass(frozen=True)
class Basis:
    """The rest of it: which revisions (the first and the last number), and the hash of all inputs."""

    lines: Sequence[BasisLine] = ()
    first_revision: int | None = None
    last_revision: int | None = None
    revisions: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Frequency:
    """Targets that are reported for periods of one kind. `suffix` ends the keys of their own sheets."""

    suffix: str
    book: FigureInputs
    lines: Sequence[TargetLine]

    @property
    def kind(self) -> str:
        """Return the kind of their periods."""
        return kind_of_code(self.book.periods[-1].code) or PeriodKind.MONTH


@dataclass(frozen=True)
class Statistics:
    """Breaks in words, the number of revised values, the day of the next issue, and the office's revision policy."""

    breaks: Sequence[str] = ()
    revised: int = 0
    next_issue: date | None = None
    policy: str = ""


@dataclass(frozen=True)
class ComplianceFigures:
    """All of it. `place` is the report's region; `cities` are the regions compared in the barometer.

    `issue` and `edition` are its number in words; the first edition is not named. `last_report` is the number of the
    document whose levels are compared with, empty when there is none. `comparisons` hold what differs from the edition
    before and from the previous issue, `changes` the values and `set_up_changes` the set-up that changed since then.
    `levels_then` are the levels of those that got better or worse, by target key and region code. `kind` is the
    period's; `others` are targets that are reported for longer periods, at their newest one. `other_books` are the
    books of these, and of the targets whose shorter periods are added up, by the code of their newest period.
    `indicators` names those of the ledger by code, `revisions` are its lines' numbers. `document_name` is what the plan
    calls the document; empty where it has no name of its own. `prepared_by` is the person who issued it; empty for the
    system. `ends` are the last days of the plan's periods by code. `lists` are the plan's lists as documents keep them.
    `overall` ranks the plan's regions over all targets; None where no rule does. `statistics` is what the report says
    of the quality of its figures.
    """

    plan: str
    issuer: str
    period: str
    number: int
    as_of: datetime
    book: FigureInputs
    bounds: Bounds
    coverage: Coverage
    targets: Sequence[TargetLine]
    place: PlaceFigures
    cities: Sequence[PlaceFigures]
    ledger: Collection[LedgerLine]
    revisions: Sequence[int]
    indicators: Mapping[str, str]
    quality: Sequence[QualityLine] = ()
    basis: Basis = field(default_factory=Basis)
    is_demonstration: bool = False
    last_report: str = ""
    changes: Sequence[ChangeLine] = ()
    set_up_changes: Sequence[SetUpChange] = ()
    comparisons: Sequence[Comparison] = ()
    levels_then: Mapping[tuple[str, str], Level | None] = field(default_factory=dict)
    issue: str = ""
    edition: str = ""
    kind: str = "month"
    others: Sequence[OtherLine] = ()
    other_books: Mapping[str, tuple[FigureInputs, Sequence[str]]] = field(default_factory=dict)
    document_name: str = ""
    prepared_by: str = ""
    clauses: Sequence[ClauseLine] = ()
    ends: Mapping[str, date] = field(default_factory=dict)
    lists: Sequence[Mapping[str, Any]] = ()
    overall: OverallRanking | None = None
    statistics: Statistics = field(default_factory=Statistics)

    def book_of(self, key: str) -> FigureInputs:
        """Return the inputs of a target's figures: those of its own periods where it has others than most."""
        return next((book for book, keys in self.other_books.values() if key in keys), self.book)

    @cached_property
    def by_frequency(self) -> "list[Frequency]":
        """Return the targets in groups, each with the inputs that it shares; the main group comes first."""
        found = [Frequency("", self.book, [line for line in self.targets if self.book_of(line.key) is self.book])]
        for book, keys in self.other_books.values():
            lines = [line for line in self.targets if line.key in keys]
            found += [Frequency(f"_{kind_of_code(book.periods[-1].code)}", book, lines)] if lines else []
        return [one for one in found if one.lines] or found

    def suffix_of(self, key: str) -> str:
        """Return the suffix of the group that a target is in."""
        return self._suffixes.get(key, "")

    @cached_property
    def _suffixes(self) -> dict[str, str]:
        return {line.key: one.suffix for one in self.by_frequency for line in one.lines}

    @property
    def is_empty(self) -> bool:
        """Return True if nothing is verified for the period itself."""
        return not any(line.standing.this_period.coverage.present for line in self.targets)

    @property
    def graded(self) -> list[TargetLine]:
        """The targets to which warning levels apply."""
        return [line for line in self.targets if line.is_graded]
