"""What the list pages share: filter, sort, page, and export of exactly the same rows."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import django_tables2 as tables
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst

from tracker.addresses import address_of
from tracker.filters.returns import ReturnFilter
from tracker.filters.targets import TargetStandingFilter
from tracker.filters.timeliness import TimelinessFilter
from tracker.models import ReportingUnit
from tracker.reports import wording
from tracker.reports.shape import Column, Report, Row, Sheet
from tracker.services.exports import export_list
from tracker.signed_in import SignedInRequest

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ListFilter = TargetStandingFilter | ReturnFilter | TimelinessFilter


def sorting(request: SignedInRequest) -> list[str] | None:
    """The columns to sort by that the address names; None leaves the table's own order."""
    return request.GET.getlist("sort") or None


def wants_workbook(request: SignedInRequest) -> bool:
    """Whether the address asks for the list as a workbook."""
    return request.GET.get("_export") == "xlsx"


def list_page(
    request: SignedInRequest, template: str, filters: ListFilter, table: tables.Table, **more: Any
) -> HttpResponse:
    """The page of the list that the address asks for, beside its filters."""
    table.paginate(per_page=PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    context = {"filters": filters, "table": table, "sorting": sorting(request), "period": filters.chosen_period, **more}
    return render(request, template, context)


def exported(
    request: SignedInRequest, filters: ListFilter, table: tables.Table, *, identifier: str, sheet: Sheet
) -> FileResponse:
    """The whole list, filtered and sorted as on the page, as a workbook."""
    chosen = {name: value for name, value in filters.data.items() if value and not name.startswith("_")}
    issuer = filters.ground.plan.issuer if filters.ground.plan else ""
    return workbook_of(request, sheet, identifier=identifier, issuer=issuer, filters=chosen)


def workbook_of(
    request: SignedInRequest, sheet: Sheet, *, identifier: str, issuer: str, filters: Mapping[str, str]
) -> FileResponse:
    """One sheet as a workbook of its own; that it left, and by which choices, is recorded."""
    has_demonstration = ReportingUnit.objects.filter(is_demonstration=True).exists()
    report = Report(
        identifier=identifier,
        title=sheet.title,
        issuer=issuer,
        sheets=[sheet],
        marker=wording.demonstration_marker() if has_demonstration else "",
    )
    content = export_list(
        report, filters=filters, acting_user=request.user, now=timezone.now(), address=address_of(request)
    )
    response = FileResponse(BytesIO(content), as_attachment=True, filename=f"{sheet.title}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


def sheet_of(table: tables.Table, title: str, *, middle: str = "") -> Sheet:
    """The table's columns and all its rows as a sheet, values unrounded."""
    columns = list(table.columns.iterall())
    return Sheet(
        name=title[:31],
        title=title,
        middle=middle,
        columns=[Column(capfirst(str(column.header)), column.column.kind) for column in columns],
        rows=[
            Row([row.get_cell_value(column.name) for column in columns], decimals=table.decimals_of(row.record))
            for row in table.rows
        ],
        has_filter=True,
        frozen_columns=1,
    )
