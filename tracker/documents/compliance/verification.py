"""核减核增: what the units reported against what was verified, with the reason of every difference."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.calculation.comparison import adjustment
from tracker.documents.compliance.figures import ComplianceFigures, LedgerLine
from tracker.documents.shape import Column, Formula, Kind, Row, Sheet

DIFFERENCE = "ROUND({verified}-{reported},6)"


def verification(figures: ComplianceFigures) -> Sheet:
    """Build the sheet: indicator by indicator, the sum first."""
    rows = list(_rows(figures))
    return Sheet(
        name=_("Reported and verified"),
        title=_("%(plan)s: reported against verified") % {"plan": figures.plan},
        columns=[
            Column(_("No."), Kind.COUNT),
            Column(_("Indicator")),
            Column(_("Region")),
            Column(_("Reporting unit")),
            Column(_("Period")),
            Column(_("Unit of measure")),
            Column(pgettext("ledger", "Reported"), Kind.AMOUNT, is_exact=True, key="reported"),
            Column(pgettext("ledger", "Verified"), Kind.AMOUNT, is_exact=True, key="verified"),
            Column(_("Verified less reported"), Kind.AMOUNT, is_exact=True),
            Column(_("Reason for the difference")),
            Column(_("Verified by")),
        ],
        rows=rows,
        right=_("Unit: as in each row"),
        notice="" if rows else _("Every value was verified as it was reported."),
        notes=[_("Only values that were verified otherwise than reported, from the start of the plan.")],
        frozen_columns=2,
        is_optional=True,
        is_supporting=True,
    )


def _rows(figures: ComplianceFigures) -> Iterator[Row]:
    differing: dict[str, list[tuple[LedgerLine, Decimal]]] = {}
    for line in figures.ledger:
        if line.reported is not None and line.reported != line.verified:
            differing.setdefault(line.indicator_code, []).append((line, line.reported))
    number = 0
    for code, lines in differing.items():
        yield _sum(code, lines)
        for line, reported in lines:
            number += 1
            yield _row(number, line, reported)


def _sum(code: str, lines: list[tuple[LedgerLine, Decimal]]) -> Row:
    first, rows = lines[0][0], f"{_key(lines[0][0])}:{_key(lines[-1][0])}"
    reported = sum((value for _line, value in lines), Decimal(0))
    verified = sum((line.verified for line, _value in lines), Decimal(0))
    return Row(
        [
            "",
            first.indicator,
            _("total"),
            "",
            "",
            first.measure_unit,
            Formula(f"ROUND(SUM({{reported@{rows}}}),6)", reported),
            Formula(f"ROUND(SUM({{verified@{rows}}}),6)", verified),
            Formula(DIFFERENCE, adjustment(reported, verified)),
            "",
            "",
        ],
        is_total=True,
        decimals=first.decimals,
    )


def _row(number: int, line: LedgerLine, reported: Decimal) -> Row:
    return Row(
        [
            number,
            line.indicator,
            line.region,
            line.unit,
            line.period,
            line.measure_unit,
            reported,
            line.verified,
            Formula(DIFFERENCE, adjustment(reported, line.verified)),
            line.reason,
            line.verified_by,
        ],
        decimals=line.decimals,
        key=_key(line),
    )


def _key(line: LedgerLine) -> str:
    return f"revision {line.revision_id}"
