"""The rows of a return's project sheet for a reader, with what reviewers said of them."""

from dataclasses import replace

from tracker.models import Return, User
from tracker.models.access import Capability
from tracker.queries.projects.report_reviews import comments_on_lines, values_changed
from tracker.queries.projects.reports import ReportRow, report_rows
from tracker.queries.returns.review_comments import last_reopening


def rows_readable_by(unit_return: Return, user: User) -> list[ReportRow]:
    """Return the rows as far as this person may read them: of what its unit is filling in or corrects, nobody else."""
    if unit_return.is_open and not unit_return.is_within(user, Capability.ENTER):
        return []
    rows = report_rows(unit_return)
    if not rows:
        return rows
    reopening = last_reopening(unit_return)
    said = comments_on_lines(unit_return, reopening.recorded_at) if reopening else {}
    changed = values_changed([row.report for row in rows])
    return [replace(row, comments=said.get(row.report.pk, ()), changed=changed.get(row.report.pk)) for row in rows]
