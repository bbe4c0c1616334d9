"""月度趋势: every target's verified amount month by month, with charts; the cells that the summary adds up."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.documents import wording
from tracker.documents.compliance.figures import ComplianceFigures, TargetLine
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.shape import Chart, ChartPage, Column, Formula, Kind, Row, Sheet, Value

KEY = "monthly"
LAST_YEAR, LAST_YEAR_TO_DATE = "last_year", "last_year_to_date"
#: A chart for each of the first targets; of more, none finds the one that matters.
MOST_CHARTS = 12


def monthly(figures: ComplianceFigures, sums: LedgerSums) -> Sheet:
    """The sheet."""
    codes = [span.code for span in figures.book.periods]
    has_last_year = any(tally.value is not None for tally in figures.book.last_year.leaves.values())
    return Sheet(
        name=_("Monthly trend"),
        title=_("%(plan)s: monthly trend") % {"plan": figures.plan},
        columns=_columns(codes, has_last_year=has_last_year),
        rows=[_row(number, line, figures, sums, has_last_year) for number, line in enumerate(figures.targets, 1)],
        right=_("Unit: as in each row"),
        notes=[_("Verified amounts of each month, not cumulative. “—”: no verified data, which is not zero.")],
        frozen_columns=2,
        key=KEY,
        chart_page=_chart_page(figures, codes),
    )


def _columns(codes: Sequence[str], *, has_last_year: bool) -> list[Column]:
    columns = [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Unit of measure")),
        *(Column(code, Kind.AMOUNT, is_unrounded=True, key=code) for code in codes),
    ]
    if has_last_year:
        group = _("Last year")
        columns += [
            Column(_("same month"), Kind.AMOUNT, group=group, is_unrounded=True, key=LAST_YEAR),
            Column(_("to date"), Kind.AMOUNT, group=group, is_unrounded=True, key=LAST_YEAR_TO_DATE),
        ]
    return columns


def _row(number: int, line: TargetLine, figures: ComplianceFigures, sums: LedgerSums, has_last_year: bool) -> Row:
    book, place = figures.book, figures.place.code
    values: list[Value] = [number, line.name, line.unit]
    for at, span in enumerate(book.periods):
        values.append(_amount(book.tally(line.key, place, at, at + 1).value, sums.amount(line.key, period=span.code)))
    if has_last_year:
        values += [_last_year(book, line.key, place, to_date=to_date) for to_date in (False, True)]
    return Row(values, is_total=line.is_derived, decimals=line.decimals, key=line.key)


def _amount(value: Decimal | None, formula: str) -> Value:
    return Formula(formula, value) if formula and value is not None else value


def _last_year(book: FigureInputs, indicator: str, place: str, *, to_date: bool) -> Decimal | None:
    codes = [span.code for span in book.periods[0 if to_date else -1 :]]
    return book.last_year.tally(indicator, book.places_in(place), codes).value


def _chart_page(figures: ComplianceFigures, codes: Sequence[str]) -> ChartPage | None:
    shown = [line for line in figures.graded if line.standing.to_date.value is not None][:MOST_CHARTS]
    if not shown:
        return None
    return ChartPage(
        name=_("Trend charts"),
        title=_("%(plan)s: verified amounts by month") % {"plan": figures.plan},
        charts=[Chart(wording.in_unit(line.name, line.unit), row=line.key, columns=codes) for line in shown],
    )
