"""The schedule, even by day, by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tracker.calculation.pace import Pace, schedule_share

START, END = date(2020, 1, 1), date(2020, 12, 31)


@pytest.mark.parametrize(
    ("on", "elapsed"),
    [
        (date(2019, 12, 31), 0),
        (date(2020, 1, 1), 1),
        (date(2020, 1, 31), 31),
        (date(2020, 2, 29), 60),
        (date(2020, 3, 31), 91),
        (date(2020, 6, 30), 182),
        (date(2020, 8, 31), 244),
        (date(2020, 9, 30), 274),
        (date(2020, 12, 30), 365),
        (date(2020, 12, 31), 366),
        (date(2021, 1, 1), 366),
        (date(2030, 1, 1), 366),
    ],
)
def test_days_elapsed_of_the_days_of_a_leap_year_are_due(on, elapsed):
    assert schedule_share(Pace.EVEN_BY_DAY, START, END, on) == Decimal(elapsed) / 366


def test_a_plan_of_one_day_is_due_on_it():
    assert schedule_share(Pace.EVEN_BY_DAY, START, START, START) == 1


def test_a_plan_over_two_years_goes_on_over_the_new_year():
    assert schedule_share(Pace.EVEN_BY_DAY, date(2020, 7, 1), date(2021, 6, 30), END) == Decimal(184) / 365


def test_the_schedule_never_falls_and_is_whole_at_the_end():
    shares = [schedule_share(Pace.EVEN_BY_DAY, START, END, START + timedelta(days=day)) for day in range(366)]
    assert shares == sorted(shares)
    assert (shares[0] > 0, shares[-1]) == (True, 1)


def test_a_curve_that_nobody_wrote_is_an_error():
    with pytest.raises(ValueError, match="pace"):
        schedule_share("uneven", START, END, END)
