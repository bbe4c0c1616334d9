"""The keys on a template's hidden sheet: which cell is which, signed, so that a changed key is noticed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.documents.template import FIRST_ROW, KEYS_SHEET, VERSION, TemplateSheet
from tracker.uploads.faults import UploadRefused
from tracker.uploads.workbook import Workbook

MARK = "policy-target-tracker"
SALT = "tracker.template"
#: How many cells the longest row of keys has.
WIDTH = 9


@dataclass(frozen=True)
class RowKey:
    """A row of a sheet: the indicator it is for, its name as printed, and what stood in it from the start.

    The last three were printed in locked cells, so that what is typed over them can be told.
    """

    row: int
    indicator: str
    name: str
    value: str
    note: str
    target: str
    last_month: str
    last_year: str


@dataclass(frozen=True)
class ProjectKey:
    """A row of a project sheet: the member of a list, its name as printed, and what was reported from the start."""

    row: int
    member: int
    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class SheetKey:
    """A sheet: its name, the unit it is for, and the version of the unit's return, 0 when it was not opened."""

    name: str
    unit: str
    version: int
    rows: tuple[RowKey, ...]
    projects_name: str = ""
    projects: tuple[ProjectKey, ...] = ()


@dataclass(frozen=True)
class Keys:
    """What a template is for."""

    plan: str
    period: str
    sheets: tuple[SheetKey, ...]


def make_keys(plan: str, period: str, sheets: Sequence[TemplateSheet]) -> list[list[str]]:
    """Return the rows of the hidden sheet."""
    rows = list(_rows(plan, period, sheets))
    return [[MARK, VERSION], ["signature", _signature(rows)], *rows]


def read_keys(workbook: Workbook) -> Keys:
    """Return the keys as they were written. Raise UploadRefused if there are none, or if they were changed."""
    sheet = workbook.sheet(KEYS_SHEET)
    if sheet is None or sheet.cell(1, 1).text != MARK:
        raise UploadRefused.because("no_template")
    if sheet.cell(1, 2).text != VERSION:
        raise UploadRefused.because("other_version")
    last = max(row for row, _column in sheet.cells)
    if last > len(sheet.cells):  # no key is an empty row: one far below was put there
        raise UploadRefused.because("keys_changed")
    rows = [_texts([sheet.cell(row, column).text for column in range(1, WIDTH + 1)]) for row in range(3, last + 1)]
    if not constant_time_compare(sheet.cell(2, 2).text, _signature(rows)):
        raise UploadRefused.because("keys_changed")
    return _read(rows)


def plain(value: Decimal | None) -> str:
    """Return an amount as the keys store it; an empty text for None."""
    return "" if value is None else format(value.normalize(), "f")


def _rows(plan: str, period: str, sheets: Sequence[TemplateSheet]) -> Iterator[list[str]]:
    yield ["for", plan, period]
    for sheet in sheets:
        yield ["sheet", sheet.name, sheet.unit_code, str(sheet.version)]
        for number, row in enumerate(sheet.rows, FIRST_ROW):
            printed = [plain(value) for value in (row.target, row.last_month, row.last_year)]
            yield ["row", str(number), row.code, row.name, plain(row.value), row.note, *printed]
        if sheet.projects:
            yield ["projects", sheet.projects_name]
        for number, one in enumerate(sheet.projects, FIRST_ROW):
            texts = json.dumps({name: text for name, text in one.texts.items() if text}, sort_keys=True)
            yield ["project", str(number), str(one.member), one.name, texts]


def _read(rows: list[list[str]]) -> Keys:
    plan, period = rows[0][1:3]
    sheets: list[SheetKey] = []
    for row in rows[1:]:
        if row[0] == "sheet":
            sheets.append(SheetKey(row[1], row[2], int(row[3]), ()))
        elif row[0] == "projects":
            sheets[-1] = replace(sheets[-1], projects_name=row[1])
        elif row[0] == "project":
            named = ProjectKey(int(row[1]), int(row[2]), row[3], json.loads(row[4]))
            sheets[-1] = replace(sheets[-1], projects=(*sheets[-1].projects, named))
        else:
            key = RowKey(int(row[1]), *[*row[2:], *[""] * WIDTH][: WIDTH - 2])
            sheets[-1] = replace(sheets[-1], rows=(*sheets[-1].rows, key))
    return Keys(plan, period, tuple(sheets))


def _signature(rows: Sequence[Sequence[str]]) -> str:
    text = json.dumps([_texts(row) for row in rows], ensure_ascii=True)
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def _texts(row: Sequence[str]) -> list[str]:
    """Return the row without the empty cells at its end, which a workbook does not store.

    Line ends, which programs vary, become equal.
    """
    texts = [text.replace("\r\n", "\n").replace("_x000D_", "").strip() for text in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts
