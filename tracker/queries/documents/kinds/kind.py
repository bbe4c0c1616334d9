"""The declaration that every kind of document makes."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import ClassVar

from django.utils.functional import Promise

from tracker.queries.documents.request import ReportData, ReportRequest

#: How long the files of lists are kept; issued reports are kept without limit.
MONTH = timedelta(days=30)


class ReportKind(ABC):
    """A kind of document. A new kind is one subclass in a file of its own, listed in `KINDS`.

    `name` is shown in lists, `file_name` names the file with plan, period and number. `options` are the choices beyond
    plan, period, region and language. Files are removed after `keeps_for`; None keeps them.
    """

    identifier: ClassVar[str]
    name: ClassVar[Promise]
    file_name: ClassVar[Promise]
    options: ClassVar[tuple[str, ...]] = ()
    keeps_for: ClassVar[timedelta | None] = None
    lists_changes: ClassVar[bool] = True

    @abstractmethod
    def read(self, request: ReportRequest) -> ReportData:
        """Return the document for a request. Call it within `consistent_read`."""

    def kept_until(self, now: datetime) -> datetime | None:
        """Return until when a file written now is kept. None keeps it without limit."""
        return now + self.keeps_for if self.keeps_for else None
