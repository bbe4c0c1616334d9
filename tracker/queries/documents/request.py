"""A request for one document, and the document ready to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.calculation.forecast import Forecast
from tracker.calculation.levels import Level
from tracker.documents.files import Document
from tracker.models import IssuedReport, Period, Region


@dataclass(frozen=True)
class ReportRequest:
    """Kind, period, region, language and options of a document, and the moment `as_of` whose values it shows.

    `kept` is the issued report itself when it is written again from the inputs it kept, `source` another one whose
    inputs a paper takes. `prepared_by` is the person who issues it; empty for the system.
    A copy that `hides_names` says nobody who submitted, verified, changed or issued.
    """

    kind: str
    period: Period
    region: Region
    language: str
    as_of: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    kept: IssuedReport | None = None
    source: IssuedReport | None = None
    prepared_by: str = ""
    hides_names: bool = False

    @property
    def inputs_of(self) -> IssuedReport | None:
        """Return the issued report whose inputs the document takes; None for the present ones."""
        return self.kept or self.source


@dataclass(frozen=True)
class Edition:
    """The place of a document in its series, and the documents that it is compared with.

    `number` is the issue's, of the `year`. One `edition` has the same inputs in every language; the document that
    comes first with them opens it.
    """

    year: int
    number: int
    edition: int = 1
    opens: bool = True
    previous_edition: IssuedReport | None = None
    previous_issue: IssuedReport | None = None


@dataclass(frozen=True)
class IssuedGrade:
    """The level with which a target is issued in a place, and what it rests on."""

    period: Period
    indicator: str
    region: str
    level: Level | None
    basis: str


@dataclass(frozen=True)
class ForecastIssued:
    """The forecast with which a target is issued in a place, made at the end of a period."""

    period: Period
    indicator: str
    region: str
    forecast: Forecast


@dataclass(frozen=True)
class ReportData:
    """A document ready to be written, with what it keeps: the inputs of its figures and the revisions behind them."""

    report: Document
    book: Mapping[str, Any]
    revisions: Sequence[int]
    has_demonstration: bool
    inputs_sha256: str
    edition: Edition
    is_correction: bool = False
    levels: Sequence[IssuedGrade] = ()
    forecasts: Sequence[ForecastIssued] = ()
