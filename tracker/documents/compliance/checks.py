"""核对: sums that must be equal, each reckoned on two ways through the workbook."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.rollup import Rollup
from tracker.documents import expressions, wording
from tracker.documents.compliance.figures import ComplianceFigures, TargetLine
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.compliance.ranking import KEY as RANKING
from tracker.documents.compliance.ranking import rows_of
from tracker.documents.compliance.summary import KEY as SUMMARY
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet, Value

KEY = "checks"


def checks(figures: ComplianceFigures, sums: LedgerSums) -> Sheet:
    """Return the sheet of checks of sums."""
    found = [
        *_of_cities(figures, "cumulative", _("sum of the regions below = total, cumulative")),
        *_of_cities(figures, "month", _("sum of the regions below = total, this period")),
        *_of_parts(figures),
        *_of_ledger(figures, sums),
    ]
    return Sheet(
        name=_("Checks"),
        title=_("%(plan)s: checks of sums") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Check")),
            Column(_("Indicator")),
            Column(_("Unit of measure")),
            Column(_("Added up"), Kind.AMOUNT, is_exact=True, key="left"),
            Column(_("As reported"), Kind.AMOUNT, is_exact=True, key="right"),
            Column(_("Difference"), Kind.AMOUNT, is_exact=True, key="difference"),
            Column(_("Result"), Kind.COUNT, key="result"),
        ],
        rows=[_row(number, *check) for number, check in enumerate(found, 1)],
        right=_("Unit: as in each row"),
        notice="" if found else _("There is nothing to add up yet."),
        notes=[_("Each row adds up the same amount in two ways; spreadsheet programs recalculate it.")],
        frozen_columns=3,
        key=KEY,
        is_supporting=True,
    )


def outcome(sheet: Sheet) -> str | Formula:
    """In words for the cover: all balance, or how many do not."""
    count = len(sheet.held)
    if not count:
        return wording.MISSING
    bad = wording.balanced(False)
    good = _("all %(count)s cross-checks agree") % {"count": count}
    wrong = _(" of %(count)s cross-checks do not agree") % {"count": count}
    found = f'COUNTIF({{{KEY}!result}},"{bad}")'
    off = sum(_shown(row) == bad for row in sheet.held)
    return Formula(f'IF({found}=0,"{good}",{found}&"{wrong}")', good if not off else f"{off}{wrong}")


def _shown(row: Row) -> object:
    result = row.values[-1]
    return result.value if isinstance(result, Formula) else result


Check = tuple[str, TargetLine, Formula, Formula]


def _row(number: int, what: str, line: TargetLine, left: Formula, right: Formula) -> Row:
    if not isinstance(left.value, Decimal) or not isinstance(right.value, Decimal):
        raise TypeError("amounts are compared")
    difference = left.value - right.value
    values: list[Value] = [
        number,
        what,
        line.name,
        line.unit,
        Formula(f"ROUND({left.expression},6)", left.value),
        Formula(f"ROUND({right.expression},6)", right.value),
        Formula("ROUND({left}-{right},6)", difference),
        expressions.balanced("{left}", "{right}", difference),
    ]
    return Row(values, decimals=line.decimals)


def _of_cities(figures: ComplianceFigures, column: str, what: str) -> Iterator[Check]:
    for line in figures.targets:
        book = figures.book_of(line.key)
        keys = rows_of(line, figures) if figures.cities and is_additive(book, line.key) else []
        whole = line.standing.to_date if column == "cumulative" else line.standing.this_period
        if not keys or whole.value is None:
            continue
        first = 0 if column == "cumulative" else max(0, len(book.periods) - book.width)
        places = [place.code for place in figures.cities if line.key in place.standings]
        amounts = [book.tally(line.key, place, first).value for place in places]
        own = book.cells.tally(line.key, [book.top], [span.code for span in book.periods[first:]]).value
        added = sum((amount for amount in [*amounts, own] if amount is not None), Decimal(0))
        left = Formula(f"SUM({{{RANKING}!{column}@{keys[0]}:{keys[-1]}}})", added)
        yield what, line, left, Formula(f"{{{SUMMARY}!{column}@{line.key}}}", whole.value)


def _of_parts(figures: ComplianceFigures) -> Iterator[Check]:
    book = figures.book
    standings = {line.key: line.standing for line in figures.targets}
    for line in figures.targets:
        parts, whole = book.cells.rules[line.key].parts, line.standing.this_period.value
        if not parts or whole is None or not set(standings).issuperset(parts):
            continue
        amounts = [standings[part].this_period.value for part in parts]
        cells = ",".join(f"{{{SUMMARY}!month@{part}}}" for part in parts)
        added = sum((amount for amount in amounts if amount is not None), Decimal(0))
        right = Formula(f"{{{SUMMARY}!month@{line.key}}}", whole)
        yield _("parts = total, this period"), line, Formula(f"SUM({cells})", added), right


def _of_ledger(figures: ComplianceFigures, sums: LedgerSums) -> Iterator[Check]:
    added: dict[str, Decimal] = {}
    for entry in figures.ledger:
        added[entry.indicator_code] = added.get(entry.indicator_code, Decimal(0)) + entry.verified
    for line in figures.targets:
        rule, value = figures.book.cells.rules[line.key], line.standing.to_date.value
        formula = sums.amount(line.key)
        is_sum = not rule.parts and not rule.numerator and rule.over_periods is Rollup.SUM
        if formula and value is not None and is_sum and rule.over_places is Rollup.SUM:
            right = Formula(f"{{{SUMMARY}!cumulative@{line.key}}}", value)
            yield _("ledger = cumulative"), line, Formula(formula, added.get(line.key, Decimal(0))), right


def is_additive(book: FigureInputs, indicator: str) -> bool:
    """Return True if places add up: not rates, nor what rolls up over places not at all."""
    rule = book.cells.rules[indicator]
    if rule.parts:
        return all(is_additive(book, part) for part in rule.parts)
    return not rule.numerator and not rule.is_percent and rule.over_places is Rollup.SUM
