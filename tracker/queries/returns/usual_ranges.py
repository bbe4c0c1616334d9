"""The range that a unit's values usually lie in, as it stands beside the cell to be filled in."""

from decimal import Decimal

from tracker.calculation.checks import Check
from tracker.calculation.sheet_checks import IndicatorSpec, usual_values
from tracker.models import Return
from tracker.queries.returns.check_inputs import read_sheets
from tracker.queries.returns.checks import read_indicators, read_rules


def usual_ranges(unit_return: Return) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the usual range of each indicator of a return, by its code, in the indicator's unit.

    It is the range that a manager set, or else the one that the checks learn from the unit's history. Indicators with
    neither are left out, and so are counts without a range of their own.
    """
    sheet = read_sheets([unit_return.pk], {})[unit_return.pk]
    rules, specs = read_rules(), read_indicators()
    ranges: dict[str, tuple[Decimal, Decimal]] = {}
    for code in sheet.values:
        usual, spreads = usual_values(sheet, code), rules.of(Check.RANGE, code).high
        if code in sheet.expected:
            ranges[code] = sheet.expected[code]
        elif usual is not None and spreads is not None and not specs.get(code, IndicatorSpec(code)).is_whole:
            ranges[code] = usual.range(spreads)
    return ranges
