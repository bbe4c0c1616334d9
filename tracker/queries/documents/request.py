"""A request for one document, and the document ready to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.documents.files import Document
from tracker.models import IssuedReport, Period, Region


@dataclass(frozen=True)
class ReportRequest:
    """Period, region and options of a document, and which issue of it is written.

    `number` is the number of the issue, `as_of` the moment whose values it shows, `last` the issue before. `kept` is
    the issued report whose inputs are used: itself when it is written again, or the one that a paper is made from.
    """

    period: Period
    region: Region
    number: int
    as_of: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    last: IssuedReport | None = None
    kept: IssuedReport | None = None
    kind: str = ""
    prepared_by: str = ""


@dataclass(frozen=True)
class ReportData:
    """A document ready to be written, with what it keeps: the inputs of its figures and the revisions behind them."""

    report: Document
    book: Mapping[str, Any]
    revisions: Sequence[int]
    has_demonstration: bool
