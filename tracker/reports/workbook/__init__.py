"""The one writer that renders any report as an .xlsx file; the only room that knows openpyxl."""

from tracker.reports.workbook.writer import count_steps, write_workbook

__all__ = ["count_steps", "write_workbook"]
