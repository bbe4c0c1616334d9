"""A return to read: what the unit said, what was accepted, what is odd about it, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tracker.calculation.comparison import adjustment
from tracker.documents.return_sheet import ProjectLine, ReturnLine, build_projects_sheet, build_return_sheet, signatures
from tracker.documents.wording import listed
from tracker.models import Return, User
from tracker.models.access import Capability, scope_of
from tracker.queries.projects.reports import ReportRow
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import check_return
from tracker.queries.returns.history import HistoryLine, cell_history, readable, return_history, without_first_filing
from tracker.queries.returns.linked_cells import LinkMark, link_marks, linked_cells
from tracker.queries.returns.project_rows import rows_readable_by
from tracker.queries.returns.return_rows import ReturnRow, load_return_rows
from tracker.templatetags.reading import return_name
from tracker.views.exporting import workbook_of
from tracker.web.page_clock import page_now
from tracker.web.requests import SignedInRequest

#: What is done on the return's other page.
WORK = (Capability.ENTER, Capability.VERIFY)


@dataclass(frozen=True)
class ReadLine:
    """One row as this person may read it."""

    row: ReturnRow
    reported: Decimal | None
    note: str
    flags: list[FlagMessage]
    history: list[HistoryLine]
    links: Sequence[LinkMark] = ()

    @property
    def difference(self) -> Decimal | None:
        """Return the adjustment of the value that this person may read."""
        return adjustment(self.reported, self.row.entry.verified_value)


@require_safe
def unit_return(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """One return, for whoever may read it, or as a file; entering and reviewing have a page of their own."""
    found = get_object_or_404(Return.objects.visible_to(request.user).with_names(), pk=pk)
    if "_export" in request.GET:
        return _file(request, found)
    now, plan_id = page_now(found.period.plan), found.period.plan_id
    context = {
        "filed": found,
        "period": found.period,
        "plan": found.period.plan,
        "lines": _lines(found, request.user),
        "projects": rows_readable_by(found, request.user),
        "signatures": signatures(),
        "waits_for": found.reviewing_region if found.state == Return.State.SUBMITTED else None,
        "history": return_history(found, request.user),
        "is_overdue": found.is_overdue(now),
        "reads_figures": scope_of(request.user, Capability.VIEW, plan_id=plan_id).covers_region(found.unit.region),
        "works_here": any(found.is_within(request.user, what) for what in WORK),
    }
    return render(request, "tracker/return.html", context)


def _file(request: SignedInRequest, found: Return) -> HttpResponseBase:
    """Return the return as a workbook, as far as the user may read it."""
    plan = found.period.plan
    lines = [
        ReturnLine(
            indicator=str(line.row.indicator),
            unit=str(line.row.indicator.unit),
            reported=line.reported,
            verified=line.row.entry.verified_value,
            difference=line.difference,
            note=line.note,
            decimals=line.row.indicator.decimals,
        )
        for line in _lines(found, request.user)
    ]
    head = (return_name(found), str(found.get_state_display()), str(plan))
    projects = [_project_line(row) for row in rows_readable_by(found, request.user)]
    more = [build_projects_sheet(*head, projects)] if projects else []
    how: dict[str, Any] = {"identifier": "return", "issuer": str(found.unit), "filters": {"return": str(found)}}
    return workbook_of(request, build_return_sheet(*head, lines), more=more, plan=plan, **how)


def _project_line(row: ReportRow) -> ProjectLine:
    return ProjectLine(
        number=row.member.number,
        name=str(row.member.project),
        reported=row.report.investment,
        verified=row.report.verified_investment,
        difference=row.report.adjustment,
        to_date=row.to_date,
        progress=row.report.progress,
        problem=row.report.problem,
        note=listed(filter(None, (row.report.note, row.changed.text if row.changed else ""))),
    )


def _lines(found: Return, user: User) -> list[ReadLine]:
    rows = load_return_rows(found)
    said = {row.indicator.code: _said(row, found, user) for row in rows}
    values = {code: value for code, (value, _note) in said.items()}
    told = describe(check_return(found, values), {code: note for code, (_value, note) in said.items()})
    links = link_marks(found, linked_cells(found), user, page_now(found.period.plan))
    return [
        ReadLine(
            row,
            *said[row.indicator.code],
            flags=[one for one in told if one.indicator == row.indicator.code],
            history=cell_history(without_first_filing(readable(row.revisions, found, user), found)),
            links=links.get(row.indicator.pk, ()),
        )
        for row in rows
    ]


def _said(row: ReturnRow, found: Return, user: User) -> tuple[Decimal | None, str]:
    """Return what the unit has said. While it corrects what came back, others read what it had submitted."""
    if not found.is_open or found.is_within(user, Capability.ENTER):
        return row.entry.reported_value, row.entry.note
    return row.reported_as_of(found.submitted_at)
