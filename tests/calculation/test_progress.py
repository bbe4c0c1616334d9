"""Targets against their schedule, by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.progress import AggregationRule, Cells, TargetProgress
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound

MONTHS = ["2020-07", "2020-08"]
CITIES = ["太原", "大同"]
RULES = {
    "gangue": AggregationRule(),
    "ash": AggregationRule(),
    "bases": AggregationRule(over_periods=Rollup.LATEST),
    "intensity": AggregationRule(over_places=Rollup.NONE),
    "waste": AggregationRule(parts=("gangue", "ash")),
    "used": AggregationRule(),
    "share": AggregationRule(Rollup.RATIO, Rollup.RATIO, numerator="used", denominator="waste"),
}


def cells(rows: dict[tuple[str, str, str], str | None]) -> Cells:
    """One owed cell per row."""
    return Cells(
        RULES,
        {
            key: Aggregate(None if value is None else Decimal(value), Coverage(int(value is not None), 1))
            for key, value in rows.items()
        },
    )


FILLED = cells(
    {
        ("gangue", "太原", "2020-07"): "10",
        ("gangue", "太原", "2020-08"): "20",
        ("gangue", "大同", "2020-07"): "40",
        ("gangue", "大同", "2020-08"): None,
        ("ash", "太原", "2020-07"): "1",
        ("ash", "太原", "2020-08"): "2",
        ("ash", "大同", "2020-07"): "4",
        ("ash", "大同", "2020-08"): "8",
        ("bases", "太原", "2020-07"): "1",
        ("bases", "太原", "2020-08"): "2",
        ("bases", "大同", "2020-07"): "1",
        ("bases", "大同", "2020-08"): "1",
        ("intensity", "太原", "2020-08"): "3",
        ("intensity", "大同", "2020-08"): "5",
        ("used", "太原", "2020-07"): "11",
        ("used", "大同", "2020-07"): "11",
    }
)


@pytest.mark.parametrize(
    ("indicator", "places", "months", "value", "coverage"),
    [
        ("gangue", ["太原"], MONTHS, "30", "2/2"),
        ("gangue", CITIES, ["2020-07"], "50", "2/2"),
        ("gangue", CITIES, MONTHS, "70", "3/4"),
        ("ash", CITIES, MONTHS, "15", "4/4"),
        ("bases", CITIES, MONTHS, "3", "2/2"),  # the last month's count, over both places
        ("intensity", ["太原"], ["2020-08"], "3", "1/1"),
        ("intensity", CITIES, ["2020-08"], None, "2/2"),  # does not add up over places
        ("waste", CITIES, ["2020-07"], "55", "2/2"),
        ("waste", CITIES, ["2020-08"], "30", "1/2"),
        ("waste", CITIES, MONTHS, "85", "3/4"),
        ("share", ["太原"], ["2020-07"], "100", "1/1"),
        ("share", ["大同"], ["2020-07"], "25", "1/1"),
        ("share", CITIES, ["2020-07"], "40", "2/2"),  # 22 of 55, not the average of 100 and 25
        ("share", ["太原"], ["2020-08"], None, "0/0"),
        ("gangue", ["阳泉"], MONTHS, None, "0/0"),
        ("gangue", CITIES, [], None, "0/0"),
    ],
)
def test_an_indicator_over_places_and_months(indicator, places, months, value, coverage):
    tally = FILLED.tally(indicator, places, months)
    assert (tally.value, str(tally.coverage)) == (None if value is None else Decimal(value), coverage)


def test_months_and_places_add_up_in_either_order():
    by_month = sum(FILLED.tally("ash", CITIES, [month]).value for month in MONTHS)
    by_place = sum(FILLED.tally("ash", [city], MONTHS).value for city in CITIES)
    assert by_month == by_place == FILLED.tally("ash", CITIES, MONTHS).value


@pytest.mark.parametrize(
    ("this", "last", "present", "expected"),
    [
        ("20", "10", 11, Decimal(100)),
        ("5", "10", 11, Decimal(-50)),
        ("0", "10", 11, Decimal(-100)),
        ("10", "0", 11, None),  # on a zero base
        ("10", None, 11, None),
        (None, "10", 11, None),
        ("20", "10", 9, None),  # nine cities against eleven would count two as zero
    ],
)
def test_month_on_month(this, last, present, expected):
    def tally(value: str | None, there: int = 11) -> Aggregate:
        return Aggregate(None if value is None else Decimal(value), Coverage(there if value is not None else 0, 11))

    found = TargetProgress(tally(this, present), tally(last), Aggregate(), None, None, Decimal(0), None, None)
    assert found.month_on_month == expected


def progress(held: str | None, due: str | None, gap: str | None, **more) -> TargetProgress:
    """A standing of which only what the shortfall follows from is set."""
    held_there, due_then, points = (None if text is None else Decimal(text) for text in (held, due, gap))
    bare = (Aggregate(), Aggregate(), Aggregate(), more.pop("target", Decimal(100)), None, Decimal(50), points, None)
    return TargetProgress(*bare, held=held_there, due=due_then, **more)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (progress("40", "50", "-10"), 10),
        (progress("50", "50", "0"), 0),
        (progress("60", "50", "10"), 0),
        (progress("60", "50", "-10", bound=Bound.AT_MOST), 10),  # a cap is used up too quickly
        (progress("40", "50", "10", bound=Bound.AT_MOST), 0),
        (progress("5", "3", "-67", bound=Bound.EXACTLY, target=Decimal(3)), 2),  # too many
        (progress("1", "3", "-67", bound=Bound.EXACTLY, target=Decimal(3)), 2),
        (progress("18", "10", "-20", bound=Bound.BETWEEN, target=Decimal(10), upper=Decimal(15)), 3),
        (progress("8", "10", "-20", bound=Bound.BETWEEN, target=Decimal(10), upper=Decimal(15)), 2),
        # falling from 30 to between 10 and 15, due 20: above the upper end is the way, and no excess
        (progress("22", "20", "-10", bound=Bound.BETWEEN, target=Decimal(10), upper=Decimal(15), base=Decimal(30)), 2),
        (progress("16", "10", "-6", bound=Bound.BETWEEN, target=Decimal(10), upper=Decimal(15), base=Decimal(15)), 1),
        (progress("40", "50", None), None),
        (progress(None, "50", "-10"), None),
        (progress("40", None, "-10"), None),
        (progress("40", "50", "-10", is_provisional=True), None),
    ],
)
def test_the_shortfall_is_what_is_missing_or_too_much(standing, expected):
    assert standing.shortfall == expected
