"""Understanding the project sheet of a filled-in template: what changes in each project's report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.documents.template import PROJECT_FACTS
from tracker.models import ProjectProblem, ProjectReport
from tracker.queries.imports.return_template.keys import ProjectKey, SheetKey
from tracker.queries.projects.report_texts import field_label, read_report
from tracker.uploads.faults import Fault
from tracker.uploads.places import cell_name
from tracker.uploads.workbook import CellKind, UploadedCell, UploadedSheet, Workbook

NAME = 2
EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class ReadProject:
    """A project's row as filled in: by field, what was changed since the template left."""

    key: ProjectKey
    texts: Mapping[str, str]

    def as_json(self, report: ProjectReport | None) -> dict[str, Any]:
        """Return the row as the preview keeps it, beside what stands in the report now."""
        stored = report.content if report else dict.fromkeys(ProjectReport.FIELDS, "")
        changes = [
            {"field": field_label(name), "old": stored[name], "new": text}
            for name, text in self.texts.items()
            if text != stored[name]
        ]
        cell = cell_name(self.key.row, PROJECT_FACTS + 1)
        return {
            "member": self.key.member,
            "name": self.key.name,
            "cell": cell,
            "texts": dict(self.texts),
            "changes": changes,
        }


def read_projects(workbook: Workbook, key: SheetKey) -> tuple[list[ReadProject], list[Fault]]:
    """Return the rows of a unit's project sheet that were changed, and what is wrong, at its cell."""
    if not key.projects:
        return [], []
    sheet = workbook.sheet(key.projects_name)
    if sheet is None:
        return [], [Fault("sheet_missing", key.projects_name, details={"name": key.projects_name})]
    found, faults = [], []
    for one in key.projects:
        if _plain(sheet.cell(one.row, NAME).text) != _plain(one.name):
            place = cell_name(one.row, NAME)
            return [], [Fault("rows_sorted", sheet.name, place)]
        texts = {name: text for name, text in _texts(sheet, one.row) if text != _code(name, one.texts.get(name, ""))}
        _values, wrong = read_report(texts)
        faults += [
            Fault("said", sheet.name, cell_name(one.row, _place(name)), {"text": words})
            for name, words in wrong.items()
        ]
        if texts:
            found.append(ReadProject(one, texts))
    return found, faults


def _texts(sheet: UploadedSheet, row: int) -> Iterator[tuple[str, str]]:
    for name in ProjectReport.FIELDS:
        text = _code(name, " ".join(_text(name, sheet.cell(row, _place(name))).split()))
        yield name, _plain_amount(text) if name == "investment" else text


def _code(name: str, text: str) -> str:
    """Return the code of a kind of problem that is printed in words; any other text as it is."""
    kinds = {str(kind.label): kind.value for kind in ProjectProblem.Kind}
    return kinds.get(text, text) if name == "problem_kind" else text


def _text(name: str, cell: UploadedCell) -> str:
    """Return the text of a cell; of a day that the program keeps as a number or with a time, the day."""
    days = cell.text.split(".")[0]
    if name == "due_on" and cell.kind in (CellKind.NUMBER, CellKind.DATE) and days.isdecimal() and len(days) < 6:
        return (EPOCH + timedelta(days=int(days))).isoformat()
    return cell.text[:10] if cell.kind is CellKind.DATE else cell.text


def _plain_amount(text: str) -> str:
    """Return an amount as reports keep it, or the text that is none."""
    values, wrong = read_report({"investment": text})
    amount = values.get("investment")
    return text if wrong or amount is None else f"{amount:f}"


def _place(name: str) -> int:
    return PROJECT_FACTS + 1 + ProjectReport.FIELDS.index(name)


def _plain(text: str) -> str:
    return "".join(text.split())
