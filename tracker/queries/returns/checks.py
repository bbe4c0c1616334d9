"""What is odd about returns: their figures gathered, then checked by rules that are data."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tracker.calculation.checks import Check, CheckBounds, Flag, Severity
from tracker.calculation.rollup import Rollup
from tracker.calculation.sheet_checks import IndicatorSpec, Rules, check_sheet
from tracker.models import CheckRule, Indicator, IndicatorPart, Return
from tracker.queries.returns.check_inputs import read_sheets

#: Indicators counted in a unit of this dimension are rates: their changes are in percentage points.
SHARE = "share"


def check_return(unit_return: Return, values: Mapping[str, Decimal | None] | None = None) -> list[Flag]:
    """Return what is odd about a return, by rows, the gravest first; `values` stand in for the stored ones, by code.

    A fixed number of queries, whatever the rows. What the flags say in words is in `check_wording`.
    """
    return _flags({unit_return.pk: unit_return}, {unit_return.pk: values or {}})[unit_return.pk]


def flags_of(returns: Iterable[Return]) -> dict[int, list[Flag]]:
    """Return what is odd about each of many returns, by their primary keys, in as many queries as for one."""
    return _flags({one.pk: one for one in returns}, {})


def _flags(returns: Mapping[int, Return], typed: Mapping[int, Mapping[str, Decimal | None]]) -> dict[int, list[Flag]]:
    if not returns:
        return {}
    rules, indicators = read_rules(), read_indicators()
    sheets = read_sheets(returns, typed)
    return {pk: check_sheet(sheets[pk], rules, indicators) for pk in returns}


def read_rules() -> Rules:
    """Return the check rules that are set."""
    return Rules(
        {
            (Check(row.kind), row.indicator.code if row.indicator else ""): CheckBounds(
                Check(row.kind), Severity(row.severity), row.low, row.high
            )
            for row in CheckRule.objects.select_related("indicator").order_by()
        }
    )


def read_indicators() -> dict[str, IndicatorSpec]:
    """Return what the checks need to know of every indicator, by its code."""
    fields = (
        "pk",
        "code",
        "over_periods",
        "unit__dimension",
        "unit__factor",
        "unit__is_countable",
        "included_in_id",
        "numerator_id",
        "denominator_id",
    )
    rows = list(Indicator.objects.order_by("code").values_list(*fields))
    codes = {row[0]: row[1] for row in rows}
    parts: dict[int, list[str]] = {}
    for whole, part in IndicatorPart.objects.order_by("whole", "position", "pk").values_list("whole_id", "part_id"):
        parts.setdefault(whole, []).append(codes[part])
    return {
        code: IndicatorSpec(
            code=code,
            factor=factor,
            adds_up=over_periods == Rollup.SUM,
            is_rate=dimension == SHARE,
            is_whole=is_countable,
            included_in=codes.get(included_in, ""),
            parts=tuple(parts.get(pk, ())),
            numerator=codes.get(numerator, ""),
            denominator=codes.get(denominator, ""),
        )
        for pk, code, over_periods, dimension, factor, is_countable, included_in, numerator, denominator in rows
    }
