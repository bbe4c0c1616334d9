"""Reviewers' comments on the lines of a return's projects."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from tracker.models import ProjectReport, ProjectReportReview, ProjectReportRevision, Return

Kind = ProjectReportReview.Kind


@dataclass(frozen=True)
class LineComment:
    """A reviewer's comment on a project's line. `is_answered`: the unit has changed the line since."""

    comment: ProjectReportReview
    is_answered: bool


def newest_revisions(reports: Collection[int]) -> dict[int, int]:
    """Return the newest revision of each of these lines, by their primary keys."""
    rows = ProjectReportRevision.objects.filter(report__in=reports).order_by().values_list("report")
    return dict(rows.annotate(newest=Max("pk")))


def comments_on_lines(unit_return: Return, since: datetime) -> dict[int, list[LineComment]]:
    """Return what was said since the return last went back, by the line's primary key.

    Its unit sees what it has not corrected yet; everybody else all of it, once the unit has submitted it again.
    """
    found: dict[int, list[LineComment]] = defaultdict(list)
    said = ProjectReportReview.objects.filter(
        report__unit_return=unit_return, kind=Kind.COMMENT, recorded_at__gte=since
    )
    comments = list(said.select_related("actor").order_by("pk"))
    newest = newest_revisions([one.report_id for one in comments]) if comments else {}
    for one in comments:
        is_answered = newest.get(one.report_id) != one.revision_id
        if not (is_answered and unit_return.is_open):
            found[one.report_id].append(LineComment(one, is_answered))
    return found


def values_changed(reports: Collection[ProjectReport]) -> dict[int, ProjectReportReview]:
    """Return the review by which a line has another verified value than the reported one, by the line's primary key."""
    changed = [one.pk for one in reports if one.adjustment]
    if not changed:
        return {}
    rows = ProjectReportReview.objects.filter(report__in=changed, kind=Kind.VALUE)
    return {one.report_id: one for one in rows.select_related("actor").order_by("pk")}


def reviews_readable(reports: Collection[ProjectReport]) -> list[ProjectReportReview]:
    """Return all that was said of these lines, in time order."""
    rows = ProjectReportReview.objects.filter(report__in=[one.pk for one in reports])
    return list(rows.select_related("actor", "report__unit_return__period").order_by("recorded_at", "pk"))
