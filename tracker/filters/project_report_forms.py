"""The fields of a project sheet, and the form that sets how often projects are reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from tracker.models import ProjectList, ProjectProblem, ProjectReport
from tracker.queries.projects.report_texts import LENGTHS, field_label
from tracker.queries.projects.reports import ReportRow

FIELDS = ProjectReport.FIELDS


@dataclass(frozen=True)
class SheetCell:
    """A cell that is filled in: the name of its field, what stands in it, and what is wrong with it."""

    name: str
    label: str
    text: str
    kind: str = "text"
    most: int = 500
    error: str = ""
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class SheetLine:
    """A project's row with its cells."""

    row: ReportRow
    cells: Sequence[SheetCell]


@dataclass
class ProjectSheet:
    """All rows of a sheet; `data` is what was posted. A field is named by the member and the field."""

    rows: Sequence[ReportRow]
    data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """Return the version of the return that the person saw."""
        text = str(self.data.get("version", ""))
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def texts(self) -> dict[int, dict[str, str]]:
        """Return what was typed, by member and field."""
        found: dict[int, dict[str, str]] = {}
        for name in self.data:
            member, _mark, place = name.partition("-")
            if member.isdecimal() and len(member) < 18 and place in FIELDS:
                found.setdefault(int(member), {})[place] = str(self.data[name])
        return found

    def with_errors(self, fields: Mapping[str, str]) -> "ProjectSheet":
        """Return the sheet with what a refusal says of its cells."""
        return ProjectSheet(self.rows, self.data, {name.replace(": ", "-"): words for name, words in fields.items()})

    def elsewhere(self, fields: Mapping[str, str]) -> list[str]:
        """Return what a refusal says of anything but these rows: of the figures of the return."""
        here = {f"{row.member.pk}: {name}" for row in self.rows for name in FIELDS}
        return [words for name, words in fields.items() if name not in here]

    @property
    def lines(self) -> list[SheetLine]:
        """Return the rows with their cells."""
        return [SheetLine(row, [self._cell(row, name) for name in FIELDS]) for row in self.rows]

    def _cell(self, row: ReportRow, name: str) -> SheetCell:
        key = f"{row.member.pk}-{name}"
        shown = {"investment": "amount", "due_on": "date", "problem_kind": "choice"}
        kinds = [("", "—"), *((one.value, str(one.label)) for one in ProjectProblem.Kind)]
        return SheetCell(
            name=key,
            label=field_label(name),
            text=str(self.data.get(key, row.report.content[name])),
            kind=shown.get(name, "text"),
            most=LENGTHS.get(name, 30),
            error=self.errors.get(key, ""),
            choices=kinds if name == "problem_kind" else (),
        )


class ReportingForm(forms.ModelForm):
    """Form of the frequency at which units report on the projects of a list."""

    class Meta:
        model = ProjectList
        fields = ("frequency", "preparation_frequency", "reports_from")
        widgets = {"reports_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
