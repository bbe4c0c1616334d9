"""The values of many returns for whoever verifies them together: each with what it is compared with and its flags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tracker.calculation.checks import Severity
from tracker.calculation.sheet_checks import CheckedReturn, IndicatorSpec, check_sheet, usual_values
from tracker.documents.wording import exact, rate
from tracker.models import Entry, Return
from tracker.queries.returns.check_inputs import read_sheets
from tracker.queries.returns.check_wording import FlagMessage, describe
from tracker.queries.returns.checks import read_indicators, read_rules

#: How suspicious a flag makes a value; an explained warning less than one that is open.
WEIGHTS = {Severity.ERROR: Decimal(1000), Severity.WARNING: Decimal(100), Severity.HINT: Decimal(10)}
EXPLAINED = Decimal(50)
#: How far a value lies from the usual one counts less than any flag: at most so many spreads.
MOST_SPREADS = Decimal(9)


@dataclass(frozen=True)
class BulkLine:
    """One value: the indicator's name, the value, that of the period before, how much of the share is used, its note
    and its flags. `suspicion` orders lines, the highest first."""

    indicator: str
    value: str
    before: str
    share_used: str
    note: str
    flags: tuple[FlagMessage, ...]
    suspicion: Decimal


def load_bulk_lines(returns: Iterable[Return]) -> dict[int, list[BulkLine]]:
    """Return the lines of each return, the most suspicious first. A fixed number of queries, however many returns."""
    wanted = [one.pk for one in returns]
    sheets, rules, specs = read_sheets(wanted, {}), read_rules(), read_indicators()
    found = [(pk, flag) for pk, sheet in sheets.items() for flag in check_sheet(sheet, rules, specs)]
    cells = list(Entry.objects.filter(unit_return__in=wanted).select_related("indicator__unit").order_by("pk"))
    notes = {(cell.unit_return_id, cell.indicator.code): cell.note for cell in cells}
    flags: dict[tuple[int, str], list[FlagMessage]] = {}
    for (pk, flag), message in zip(found, describe(flag for _pk, flag in found), strict=True):
        is_explained = flag.severity is Severity.WARNING and bool(notes.get((pk, flag.indicator), "").strip())
        explained = FlagMessage(**{**vars(message), "is_explained": is_explained})
        flags.setdefault((pk, flag.indicator), []).append(explained)
    lines: dict[int, list[BulkLine]] = {pk: [] for pk in wanted}
    for cell in cells:
        code = cell.indicator.code
        here = flags.get((cell.unit_return_id, code), [])
        lines[cell.unit_return_id].append(_line(cell, sheets[cell.unit_return_id], specs, here))
    return {pk: sorted(here, key=lambda line: -line.suspicion) for pk, here in lines.items()}


def suspicion_of(lines: Iterable[BulkLine]) -> Decimal:
    """Return how suspicious a return is: as its most suspicious value."""
    return max((line.suspicion for line in lines), default=Decimal(0))


def _line(cell: Entry, sheet: CheckedReturn, specs: Mapping[str, IndicatorSpec], flags: list[FlagMessage]) -> BulkLine:
    indicator = cell.indicator
    unit = indicator.unit
    before = sheet.before.get(indicator.code)
    return BulkLine(
        indicator=str(indicator),
        value="—" if cell.reported_value is None else f"{exact(cell.reported_value, indicator.decimals)} {unit}",
        before=exact(before, indicator.decimals),
        share_used=_share_used(cell, sheet, specs[indicator.code]),
        note=cell.note,
        flags=tuple(flags),
        suspicion=_suspicion(cell, sheet, flags),
    )


def _share_used(cell: Entry, sheet: CheckedReturn, spec: IndicatorSpec) -> str:
    """Return how much of the unit's allocated target is reached with this value, in %."""
    share, value = sheet.shares.get(spec.code), cell.reported_value
    if not share or value is None:
        return "—"
    so_far = sum(sheet.this_year(spec.code), Decimal(0)) if spec.adds_up else Decimal(0)
    return rate((so_far + value) / share * 100)


def _suspicion(cell: Entry, sheet: CheckedReturn, flags: list[FlagMessage]) -> Decimal:
    by_flags = sum((EXPLAINED if one.is_explained else WEIGHTS[one.severity] for one in flags), Decimal(0))
    usual = usual_values(sheet, cell.indicator.code)
    if usual is None or not usual.spread or cell.reported_value is None:
        return by_flags
    return by_flags + min(MOST_SPREADS, abs(cell.reported_value - usual.median) / usual.spread)
