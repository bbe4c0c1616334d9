"""Contents of the project ledger: lists of a plan at the end of a period, as JSON that is printed in any language."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.calculation.lists.listed import Listed, Stage
from tracker.models import (
    ExpectedReturn,
    ListChange,
    ListMember,
    ProjectList,
    ProjectPermit,
    ProjectProblem,
    ProjectReport,
    ProjectReportReview,
    TakenStep,
)
from tracker.queries.documents.document_names import load_names
from tracker.queries.documents.list_at_end import ListAtEnd, pair, text_of
from tracker.queries.documents.request import ReportRequest
from tracker.queries.projects.report_reviews import values_changed

ZERO = Decimal(0)


def project_book(request: ReportRequest) -> dict[str, Any]:
    """Return the lists of a plan in a region at the end of a period."""
    period, region = request.period, request.region
    lists = ProjectList.objects.filter(plan=period.plan).order_by("-year", "pk")
    return {
        "names": load_names(period, region).as_json(),
        "lists": [_LinesOfList(one, request).content() for one in lists],
        "is_demonstration": any(one.is_demonstration for one in lists),
    }


@dataclass
class _Told:
    """Facts of each member beside its own fields, read in one query for each kind."""

    permits: dict[int, dict[str, list[str | None]]] = field(default_factory=lambda: defaultdict(dict))
    problems: dict[int, list[list[str | None]]] = field(default_factory=lambda: defaultdict(list))
    reports: dict[int, list[ProjectReport]] = field(default_factory=lambda: defaultdict(list))
    changed: Mapping[int, ProjectReportReview] = field(default_factory=dict)
    steps: dict[int, list[TakenStep]] = field(default_factory=lambda: defaultdict(list))
    late: set[int] = field(default_factory=set)


class _LinesOfList:
    """The ledger and the dispatch lines of a list, beside what every document keeps of it."""

    def __init__(self, project_list: ProjectList, request: ReportRequest) -> None:
        self.at_end = ListAtEnd(project_list, request.period, request.region)
        self.project_list, self.period = project_list, request.period
        self.day, self.now = request.period.ends_on, request.as_of
        self.stages: Sequence[Stage] = self.at_end.stages
        self.rows = list(self.at_end.members.with_names().order_by("number"))
        self.listed: Mapping[int, Listed] = self.at_end.listed
        asked = ListMember.objects.reporting_in(self.period).filter(project_list=project_list)
        self.reporting = set(asked.values_list("pk", flat=True))
        self.told = self._read()

    def content(self) -> dict[str, Any]:
        """Return all that the document prints of the list."""
        return self.at_end.content() | {
            "ledger": [self._line(row) for row in self.rows],
            "changes": [_change(one) for one in self.at_end.changes(self.period.plan.starts_on)],
            "dispatch": [line for row in self.rows for line in self._dispatch(row)],
        }

    def _read(self) -> _Told:
        told, ids = _Told(), [row.pk for row in self.rows]
        projects = [row.project_id for row in self.rows]
        for permit in _in_parts(ProjectPermit.objects, "project__in", projects):
            day = permit.granted_on
            told.permits[permit.project_id][permit.kind] = [permit.state, day.isoformat() if day else None]
        for one in _in_parts(ProjectProblem.objects.order_by("raised_on", "pk"), "project__in", projects):
            if one.raised_on <= self.day and (one.settled_on is None or one.settled_on > self.day):
                due = one.due_on.isoformat() if one.due_on else None
                told.problems[one.project_id].append([one.kind, one.description, one.demand, due])
        reports = ProjectReport.objects.verified().filter(unit_return__period__ends_on__lte=self.day)
        for report in _in_parts(
            reports.select_related("unit_return__period").order_by("unit_return__period__ends_on"), "member__in", ids
        ):
            told.reports[report.member_id].append(report)
        told.changed = values_changed(
            [
                one
                for found in told.reports.values()
                for one in found
                if one.unit_return.period.starts_on >= self.period.starts_on
            ]
        )
        taken = TakenStep.objects.verified().filter(day__range=(self.period.starts_on, self.day))
        for step in _in_parts(taken.select_related("step").order_by("day", "pk"), "member__in", ids):
            told.steps[step.member_id].append(step)
        told.late = self._late()
        return told

    def _late(self) -> set[int]:
        """Return the units whose return of this period is overdue, by the rule of all returns."""
        rows = ExpectedReturn.objects.filter(period=self.period).overdue(self.now).order_by()
        return set(rows.values_list("unit_id", flat=True))

    def _line(self, row: ListMember) -> dict[str, Any]:
        project, reports = row.project, self.told.reports[row.pk]
        here = [one for one in reports if one.unit_return.period.starts_on >= self.period.starts_on]
        earlier = [one for one in reports if one.unit_return.period.starts_on < self.period.starts_on]
        stage = self.listed[row.pk].stage_on(self.stages, self.day)
        return {
            "number": row.number,
            "name": pair(project),
            "code": project.code or project.credit_code,
            "builder": project.builder,
            "place": pair(project.region),
            "site": project.site,
            "nature": project.nature,
            "content": project.content,
            "total": text_of(project.total_investment),
            "year": text_of(row.yearly_investment),
            "before": text_of(_sum(earlier, row.invested_before)),
            "investment": text_of(_sum(here, None)),
            "progress": next((one.progress for one in reversed(reports) if one.progress), ""),
            "start": _day(project.planned_start),
            "finish": _day(project.planned_finish),
            "permits": self.told.permits[row.project_id],
            "problems": self.told.problems[row.project_id],
            "unit": pair(project.unit) if project.unit else ["", ""],
            "person": project.person,
            "leader": project.leader,
            "stage": stage.code if stage else "",
            "adjusted": [
                [text_of(one.investment), text_of(one.verified_investment), self.told.changed[one.pk].text]
                for one in here
                if one.pk in self.told.changed
            ],
        }

    def _dispatch(self, row: ListMember) -> Iterator[dict[str, Any]]:
        """Yield the member's line if anything of it changed in the period, is late, or is a problem."""
        line = self._line(row)
        changed = [[step.step.code, step.day.isoformat()] for step in self.told.steps[row.pk]]
        late = self._what_is_late(row)
        if changed or late or line["problems"]:
            kept = {name: line[name] for name in ("number", "name", "place", "unit", "stage", "problems", "progress")}
            yield kept | {"changed": changed, "late": late}

    def _what_is_late(self, row: ListMember) -> list[list[str | None]]:
        project, listed = row.project, self.listed[row.pk]
        positions = {one.code: one.position for one in self.stages}
        found: list[list[str | None]] = []
        for code, planned in (("started", project.planned_start), ("producing", project.planned_finish)):
            if planned is None or planned > self.day or code not in positions or row.state == "terminated":
                continue
            since = listed.since(self.stages, positions[code])
            if since is None or since > self.day:
                found.append([code, planned.isoformat()])
        if project.unit_id in self.told.late and row.pk in self.reporting:
            found.append(["report", None])
        return found


def _in_parts(rows: Any, lookup: str, ids: Collection[int]) -> Iterator[Any]:
    """Yield the rows of these keys; a database takes so many in one statement."""
    listed = list(ids)
    for start in range(0, len(listed), 500):
        yield from rows.filter(**{lookup: listed[start : start + 500]})


def _change(one: ListChange) -> list[Any]:
    batch, member = one.batch, one.member
    days = [one.effective_from.isoformat(), batch.issued_on.isoformat()]
    return [*days, batch.document_number, one.kind, member.number, pair(member.project), one.reason]


def _day(day: date | datetime | None) -> str | None:
    return None if day is None else day.isoformat()


def _sum(reports: Sequence[ProjectReport], before: Decimal | None) -> Decimal | None:
    amounts = [one.invested for one in reports if one.invested is not None]
    return None if before is None and not amounts else sum(amounts, before or ZERO)
