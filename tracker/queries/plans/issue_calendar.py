"""Calendar of issues: when the report of each period is planned, and when it was issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from tracker.calculation.deadlines import working_days_after
from tracker.models import IssuedReport, Period, Plan
from tracker.queries.plans.working_days import working_days_of


@dataclass(frozen=True)
class PlannedIssue:
    """The report on a period: the last day of its returns, the day planned, and the day issued if it was."""

    period: Period
    deadline: date
    planned_on: date
    issued_on: date | None

    def is_late(self, today: date) -> bool:
        """Return True if it was issued after the planned day, or was not and the day has passed."""
        return (self.issued_on or today) > self.planned_on


def planned_day(plan: Plan, period: Period) -> date | None:
    """Return the day on which the report of a period is planned; None for a plan without a calendar of issues."""
    if plan.issue_after_days is None:
        return None
    deadline = plan.day_of(period.deadline)
    return working_days_after(deadline, plan.issue_after_days, working_days_of(plan.calendar).is_working_day)


def load_issue_calendar(plan: Plan, periods: Sequence[Period], kind: str) -> list[PlannedIssue]:
    """Return the calendar of a plan's reports of one kind on its own region; the first edition is the issue."""
    reports = IssuedReport.objects.filter(plan=plan, region=plan.region, kind=kind, period__in=periods).order_by()
    issued = dict(reports.values_list("period_id").annotate(first=Min("issued_at")))
    found = []
    for period in periods:
        day, moment = planned_day(plan, period), issued.get(period.pk)
        if day is not None:
            found.append(PlannedIssue(period, plan.day_of(period.deadline), day, moment and plan.day_of(moment)))
    return found
