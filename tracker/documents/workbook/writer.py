"""Writes a report: sheet by sheet and row by row, so that a long list needs no more memory than a short one."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any, cast

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.shape import Cover, LongRows, Report, Sheet
from tracker.documents.workbook import layout, long_sheet, package
from tracker.documents.workbook.addresses import Addresses, key_of
from tracker.documents.workbook.cells import clean
from tracker.documents.workbook.charts import write_charts
from tracker.documents.workbook.cover import CoverWriter
from tracker.documents.workbook.long_figures import fitted
from tracker.documents.workbook.long_sheet import ROW_LIMIT, LongSheetWriter, parts_of
from tracker.documents.workbook.package import Stream
from tracker.documents.workbook.sheet import ROWS_PER_STEP, SheetWriter
from tracker.documents.workbook.stored import RowWriter
from tracker.documents.workbook.styles import Styles

Progress = Callable[[str], None]


def ignore_progress(text: str) -> None:
    """For those who need no progress."""


def count_steps(report: Report) -> int:
    """Return how often `write_workbook` will report progress."""
    parts = (part for sheet in report.sheets for part in parts_of(sheet, ROW_LIMIT))
    return bool(report.cover) + sum(1 + len(part.rows) // _rows_per_step(part) for part in parts)


def write_workbook(
    report: Report, path: Path, *, progress: Progress = ignore_progress, row_limit: int = ROW_LIMIT
) -> None:
    """Write the report to this path, in the active language, or leave nothing there nor beside it.

    `progress` hears each sheet's name, and how many of its rows are written. A sheet holds `row_limit` rows.
    """
    report, workbook = fitted(report), Workbook(write_only=True)
    _set_properties(workbook, report)
    try:
        streams = _write_sheets(workbook, report, path, progress, row_limit)
        package.save_package(workbook, path, streams)
    except BaseException:
        package.discard(workbook, path)
        raise


def _write_sheets(
    workbook: Workbook, report: Report, path: Path, progress: Progress, row_limit: int
) -> dict[str, Stream]:
    """Write the sheets, of long ones what stands around their rows; those are returned, to be streamed."""
    styles = Styles(workbook)
    parts = [(part, rows) for sheet in report.sheets for part, rows in _parts(sheet, row_limit)]
    names = iter(layout.sheet_names(_wanted_names(report.cover, [part for part, _rows in parts])))
    cover_name = next(names) if report.cover else ""
    named = [(part, rows, next(names), next(names) if part.chart_page else "") for part, rows in parts]
    addresses = Addresses({name: part for part, _rows, name, _charts in named}, report.marker)
    if report.cover:
        progress(cover_name)
        CoverWriter(_new_sheet(workbook, cover_name, path), report.cover, report.marker, styles, addresses).write()
    streams = {}
    held = {key_of(part): part for part, _rows, _name, _charts in named}
    for part, rows, name, chart_name in named:
        progress(name)
        target = _new_sheet(workbook, name, path)
        if rows is None:
            SheetWriter(target, part, report.marker, styles, addresses).write(partial(progress, name))
        else:
            long = LongSheetWriter(target, part, report.marker, styles, addresses)
            long.write(partial(progress, name))
            streams[long.file] = long.stream(rows, partial(_progress_in, progress, name))
        if part.chart_page:
            target = _new_sheet(workbook, chart_name, path)
            write_charts(target, part.chart_page, held, report.marker, styles, addresses)
    for name, reference in report.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=addresses.absolute(reference))
    return streams


def _wanted_names(cover: Cover | None, sheets: Iterable[Sheet]) -> Iterator[str]:
    """Return what the sheets would be called, in the order in which they stand."""
    if cover:
        yield cover.name
    for sheet in sheets:
        yield sheet.name
        if sheet.chart_page:
            yield sheet.chart_page.name


def _new_sheet(workbook: Workbook, name: str, path: Path) -> Worksheet:
    """Create a sheet that grows in a file beside the workbook's, where the cleanup after a killed worker finds it."""
    # A write-only sheet has a worksheet's settings, which its type leaves out.
    sheet = cast("Worksheet", workbook.create_sheet(name))
    # openpyxl makes no writer of its own where there is one.
    sheet._writer = RowWriter(sheet, f"{path}.sheet{len(workbook.worksheets)}")  # type: ignore[attr-defined]
    return sheet


def _parts(sheet: Sheet, row_limit: int) -> Iterator[tuple[Sheet, Iterator[tuple[Any, ...]] | None]]:
    """Yield the sheets that a list fills, each with the rows it takes its own from.

    None in place of the rows for a sheet that holds its rows.
    """
    rows = _read(sheet.rows) if isinstance(sheet.rows, LongRows) else None
    for part in parts_of(sheet, row_limit):
        yield part, rows


def _read(rows: LongRows) -> Iterator[tuple[Any, ...]]:
    """From the first, when the first is asked for."""
    yield from rows.read()


def _rows_per_step(sheet: Sheet) -> int:
    """Return a number of rows that takes about as long for each sheet: streamed rows are ten times as fast."""
    return long_sheet.ROWS_PER_STEP if isinstance(sheet.rows, LongRows) else ROWS_PER_STEP


def _progress_in(progress: Progress, sheet: str, done: int, count: int) -> None:
    words = {"sheet": sheet, "done": f"{done:,}", "count": f"{count:,}"}
    progress(_("%(sheet)s, row %(done)s of %(count)s") % words)


def _set_properties(workbook: Workbook, report: Report) -> None:
    workbook.properties.title = clean(report.title)
    workbook.properties.creator = clean(report.issuer)
    if report.made_at:  # without a zone, as the format has it
        workbook.properties.created = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        workbook.properties.modified = workbook.properties.created
    for name, value in report.properties.items():
        setattr(workbook.properties, name, clean(value))
