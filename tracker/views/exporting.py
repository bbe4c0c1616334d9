"""A list as a file: the same rows as on the page, in the same order and columns, to the last one."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import django_tables2 as tables
from django.http import FileResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.documents import wording
from tracker.documents.shape import Column, LongRows, Report, Row, Sheet
from tracker.models import Plan
from tracker.queries.errors import Refused
from tracker.queries.plans.demonstration import any_demonstration, holds_demonstration
from tracker.services.documents.export_list import export_list
from tracker.tables.compiled import values_of
from tracker.tables.ordering import QuerysetRows
from tracker.tables.pages import choose_columns
from tracker.uploads.content_types import XLSX
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest

CSV = "text/csv; charset=utf-8"
#: More rows than this are the ledger report's, which is written in the background.
MOST_ROWS = 50_000
#: From so many rows on they are streamed into the workbook.
MANY_ROWS = 1_000
CHUNK = 2_000


def wants_file(request: SignedInRequest) -> bool:
    """Return True if the address asks for the list as a file."""
    return request.GET.get("_export") in ("xlsx", "csv")


def exported(
    request: SignedInRequest, filters: Any, table: tables.Table, *, identifier: str, sheet: Sheet
) -> FileResponse:
    """Return the whole list, filtered and sorted as on the page, as a file."""
    chosen = {
        name: ",".join(values) for name, values in filters.data.lists() if any(values) and not name.startswith("_")
    }
    ground = getattr(filters, "ground", None)
    issuer = ground.plan.issuing_body if ground and ground.plan else ""
    plan = ground.plan if ground else None
    return workbook_of(request, sheet, identifier=identifier, issuer=issuer, filters=chosen, plan=plan)


def workbook_of(
    request: SignedInRequest,
    sheet: Sheet,
    *,
    identifier: str,
    issuer: str,
    filters: Mapping[str, str],
    plan: Plan | None = None,
    more: Sequence[Sheet] = (),
) -> FileResponse:
    """Give a sheet and those behind it as a file, a workbook unless CSV is asked for; record that it left."""
    as_csv = request.GET.get("_export") == "csv"
    has_demonstration = holds_demonstration(plan) if plan else any_demonstration()
    report = Report(
        identifier=identifier,
        title=sheet.title,
        issuer=issuer,
        sheets=[sheet] if as_csv else [sheet, *more],
        marker=wording.demonstration_marker() if has_demonstration else "",
    )
    content = export_list(
        report,
        filters=filters,
        acting_user=request.user,
        now=timezone.now(),
        address=address_of(request),
        as_csv=as_csv,
    )
    name, kind = (f"{sheet.title}.csv", CSV) if as_csv else (f"{sheet.title}.xlsx", XLSX)
    response = FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "no-store"
    return response


def sheet_of(table: tables.Table, title: str, *, middle: str = "", chosen: Sequence[str] = ()) -> Sheet:
    """Return the table's columns (those chosen, if any are) and all its rows as a sheet, values unrounded.

    Refuses a list that is too long for a file made while one waits.
    """
    columns = list(table.columns if choose_columns(table, chosen) else table.columns.iterall())
    values = values_of(table, [column.name for column in columns])
    rows = [Row(values(record), decimals=table.decimals_of(record)) for record in _records(table)]
    rows += _totals(table, [column.name for column in columns])
    return Sheet(
        name=title[:31],
        title=title,
        middle=middle,
        columns=[Column(capfirst(str(column.header)), column.column.kind) for column in columns],
        rows=rows
        if len(rows) < MANY_ROWS
        else LongRows(len(rows), lambda: ((*row.values, row.decimals) for row in rows)),
        has_filter=True,
        frozen_columns=1,
    )


def _totals(table: tables.Table, names: Sequence[str]) -> list[Row]:
    """Return the row of totals of a list that has one."""
    total_values = getattr(table, "total_values", None)
    values = total_values(names) if total_values else None
    return [Row(values, is_total=True, decimals=table.sums.indicator.decimals)] if values else []


def _records(table: tables.Table) -> Iterator[Any]:
    if not isinstance(table.data, QuerysetRows):
        yield from table.data.data
        return
    for number, record in enumerate(table.data.data[: MOST_ROWS + 1].iterator(CHUNK)):
        if number == MOST_ROWS:
            limit = f"{MOST_ROWS:,}"
            raise Refused(
                _("These are more than %(limit)s rows. Choose less, or ask for the ledger report.") % {"limit": limit}
            )
        yield record
