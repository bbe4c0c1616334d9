"""Set-up workbooks that tests edit as a person does, and send in."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import load_workbook

from tests.factories import NOW
from tracker.documents.setup.columns import FIRST_ROW, HEADING_ROW, KEYS_ROW
from tracker.models import Upload, User
from tracker.services.imports import setup_workbook


class Edited:
    """A workbook under the keys of its hidden rows."""

    def __init__(self, content: bytes) -> None:
        self.workbook = load_workbook(io.BytesIO(content))
        self.sheets = {}
        for sheet in self.workbook:
            table = str(sheet.cell(KEYS_ROW, 1).value).partition(".")[0]
            self.sheets[table] = sheet

    def columns(self, table: str) -> dict[str, int]:
        sheet = self.sheets[table]
        return {str(cell.value).partition(".")[2]: cell.column for cell in sheet[KEYS_ROW] if cell.value}

    def row(self, table: str, text: str) -> int:
        """The row whose first cells hold this text; the first empty one for ""."""
        sheet = self.sheets[table]
        for at in range(FIRST_ROW, sheet.max_row + 1):
            texts = {str(sheet.cell(at, column).value or "") for column in (1, 2, 3)}
            if (text and text in texts) or (not text and texts == {""}):
                return at
        raise KeyError(text)

    def set(self, table: str, text: str, **values: Any) -> str:
        """Fill in cells of a row, and return the first one's name."""
        at, columns, cell = self.row(table, text), self.columns(table), None
        for key, value in values.items():
            found = self.sheets[table].cell(at, columns[key], value)
            found.value = value
            cell = cell or found.coordinate
        return f"{self.sheets[table].title}!{cell}"

    def set_grid(self, table: str, text: str, indicator: str, value: Any) -> str:
        """Fill in a grid's cell, by the text of its row and the beginning of its column's key."""
        key = next(key for key in self.columns(table) if key.startswith(f"{indicator}@"))
        at = self.row(table, text)
        self.sheets[table].cell(at, self.columns(table)[key]).value = value
        return f"{self.sheets[table].title}!{self.sheets[table].cell(at, self.columns(table)[key]).coordinate}"

    def forget_column(self, table: str, indicator: str) -> None:
        """Take the hidden key of a grid's column away, so that its heading counts."""
        key = next(key for key in self.columns(table) if key.startswith(f"{indicator}@"))
        self.sheets[table].cell(KEYS_ROW, self.columns(table)[key]).value = None

    def add_column(self, table: str, heading: str, cells: dict[str, Any]) -> str:
        """Head the first free column of a grid and fill it in."""
        sheet = self.sheets[table]
        free = max(self.columns(table).values()) + 1
        while sheet.cell(HEADING_ROW, free).value:
            free += 1
        sheet.cell(HEADING_ROW, free).value = heading
        for text, value in cells.items():
            sheet.cell(self.row(table, text), free).value = value
        return f"{sheet.title}!{sheet.cell(HEADING_ROW, free).coordinate}"

    def content(self) -> bytes:
        buffer = io.BytesIO()
        self.workbook.save(buffer)
        return buffer.getvalue()


def checked(content: bytes, user: User) -> Upload:
    upload = setup_workbook.receive_setup(ContentFile(content, "设置.xlsx"), acting_user=user, now=NOW)
    return setup_workbook.check_setup(upload, now=NOW)


def edited(content: bytes, edit: Callable[[Edited], Any]) -> bytes:
    workbook = Edited(content)
    edit(workbook)
    return workbook.content()


def faults(upload: Upload) -> dict[str, str]:
    return {fault["place"]: fault["text"] for fault in upload.preview["faults"]}


def changes(upload: Upload) -> list[tuple[str, str]]:
    return [(one["table"], one["change"]) for one in upload.preview["changes"]]
