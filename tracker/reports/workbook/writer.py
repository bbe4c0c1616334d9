"""Writes a report: sheet by sheet and row by row, so that a long list needs no more memory than a short one."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from tracker.reports.shape import Report
from tracker.reports.workbook import layout
from tracker.reports.workbook.addresses import Addresses
from tracker.reports.workbook.cells import clean
from tracker.reports.workbook.cover import CoverWriter
from tracker.reports.workbook.sheet import ROWS_PER_STEP, SheetWriter
from tracker.reports.workbook.styles import Styles


def ignore_progress(text: str) -> None:
    """For those who need no progress."""


def count_steps(report: Report) -> int:
    """How often `write_workbook` will report progress."""
    return bool(report.cover) + sum(1 + len(sheet.rows) // ROWS_PER_STEP for sheet in report.sheets)


def write_workbook(report: Report, path: Path, *, progress: Callable[[str], None] = ignore_progress) -> None:
    """Write the report to this path, in the active language; `progress` hears each sheet's name as it grows."""
    workbook = Workbook(write_only=True)
    _set_properties(workbook, report)
    try:
        _write_sheets(workbook, report, progress)
        workbook.save(path)
    except BaseException:
        _discard(workbook)
        raise


def _write_sheets(workbook: Workbook, report: Report, progress: Callable[[str], None]) -> None:
    styles = Styles(workbook)
    covers = [report.cover.name] if report.cover else []
    names = layout.sheet_names([*covers, *(sheet.name for sheet in report.sheets)])
    addresses = Addresses(report.sheets, names[len(covers) :], report.marker)
    if report.cover:
        progress(names[0])
        CoverWriter(_new_sheet(workbook, names[0]), report.cover, report.marker, styles, addresses).write()
    for sheet, name in zip(report.sheets, names[len(covers) :], strict=True):
        progress(name)
        target = _new_sheet(workbook, name)
        SheetWriter(target, sheet, report.marker, styles, addresses).write(partial(progress, name))
    for name, reference in report.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=addresses.absolute(reference))


def _new_sheet(workbook: Workbook, name: str) -> Worksheet:
    """A write-only sheet has a worksheet's settings, which its type leaves out."""
    return cast("Worksheet", workbook.create_sheet(name))


def _discard(workbook: Workbook) -> None:
    """Remove the temporary file of each sheet, which openpyxl else keeps until the process ends."""
    sheets: list[Any] = workbook.worksheets  # write-only ones, of which the types tell little
    for sheet in sheets:
        if sheet._writer is None:
            continue
        if not sheet.closed:
            sheet.close()
        with suppress(OSError, ValueError):  # removed already, when saving had come so far
            sheet._writer.cleanup()


def _set_properties(workbook: Workbook, report: Report) -> None:
    workbook.properties.title = clean(report.title)
    workbook.properties.creator = clean(report.issuer)
    for name, value in report.properties.items():
        setattr(workbook.properties, name, clean(value))
