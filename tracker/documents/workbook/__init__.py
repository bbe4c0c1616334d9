"""The one writer that renders any report as an .xlsx file; the only room that knows openpyxl."""

from tracker.documents.workbook.layout import sheet_names
from tracker.documents.workbook.setup import write_setup
from tracker.documents.workbook.template import write_template
from tracker.documents.workbook.writer import count_steps, write_workbook

__all__ = ["count_steps", "sheet_names", "write_setup", "write_template", "write_workbook"]
