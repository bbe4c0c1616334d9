"""The project sheet of a return: a row for each project that its unit reports of, with what is wrong there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from tracker.calculation.checks import Severity
from tracker.calculation.lists.findings import Finding, check_report
from tracker.documents.list_wording import finding_in_words
from tracker.models import ListMember, Period, ProjectReport, ProjectReportReview, ReportingUnit, Return
from tracker.models.project_list import ListMemberQuerySet
from tracker.models.project_report import INVESTED
from tracker.queries.projects.report_reviews import LineComment

ZERO = Decimal(0)


@dataclass(frozen=True)
class ReportRow:
    """A project of a sheet: what was reported for the period, and what was invested until the period before.

    `usual` is the mean of the periods in which something was invested. `comments` is what the reviewer said when the
    return last went back, `changed` the review by which another value than the reported one was verified.
    """

    member: ListMember
    report: ProjectReport
    before: Decimal
    usual: Decimal | None = None
    comments: Sequence[LineComment] = ()
    changed: ProjectReportReview | None = None

    @property
    def to_date(self) -> Decimal | None:
        """Return the cumulative with this period; None while nothing is reported."""
        invested = self.report.invested
        return None if invested is None else self.before + invested

    @property
    def findings(self) -> list[Finding]:
        """Return what is wrong with the row."""
        row = self.report
        return check_report(
            investment=row.investment,
            before=self.before,
            total=self.member.project.total_investment,
            progress=row.progress,
            problem_kind=row.problem_kind,
            problem=row.problem,
            demand=row.demand,
            due_on=row.due_on,
            reason=row.note,
            usual=self.usual,
        )

    @property
    def stopping(self) -> dict[str, str]:
        """Return what keeps the return from being submitted, by field: errors, and doubts without a note."""
        return {
            one.place if one.severity is Severity.ERROR else "note": finding_in_words(one)
            for one in self.findings
            if one.severity is Severity.ERROR or not self.report.note.strip()
        }

    @property
    def flags(self) -> list[str]:
        """Return what is odd in words, for a reader."""
        return [finding_in_words(one) for one in self.findings]


def members_reporting(unit: ReportingUnit, period: Period) -> ListMemberQuerySet:
    """Return the members of which a unit reports for a period."""
    found = ListMember.objects.reporting_in(period).filter(project__unit=unit)
    return found.with_names().order_by("project_list", "number")


def report_rows(unit_return: Return) -> list[ReportRow]:
    """Return the rows of a return's project sheet, those reported and those still to report, in the list's order."""
    stored = _with_members(ProjectReport.objects.filter(unit_return=unit_return.pk))
    members = members_reporting(unit_return.unit, unit_return.period) if unit_return.is_open else ()
    return _rows(members, stored, unit_return.period, {unit_return.unit_id: unit_return})


def rows_of_units(units: Collection[ReportingUnit], period: Period) -> dict[int, list[ReportRow]]:
    """Return the rows of these units' project sheets by unit, in as many queries for many units as for one."""
    members = ListMember.objects.reporting_in(period).filter(project__unit__in=units).with_names()
    opened = {one.unit_id: one for one in Return.objects.filter(unit__in=units, period=period)}
    reports = ProjectReport.objects.filter(unit_return__in=opened.values())
    stored = _with_members(reports)
    closed = {unit for unit, one in opened.items() if not one.is_open}
    asked = [one for one in members if one.project.unit_id not in closed]
    found: dict[int, list[ReportRow]] = {unit.pk: [] for unit in units}
    by_pk = {unit.pk: unit for unit in units}
    returns = {pk: opened.get(pk) or Return(unit=by_pk[pk], period=period) for pk in by_pk}
    for row in _rows(asked, stored, period, returns):
        found[row.report.unit_return.unit_id].append(row)
    return found


def _with_members(reports: QuerySet[ProjectReport]) -> dict[int, ProjectReport]:
    named = (
        *("unit_return", "member__project__region", "member__project__unit"),
        *("member__project_list__plan", "member__stage"),
    )
    return {row.member_id: row for row in reports.select_related(*named)}


def _rows(
    asked: Iterable[ListMember], stored: Mapping[int, ProjectReport], period: Period, returns: Mapping[int, Return]
) -> list[ReportRow]:
    members = {row.pk: row for row in asked}
    members |= {row.member_id: row.member for row in stored.values() if not row.is_empty}
    before = invested_before(members.values(), period) if members else {}
    return [
        ReportRow(one, stored.get(one.pk) or _new_report(one, returns), *before[one.pk])
        for one in sorted(members.values(), key=lambda one: (one.project_list_id, one.number))
    ]


def _new_report(member: ListMember, returns: Mapping[int, Return]) -> ProjectReport:
    return ProjectReport(unit_return=returns[member.project.unit_id or 0], member=member)


def invested_before(members: Collection[ListMember], period: Period) -> dict[int, tuple[Decimal, Decimal | None]]:
    """Return what was invested in each project before a period: in earlier years, and as reported since.

    With it the mean of the periods in which something was.
    """
    rows = ProjectReport.objects.reported().filter(
        member__in=[one.pk for one in members], unit_return__period__ends_on__lt=period.ends_on
    )
    rows = rows.annotate(counted=INVESTED).order_by()
    how = {"total": Sum("counted"), "number": Count("pk", filter=Q(counted__gt=0))}
    sums = {pk: (total or ZERO, number) for pk, total, number in rows.values_list("member").annotate(**how)}
    found = {}
    for one in members:
        total, number = sums.get(one.pk, (ZERO, 0))
        found[one.pk] = ((one.invested_before or ZERO) + total, total / number if number and total > 0 else None)
    return found


def stopping_rows(rows: Sequence[ReportRow]) -> dict[str, str]:
    """Return what keeps a sheet from being submitted, by the number of the project and the field."""
    return {f"{row.member.pk}: {name}": words for row in rows for name, words in row.stopping.items()}
