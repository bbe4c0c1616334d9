"""What a check found, as the upload keeps it: counts, the first of each kind, and every problem as a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tracker.queries.imports.past_values.cells import PastValue, Problem
from tracker.queries.imports.past_values.check import TableCheck
from tracker.queries.imports.past_values.compare import Comparison
from tracker.queries.imports.past_values.cross_checks import CrossCheck
from tracker.queries.imports.past_values.magnitude import describe_magnitude
from tracker.queries.imports.past_values.mapping import Mapping
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.queries.imports.past_values.plausible import FlaggedValue, Plausibility
from tracker.uploads.places import cell_name

SHOWN = 100
#: So many problems are kept; whoever has more has one mistake in a column, not so many mistakes.
KEPT = 10_000


#: So many names can be matched on the page.
MATCHED = 40


@dataclass(frozen=True)
class Findings:
    """Everything that the check of a table found."""

    check: TableCheck
    comparison: Comparison
    wrong: Sequence[Problem]
    plausibility: Plausibility
    crossed: Sequence[CrossCheck]
    mapping: Mapping

    @property
    def disagreeing(self) -> list[CrossCheck]:
        """Totals that are not the sum of their parts."""
        return [one for one in self.crossed if one.agrees is False]

    @property
    def unexplained(self) -> list[Problem]:
        """Return what needs an explanation and has none."""
        note = self.mapping.notes.get("*", "").strip()
        totals = [] if note else [Problem(one.place, one.text, one.message) for one in self.disagreeing]
        return [*map(_as_problem, self.plausibility.unexplained), *totals]


class Naming:
    """Lines about values, with the names of what they are about."""

    def __init__(self, words: Vocabulary) -> None:
        self.units = {unit.pk: str(unit) for unit in words.units}
        self.periods = {period.pk: period.code for period in words.periods.values()}
        self.indicators = {one.pk: (str(one), str(one.unit)) for one in words.indicators}

    def line(self, value: PastValue) -> dict[str, str]:
        """One value: its place, what it is about, and the value in the indicator's unit."""
        name, measure = self.indicators[value.indicator]
        return {
            "place": cell_name(value.row, value.column),
            "unit": self.units[value.unit],
            "period": self.periods[value.period],
            "indicator": name,
            "measure": measure,
            "value": f"{value.value.normalize():f}",
            "text": value.text,
            "note": value.note,
        }


def make_preview(findings: Findings, *, rows: int, hidden_rows: int) -> dict[str, Any]:
    """Return counts and the first of each kind, as the upload keeps them."""
    check, comparison, wrong = findings.check, findings.comparison, findings.wrong
    naming = Naming(check.words)
    flags = findings.plausibility.flags
    return {
        "rows": rows,
        "hidden_rows": hidden_rows,
        "magnitude": describe_magnitude(comparison.to_write, findings.plausibility.last_year or {}, check.words),
        "counts": {
            "new": len(comparison.to_write),
            "same": len(comparison.same),
            "conflicts": len(comparison.conflicts),
            "corrections": len(comparison.corrections),
            "wrong": len(wrong) + len(findings.plausibility.errors),
            "unexplained": len(findings.unexplained),
            "flags": len(flags),
            "empty": check.empty,
            "totals": len(check.totals),
            "agreeing": sum(one.agrees is True for one in findings.crossed),
            "rounded": sum(value.is_rounded for value in comparison.to_write),
        },
        "returns": len({(value.unit, value.period) for value in comparison.to_write}),
        "new": [naming.line(value) for value in comparison.new[:SHOWN]],
        "same": [naming.line(value) for value in comparison.same[:SHOWN]],
        "conflicts": [
            {**naming.line(value), "message": problem.message} for value, problem in comparison.conflicts[:SHOWN]
        ],
        "corrections": [
            {**naming.line(value), "message": _("%(value)s stands now.") % {"value": f"{stands.normalize():f}"}}
            for value, stands in comparison.corrections[:SHOWN]
        ],
        "flags": [_flag_line(one, naming) for one in flags[:SHOWN]],
        "crossed": [
            {"place": one.place, "text": one.text, "message": one.message, "agrees": one.agrees}
            for one in findings.crossed
            if one.agrees is not True
        ][:SHOWN],
        "ignored": [{"row": row, "text": text} for row, text in sorted(check.ignored.items())],
        "unknown": [
            {"field": field, "text": text, "number": number}
            for (field, text), number in check.unknown.most_common(MATCHED)
        ],
        "wrong": _lines([*wrong, *map(_as_problem, findings.plausibility.errors)][:SHOWN]),
    }


def all_problems(findings: Findings) -> list[Problem]:
    """Return every problem that stands in the way of loading the table, as far as they are kept."""
    return [
        *findings.wrong,
        *map(_as_problem, findings.plausibility.errors),
        *(problem for _value, problem in findings.comparison.conflicts),
        *findings.unexplained,
    ][:KEPT]


def _as_problem(flagged: FlaggedValue) -> Problem:
    value = flagged.value
    return Problem(cell_name(value.row, value.column), value.text, str(flagged.message))


def _flag_line(flagged: FlaggedValue, naming: Naming) -> dict[str, Any]:
    message = flagged.message
    return {
        **naming.line(flagged.value),
        "note": flagged.value.note or (flagged.value.page_note if message.is_explained else ""),
        "message": message.text,
        "advice": "" if message.is_explained else message.advice,
        "mark": message.mark,
        "severity": message.severity.value,
        "severity_name": message.severity_name,
        "stops": message.stops,
    }


def _lines(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"place": one.place, "text": one.text, "message": one.message} for one in problems]
