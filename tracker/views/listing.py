"""What the list pages share: filter, sort, choose columns, show one page, and export exactly the same rows."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

import django_tables2 as tables
from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst

from tracker.addresses import address_of
from tracker.models import ReportingUnit
from tracker.reports import wording
from tracker.reports.shape import Column, Report, Row, Sheet
from tracker.services.exports import export_list
from tracker.signed_in import SignedInRequest
from tracker.tables.compiled import values_of
from tracker.tables.pages import choose_columns, show_page

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListFilter(Protocol):
    """The filters of a list."""

    form: forms.Form
    data: Mapping[str, str]

    def is_valid(self) -> bool:
        """Whether every choice is good."""


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
    offered = [(column.name, capfirst(str(column.header))) for column in table.columns]
    has_hidden = choose_columns(table, request.GET.getlist("columns"))
    show_page(table, request.GET, PER_PAGE)
    shown = {column.name for column in table.columns}
    context = {
        "filters": filters,
        "table": table,
        "sorting": sorting(request),
        "period": getattr(filters, "chosen_period", None),
        "columns": [(name, words, name in shown) for name, words in offered],
        "chosen_columns": sorted(shown) if has_hidden else [],
        **more,
    }
    return render(request, template, context)


def exported(
    request: SignedInRequest, filters: ListFilter, table: tables.Table, *, identifier: str, sheet: Sheet
) -> FileResponse:
    """The whole list, filtered and sorted as on the page, as a workbook."""
    chosen = {name: value for name, value in filters.data.items() if value and not name.startswith("_")}
    ground = getattr(filters, "ground", None)
    issuer = ground.plan.issuer if ground and ground.plan else ""
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


def sheet_of(table: tables.Table, title: str, *, middle: str = "", chosen: Sequence[str] = ()) -> Sheet:
    """The table's columns and all its rows as a sheet, values unrounded; of the columns those chosen, if any are."""
    columns = list(table.columns if choose_columns(table, chosen) else table.columns.iterall())
    values = values_of(table, [column.name for column in columns])
    return Sheet(
        name=title[:31],
        title=title,
        middle=middle,
        columns=[Column(capfirst(str(column.header)), column.column.kind) for column in columns],
        rows=[Row(values(row.record), decimals=table.decimals_of(row.record)) for row in table.rows],
        has_filter=True,
        frozen_columns=1,
    )
