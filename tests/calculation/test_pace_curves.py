"""The three pace curves, by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import depth
from tracker.calculation.pace import Pace, Point, curve_problem, schedule_share

YEAR = date(2020, 1, 1), date(2020, 12, 31)
COMMON_YEAR = date(2021, 1, 1), date(2021, 12, 31)
FROM_MID_MARCH = date(2020, 3, 15), date(2020, 6, 10)
TWO_YEARS = date(2019, 7, 1), date(2021, 6, 30)
#: A construction material: little in winter, most from April to October.
SLOW_WINTER = (
    Point(date(2020, 3, 31), Decimal("0.10")),
    Point(date(2020, 10, 31), Decimal("0.85")),
)


def quotient(above: int, below: int) -> Decimal:
    return Decimal(above) / below


@pytest.mark.parametrize(
    ("plan", "on", "above", "below"),
    [
        (YEAR, date(2019, 12, 31), 0, 1),
        (YEAR, date(2020, 1, 1), 1, 366),
        (YEAR, date(2020, 2, 28), 59, 366),
        (YEAR, date(2020, 2, 29), 60, 366),  # a leap year
        (YEAR, date(2020, 8, 31), 244, 366),
        (YEAR, date(2020, 12, 30), 365, 366),
        (YEAR, date(2020, 12, 31), 1, 1),
        (YEAR, date(2021, 1, 1), 1, 1),
        (COMMON_YEAR, date(2021, 2, 28), 59, 365),
        (COMMON_YEAR, date(2021, 8, 31), 243, 365),
        (FROM_MID_MARCH, date(2020, 3, 14), 0, 1),
        (FROM_MID_MARCH, date(2020, 3, 15), 1, 88),
        (FROM_MID_MARCH, date(2020, 3, 31), 17, 88),
        (FROM_MID_MARCH, date(2020, 6, 9), 87, 88),
        (TWO_YEARS, date(2020, 6, 30), 366, 731),
    ],
)
def test_even_by_day_each_day_has_the_same_share(plan, on, above, below):
    assert schedule_share(Pace.EVEN_BY_DAY, *plan, on) == quotient(above, below)


@pytest.mark.parametrize(
    ("plan", "on", "above", "below"),
    [
        (YEAR, date(2019, 12, 31), 0, 1),
        (YEAR, date(2020, 1, 1), 1, 12 * 31),
        (YEAR, date(2020, 1, 31), 1, 12),
        (YEAR, date(2020, 2, 1), 29 + 1, 12 * 29),
        (YEAR, date(2020, 2, 29), 2, 12),  # a leap year's February is one month like any other
        (YEAR, date(2020, 8, 10), 7 * 31 + 10, 12 * 31),
        (YEAR, date(2020, 8, 31), 8, 12),
        (YEAR, date(2020, 12, 30), 11 * 31 + 30, 12 * 31),
        (YEAR, date(2020, 12, 31), 1, 1),
        (YEAR, date(2021, 6, 1), 1, 1),
        (COMMON_YEAR, date(2021, 2, 28), 2, 12),
        (FROM_MID_MARCH, date(2020, 3, 14), 0, 1),
        (FROM_MID_MARCH, date(2020, 3, 15), 1, 4 * 17),  # of March the plan has 17 days
        (FROM_MID_MARCH, date(2020, 3, 31), 1, 4),
        (FROM_MID_MARCH, date(2020, 4, 15), 3, 8),
        (FROM_MID_MARCH, date(2020, 5, 31), 3, 4),
        (FROM_MID_MARCH, date(2020, 6, 5), 7, 8),  # and of June 10
        (FROM_MID_MARCH, date(2020, 6, 10), 1, 1),
        (TWO_YEARS, date(2020, 6, 30), 1, 2),
        (TWO_YEARS, date(2021, 1, 31), 19, 24),
    ],
)
def test_even_by_month_each_month_has_the_same_share(plan, on, above, below):
    assert schedule_share(Pace.EVEN_BY_MONTH, *plan, on) == quotient(above, below)


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2019, 12, 31), Decimal(0)),
        (date(2020, 1, 1), Decimal("0.10") / 91),
        (date(2020, 2, 29), Decimal("0.10") * 60 / 91),
        (date(2020, 3, 31), Decimal("0.10")),
        (date(2020, 4, 1), (Decimal("0.10") * 214 + Decimal("0.75")) / 214),
        (date(2020, 7, 16), Decimal("0.475")),  # 107 of 214 days: halfway
        (date(2020, 10, 31), Decimal("0.85")),
        (date(2020, 12, 31), Decimal(1)),
        (date(2021, 1, 1), Decimal(1)),
    ],
)
def test_points_are_joined_by_straight_lines(on, share):
    assert schedule_share(Pace.POINTS, *YEAR, on, SLOW_WINTER) == share


def test_points_without_any_are_even_by_day():
    days = [date(2020, 1, 1), date(2020, 5, 5), date(2020, 12, 31)]
    assert [schedule_share(Pace.POINTS, *YEAR, day) for day in days] == [
        schedule_share(Pace.EVEN_BY_DAY, *YEAR, day) for day in days
    ]


def test_a_point_on_the_first_day_is_due_on_it():
    points = (Point(date(2020, 1, 1), Decimal("0.5")),)
    assert schedule_share(Pace.POINTS, *YEAR, date(2020, 1, 1), points) == Decimal("0.5")


def test_a_curve_may_stand_still():
    points = (Point(date(2020, 6, 30), Decimal("0.5")), Point(date(2020, 8, 31), Decimal("0.5")))
    assert schedule_share(Pace.POINTS, *YEAR, date(2020, 7, 15), points) == Decimal("0.5")


def test_a_curve_that_nobody_wrote_is_an_error():
    with pytest.raises(ValueError, match="unknown pace curve: uneven"):
        schedule_share("uneven", *YEAR, YEAR[1])


def exact_share(pace, on, points):
    """The share as a fraction, reckoned another way: by adding up the shares of the days one after another."""
    starts_on, ends_on = YEAR
    days = [starts_on + timedelta(days=number) for number in range((on - starts_on).days + 1)]
    if pace is Pace.EVEN_BY_MONTH:
        lengths = {day.month: 0 for day in days}
        for number in range(366):
            day = starts_on + timedelta(days=number)
            if day.month in lengths:
                lengths[day.month] += 1
        return sum(Fraction(1, 12 * lengths[day.month]) for day in days)
    knots = [(starts_on - timedelta(days=1), Fraction(0)), *((p.day, Fraction(p.share)) for p in points)]
    knots.append((ends_on, Fraction(1)))
    share = Fraction(0)
    for (before, low), (after, high) in pairwise(knots):
        elapsed = min(max((on - before).days, 0), (after - before).days)
        share += (high - low) * elapsed / (after - before).days
    return share


@st.composite
def curves(draw):
    """Points that are a curve."""
    days = sorted(draw(st.sets(st.integers(0, 364), max_size=5)))
    shares = sorted(draw(st.lists(st.integers(0, 10_000), min_size=len(days), max_size=len(days))))
    return tuple(
        Point(YEAR[0] + timedelta(days=day), Decimal(share) / 10_000) for day, share in zip(days, shares, strict=True)
    )


@depth.examples(100)
@given(st.sampled_from([Pace.EVEN_BY_DAY, Pace.EVEN_BY_MONTH, Pace.POINTS]), st.integers(0, 365), curves())
def test_a_share_is_the_exact_one_divided_once(pace, day, points):
    """So that a place that is exactly on schedule is not taken for one behind it by the last digit of a division."""
    on = YEAR[0] + timedelta(days=day)
    points = points if pace is Pace.POINTS else ()
    exact = exact_share(pace, on, points)
    assert schedule_share(pace, *YEAR, on, points) == Decimal(exact.numerator) / exact.denominator


@depth.examples(60)
@given(curves())
def test_a_curve_never_falls_and_has_no_problem(points):
    assert curve_problem(points, *YEAR) == ""
    shares = [schedule_share(Pace.POINTS, *YEAR, YEAR[0] + timedelta(days=day), points) for day in range(0, 366, 5)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def points_at(*rows: tuple[str, str]) -> list[Point]:
    return [Point(date.fromisoformat(day), Decimal(share)) for day, share in rows]


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        (points_at(), ""),
        (points_at(("2020-06-30", "0.4")), ""),
        (points_at(("2020-01-01", "0"), ("2020-12-30", "1")), ""),
        (points_at(("2020-03-31", "0.1"), ("2020-06-30", "0.1")), ""),
        (points_at(("2020-06-30", "0.4"), ("2020-03-31", "0.5")), "order"),
        (points_at(("2020-06-30", "0.4"), ("2020-06-30", "0.4")), "order"),
        (points_at(("2020-03-31", "0.5"), ("2020-06-30", "0.4")), "falls"),
        (points_at(("2019-12-31", "0.1")), "outside"),
        (points_at(("2021-01-15", "0.5")), "outside"),
        (points_at(("2020-12-31", "1")), "outside"),  # the end is due in full anyway
        (points_at(("2020-06-30", "1.0001")), "outside"),
        (points_at(("2020-06-30", "-0.0001")), "outside"),
    ],
)
def test_what_is_no_curve_is_named(points, problem):
    assert curve_problem(points, *YEAR) == problem
