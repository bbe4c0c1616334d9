"""台账: every verified entry behind the figures, with every digit, so that anybody can add them up again."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.comparison import adjustment
from tracker.documents.compliance.figures import ComplianceFigures, LedgerLine
from tracker.documents.shape import Column, Formula, Kind, LongRows, Row, Sheet, Value
from tracker.documents.status_words import status_in_words

KEY = "ledger"
#: A longer list is streamed.
MOST_HELD = 5_000
#: Where the difference stands in a row.
DIFFERENCE = 9


def ledger(figures: ComplianceFigures) -> Sheet:
    """Return the ledger sheet, from the plan's first period to the report's."""
    return Sheet(
        name=_("Ledger"),
        title=_("%(plan)s: ledger of verified entries") % {"plan": figures.plan},
        columns=ledger_columns(),
        rows=ledger_rows(figures.ledger),
        key=KEY,
        right=_("Unit: as in each row"),
        notes=[
            _("Verified entries from the start of the plan to the end of the period, unrounded."),
            _("Data status: revised where an earlier verification accepted another value."),
            *ledger_notes(figures.ledger),
        ],
        notice=_annex(len(figures.ledger)) if figures.ledger else _("No verified data yet."),
        is_annex=True,
        is_supporting=True,
        has_filter=True,
        frozen_columns=4,
    )


def _annex(count: int) -> str:
    """Return that the rows are an annex, which does not go to the printer with the report, and how it does."""
    return _(
        "Annex: %(count)s rows, not printed with the report. To print them, clear the print area of this sheet."
    ) % {"count": f"{count:,}"}


def ledger_columns() -> list[Column]:
    """Its columns."""
    return [
        Column(_("No."), Kind.COUNT),
        Column(pgettext("ledger", "City"), key="city"),
        Column(_("Region")),
        Column(_("Reporting unit")),
        Column(_("Period"), key="period"),
        Column(_("Indicator"), key="indicator"),
        Column(_("Unit of measure")),
        Column(pgettext("ledger", "Reported"), Kind.AMOUNT, is_exact=True, key="reported"),
        Column(pgettext("ledger", "Verified"), Kind.AMOUNT, is_exact=True, key="verified"),
        Column(_("Verified less reported"), Kind.AMOUNT, is_exact=True),
        Column(_("Reason for the difference")),
        Column(_("Submitted by")),
        Column(_("Submitted at"), Kind.MOMENT),
        Column(_("Verified by")),
        Column(_("Verified at"), Kind.MOMENT),
        Column(_("Revision"), Kind.COUNT),
        Column(_("Data status")),
    ]


def ledger_rows(lines: Collection[LedgerLine]) -> Sequence[Row] | LongRows:
    """Return the lines as rows; of a long list no row is held in memory."""
    if len(lines) > MOST_HELD:
        return LongRows(len(lines), partial(_read, lines))
    return [Row(_reckoned(values), decimals=decimals) for *values, decimals in _read(lines)]


def ledger_notes(lines: Collection[LedgerLine]) -> list[str]:
    """Return what a reader who looks for the formulas must know."""
    return [_("In a list as long as this the differences are values.")] if len(lines) > MOST_HELD else []


def _reckoned(values: list[Value]) -> list[Value]:
    """Return the row with its difference calculated from its own cells."""
    difference = values[DIFFERENCE]
    if isinstance(difference, Decimal):
        values[DIFFERENCE] = Formula("ROUND({verified}-{reported},6)", difference)
    return values


def _read(lines: Collection[LedgerLine]) -> Iterator[tuple[Any, ...]]:
    for number, line in enumerate(lines, 1):
        yield (*_values(number, line), line.decimals)


def _values(number: int, line: LedgerLine) -> tuple[Value, ...]:
    return (
        number,
        line.city,
        line.region,
        line.unit,
        line.period,
        line.indicator,
        line.measure_unit,
        line.reported,
        line.verified,
        adjustment(line.reported, line.verified),
        line.reason,
        line.submitted_by,
        line.submitted_at,
        line.verified_by,
        line.verified_at,
        line.revision_id,
        status_in_words(line.status),
    )
