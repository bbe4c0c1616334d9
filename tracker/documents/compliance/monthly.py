"""月度趋势: every target's verified amount period by period; the cells that the summary adds up."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.documents import expressions, wording
from tracker.documents.compliance.figures import ComplianceFigures, Frequency, TargetLine
from tracker.documents.compliance.ledger_sums import LedgerSums
from tracker.documents.compliance.statistics import breaks_note
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet, Value

KEY = "monthly"
LAST_YEAR, LAST_YEAR_TO_DATE = "last_year", "last_year_to_date"
SAME_THIS, SAME_LAST = "same_units_this", "same_units_last"


def monthly(figures: ComplianceFigures, sums: LedgerSums) -> list[Sheet]:
    """Return a sheet for each kind of period that targets are reported for."""
    return [_sheet(frequency, figures, sums) for frequency in figures.by_frequency]


def _sheet(frequency: Frequency, figures: ComplianceFigures, sums: LedgerSums) -> Sheet:
    book = frequency.book
    has_last_year = any(tally.value is not None for tally in book.last_year.leaves.values())
    name, title = _names(frequency.kind)
    rows = [
        _row(number, line, (book, figures.place.code), sums, has_last_year)
        for number, line in enumerate(frequency.lines, 1)
    ]
    return Sheet(
        name=name,
        title=title % {"plan": figures.plan},
        columns=_columns(
            [span.code for span in book.periods], has_last_year=has_last_year, has_pairs=bool(book.same_units.pairs)
        ),
        rows=rows,
        right=_("Unit: as in each row"),
        notes=[
            _("Verified amounts of each period, not cumulative. “—”: no verified data, which is not zero."),
            *breaks_note(figures.statistics),
            *([_same_units_note()] if book.same_units.pairs else []),
        ],
        frozen_columns=2,
        key=f"{KEY}{frequency.suffix}",
    )


def _names(kind: str) -> tuple[str, str]:
    """Return the name and the title of the sheet for a kind of period."""
    names = {
        "week": (_("Weekly trend"), _("%(plan)s: weekly trend")),
        "ten_days": (_("Ten-day trend"), _("%(plan)s: ten-day trend")),
        "quarter": (_("Quarterly trend"), _("%(plan)s: quarterly trend")),
        "half_year": (_("Half-yearly trend"), _("%(plan)s: half-yearly trend")),
        "year": (_("Yearly trend"), _("%(plan)s: yearly trend")),
    }
    return names.get(kind, (_("Monthly trend"), _("%(plan)s: monthly trend")))


def _columns(codes: Sequence[str], *, has_last_year: bool, has_pairs: bool) -> list[Column]:
    columns = [
        Column(_("No."), Kind.COUNT),
        Column(_("Indicator")),
        Column(_("Unit of measure")),
        *(Column(code, Kind.AMOUNT, is_unrounded=True, key=code) for code in codes),
    ]
    if has_last_year:
        group = _("Last year")
        columns += [
            Column(_("same period"), Kind.AMOUNT, group=group, is_unrounded=True, key=LAST_YEAR),
            Column(_("to date"), Kind.AMOUNT, group=group, is_unrounded=True, key=LAST_YEAR_TO_DATE),
        ]
    if has_pairs:
        group = _("Same units, cumulative")
        columns += [
            Column(_("this year"), Kind.AMOUNT, group=group, is_unrounded=True, key=SAME_THIS),
            Column(_("last year"), Kind.AMOUNT, group=group, is_unrounded=True, key=SAME_LAST),
            Column(_("Year on year"), Kind.RATE, group=group),
        ]
    return columns


def _same_units_note() -> str:
    return _(
        "Same units: only values that a unit has verified for the same month in both years are compared, so that a "
        "new unit is no growth. “—” for what does not add up over regions."
    )


def _row(number: int, line: TargetLine, of: tuple[FigureInputs, str], sums: LedgerSums, has_last_year: bool) -> Row:
    book, place = of
    values: list[Value] = [number, line.name, line.unit]
    for at, span in enumerate(book.periods):
        values.append(_amount(book.tally(line.key, place, at, at + 1).value, sums.amount(line.key, period=span.code)))
    if has_last_year:
        values += [_last_year(book, line.key, place, to_date=to_date) for to_date in (False, True)]
    if book.same_units.pairs:
        values += _same_units(book, line, place)
    return Row(values, is_total=line.is_derived, decimals=line.decimals, key=line.key)


def _same_units(book: FigureInputs, line: TargetLine, place: str) -> list[Value]:
    found = book.comparable_growth(line.key, place, to_date=True)
    if found is None:
        return [None, None, None]
    if found.growth is None or line.standing.is_count:
        shown = None if found.growth is None else wording.change(found.growth, is_rate=False, is_count=True)
        return [found.this, found.last, shown]
    cells = ("{" + key + "}" for key in (SAME_THIS, SAME_LAST))
    return [found.this, found.last, expressions.growth(found.growth, *cells)]


def _amount(value: Decimal | None, formula: str) -> Value:
    return Formula(formula, value) if formula and value is not None else value


def _last_year(book: FigureInputs, indicator: str, place: str, *, to_date: bool) -> Decimal | None:
    codes = [span.code for span in book.periods[0 if to_date else -1 :]]
    each = [book.last_year.tally(indicator, book.places_in(place), [code]).coverage for code in codes]
    if any(one.expected and not one.present for one in each):
        return None  # a sum without one of its months is no sum
    return book.last_year.tally(indicator, book.places_in(place), codes).value
