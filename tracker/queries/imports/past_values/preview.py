"""What a check found, as the upload keeps it: counts, the first of each kind, and every problem as a workbook."""

from collections.abc import Iterable, Sequence
from typing import Any

from tracker.queries.imports.past_values.cells import PastValue, Problem
from tracker.queries.imports.past_values.check import TableCheck
from tracker.queries.imports.past_values.compare import Comparison
from tracker.queries.imports.past_values.names import Vocabulary
from tracker.uploads.places import cell_name

SHOWN = 100
#: So many problems are kept; whoever has more has one mistake in a column, not so many mistakes.
KEPT = 10_000


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


def make_preview(
    check: TableCheck, comparison: Comparison, wrong: Sequence[Problem], *, rows: int, hidden_rows: int
) -> dict[str, Any]:
    """Counts and the first of each kind."""
    naming = Naming(check.words)
    return {
        "rows": rows,
        "hidden_rows": hidden_rows,
        "counts": {
            "new": len(comparison.new),
            "same": len(comparison.same),
            "conflicts": len(comparison.conflicts),
            "wrong": len(wrong),
            "empty": check.empty,
            "totals": check.totals,
        },
        "returns": len({(value.unit, value.period) for value in comparison.new}),
        "new": [naming.line(value) for value in comparison.new[:SHOWN]],
        "same": [naming.line(value) for value in comparison.same[:SHOWN]],
        "conflicts": [
            {**naming.line(value), "message": problem.message} for value, problem in comparison.conflicts[:SHOWN]
        ],
        "wrong": _lines(wrong[:SHOWN]),
    }


def all_problems(comparison: Comparison, wrong: Sequence[Problem]) -> list[Problem]:
    """Every problem that is kept."""
    return [*wrong, *(problem for _value, problem in comparison.conflicts)][:KEPT]


def _lines(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"place": one.place, "text": one.text, "message": one.message} for one in problems]
