"""台账: an export of the verified entries of any selection, with the sums of each indicator."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import wording
from tracker.documents.compliance.figures import LedgerLine
from tracker.documents.compliance.ledger import KEY, ledger_columns, ledger_notes, ledger_rows
from tracker.documents.compliance.ledger_sums import NAMES, can_be_sought, is_reckoned, quoted
from tracker.documents.frames import signed
from tracker.documents.shape import Column, Formula, Kind, Report, Row, Sheet, Value

IDENTIFIER = "ledger"


@dataclass(frozen=True)
class LedgerFigures:
    """The lines of a selection; `period` says from when to when, `indicators` which, if not all.

    `prepared_by` is the person who issued it; empty for the system.
    """

    plan: str
    issuer: str
    period: str
    indicators: str
    as_of: datetime
    lines: Collection[LedgerLine]
    is_demonstration: bool = False
    prepared_by: str = ""


@dataclass
class _Sum:
    """One indicator's lines so far."""

    first: LedgerLine
    lines: int = 0
    verified: Decimal = Decimal(0)


def build_ledger_report(figures: LedgerFigures) -> Report:
    """Return the report in the active language."""
    sheets = [_sums(figures), _lines(figures)]
    return Report(
        made_at=figures.as_of,
        identifier=IDENTIFIER,
        title=_("%(plan)s: ledger (%(period)s)") % {"plan": figures.plan, "period": figures.period},
        issuer=figures.issuer,
        sheets=[
            signed(
                replace(sheet, right=_("Unit: as in each row")),
                issuer=figures.issuer,
                period=figures.period,
                prepared_by=figures.prepared_by,
                day=figures.as_of,
            )
            for sheet in sheets
        ],
        marker=wording.demonstration_marker() if figures.is_demonstration else "",
        properties={"subject": figures.period, "description": _as_of(figures), "category": _("Ledger")},
        names=NAMES,
    )


def _sums(figures: LedgerFigures) -> Sheet:
    found: dict[str, _Sum] = {}
    for line in figures.lines:
        one = found.setdefault(line.indicator_code, _Sum(line))
        one.lines += 1
        one.verified += line.verified
    names = [one.first.indicator for one in found.values()]
    is_live = is_reckoned(len(figures.lines), 2 * len(found))
    return Sheet(
        name=_("Sums"),
        title=_("%(plan)s: sums of the ledger") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Indicator")),
            Column(_("Unit of measure")),
            Column(_("Lines"), Kind.COUNT),
            Column(pgettext("ledger", "Verified"), Kind.AMOUNT, is_exact=True),
        ],
        rows=[
            _sum_row(number, one, is_live=is_live and can_be_sought(one.first.indicator, names))
            for number, one in enumerate(found.values(), 1)
        ],
        basis=("", "", _as_of(figures)),
        notes=[
            _("Indicators: %(names)s") % {"names": figures.indicators or _("all")},
            _("Sums of the listed rows. For point-in-time indicators the sum is not the cumulative value."),
        ],
        notice="" if found else _("No verified data in this selection."),
        frozen_columns=2,
        key="sums",
    )


def _sum_row(number: int, one: _Sum, *, is_live: bool) -> Row:
    name = quoted(one.first.indicator)
    lines: Value = one.lines
    verified: Value = one.verified
    if is_live:
        lines = Formula(f'SUMPRODUCT((ledger_indicator="{name}")*1)', one.lines)
        verified = Formula(f'ROUND(SUMPRODUCT((ledger_indicator="{name}")*ledger_verified),6)', one.verified)
    values: list[Value] = [number, one.first.indicator, one.first.measure_unit, lines, verified]
    return Row(values, decimals=one.first.decimals)


def _lines(figures: LedgerFigures) -> Sheet:
    return Sheet(
        name=_("Ledger"),
        title=_("%(plan)s: ledger of verified entries") % {"plan": figures.plan},
        columns=ledger_columns(),
        rows=ledger_rows(figures.lines),
        basis=("", "", _as_of(figures)),
        notes=ledger_notes(figures.lines),
        notice="" if figures.lines else _("No verified data in this selection."),
        has_filter=True,
        frozen_columns=4,
        key=KEY,
        is_large=True,
    )


def _as_of(figures: LedgerFigures) -> str:
    return _("Data as of: %(moment)s") % {"moment": wording.stamp(figures.as_of)}
