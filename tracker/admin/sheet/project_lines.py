"""The lines of projects on a return's page, with what the reviewer types beside each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.forms import BoundField

from tracker.admin.sheet.return_forms import OF_PROJECT, ReviewForm, plain
from tracker.queries.projects.reports import ReportRow


@dataclass(frozen=True)
class ProjectLine:
    """A project's line under review. Only the last level has fields for another value."""

    row: ReportRow
    comment_field: BoundField
    value_field: BoundField | None = None
    reason_field: BoundField | None = None

    @property
    def stored(self) -> str:
        """Return the reported investment as one would type it."""
        return plain(self.row.report.investment)

    @property
    def has_errors(self) -> bool:
        """Return True if something is wrong with what was typed."""
        fields = (self.value_field, self.reason_field, self.comment_field)
        return any(one.errors for one in fields if one is not None)


def lines_under_review(rows: Sequence[ReportRow], form: ReviewForm) -> Iterator[ProjectLine]:
    """Yield the lines with their fields, as far as the form has them: it was made before somebody changed them."""
    for row in rows:
        names = [f"{OF_PROJECT}{kind}-{row.member.pk}" for kind in ("comment", "verified", "reason")]
        comment, *others = (form[name] if name in form.fields else None for name in names)
        if comment is not None:
            yield ProjectLine(row, comment, *others)
