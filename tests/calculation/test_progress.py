"""Targets against their schedule, by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.cells import Aggregate, Coverage
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.progress import Cells, Rule, standing
from tracker.calculation.rollup import Rollup

MONTHS = ["2020-07", "2020-08"]
CITIES = ["太原", "大同"]
RULES = {
    "gangue": Rule(),
    "ash": Rule(),
    "bases": Rule(over_periods=Rollup.LATEST),
    "intensity": Rule(over_places=Rollup.NONE),
    "waste": Rule(parts=("gangue", "ash")),
    "used": Rule(),
    "share": Rule(Rollup.RATIO, Rollup.RATIO, numerator="used", denominator="waste"),
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


def a_standing(this="20", last="10", to_date="4333.33", target="6500", present=11, **further):
    def tally(value: str | None, there: int = 11) -> Aggregate:
        return Aggregate(None if value is None else Decimal(value), Coverage(there if value is not None else 0, 11))

    return standing(
        this_period=tally(this, present),
        last_period=tally(last),
        to_date=tally(to_date),
        target=None if target is None else Decimal(target),
        schedule_share=Decimal(244) / 366,
        bounds=Bounds(),
        **further,
    )


@pytest.mark.parametrize(
    ("to_date", "level"), [("4333.34", Level.III), ("4333.33", Level.II), ("3683.34", Level.II), ("3683.33", Level.I)]
)
def test_the_level_follows_the_unrounded_gap(to_date, level):
    assert a_standing(to_date=to_date).level is level


def test_the_figures_of_a_standing_by_hand():
    result = a_standing(to_date="3900")
    assert (result.completion, round(result.schedule_rate, 4)) == (60, Decimal("66.6667"))
    assert (round(result.gap, 4), result.level) == (Decimal("-6.6667"), Level.II)
    assert result.month_on_month == 100


def test_a_place_without_this_months_return_is_named_and_not_graded():
    result = a_standing(this=None)
    assert (result.completion is None, result.gap, result.level) == (False, None, None)


def test_a_place_without_a_target_is_not_graded():
    result = a_standing(target=None)
    assert (result.completion, result.gap, result.level) == (None, None, None)


def test_a_reference_level_has_a_gap_and_no_grade():
    result = a_standing(is_graded=False)
    assert result.gap is not None
    assert result.level is None


def test_a_rates_target_is_due_in_full_at_any_time():
    result = a_standing(to_date="76", target="80", is_rate=True)
    assert (result.schedule_rate, result.completion, result.gap) == (100, 95, -5)


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
    assert a_standing(this=this, last=last, present=present).month_on_month == expected
