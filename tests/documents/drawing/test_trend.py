"""The trend's drawing: axes of round numbers, lines that stop where nothing is known, names that have room."""

from decimal import Decimal

import pytest

from tracker.calculation.cells import Coverage
from tracker.calculation.trend import TrendPoint
from tracker.documents.drawing.scale import Scale
from tracker.documents.drawing.trend import TrendPicture, picture_of
from tracker.documents.trend_chart import TrendChart


def point(verified: str | None = None, counted: tuple[int, int] = (1, 1), **others: str) -> TrendPoint:
    amounts = {"schedule": None, "last_year": None} | {name: Decimal(value) for name, value in others.items()}
    return TrendPoint("", None if verified is None else Decimal(verified), Coverage(*counted), **amounts)


def drawn(*points: TrendPoint, target: str | None = None, labels: list[str] | None = None) -> TrendPicture:
    return picture_of(
        TrendChart(
            code="gangue",
            title="",
            unit="万吨",
            decimals=2,
            labels=labels or [f"{month}月" for month in range(1, len(points) + 1)],
            points=points,
            target=None if target is None else Decimal(target),
            forecast=None,
        )
    )


@pytest.mark.parametrize(
    ("amounts", "decimals", "expected"),
    [
        (["29"], 0, ["0", "5", "10", "15", "20", "25", "30"]),
        (["6500"], 2, ["0", "2000", "4000", "6000", "8000"]),
        (["0.07"], 2, ["0.00", "0.02", "0.04", "0.06", "0.08"]),
        (["3"], 0, ["0", "1", "2", "3"]),
        (["12"], 0, ["0", "2", "4", "6", "8", "10", "12"]),
        (["-7", "12"], 0, ["-10", "-5", "0", "5", "10", "15"]),
        (["100"], 2, ["0", "20", "40", "60", "80", "100"]),
    ],
)
def test_an_axis_has_round_steps_from_zero_or_below_to_above_all(amounts, decimals, expected):
    scale = Scale.holding(map(Decimal, amounts), decimals)
    assert scale.amounts == [Decimal(amount) for amount in expected]


@pytest.mark.parametrize("amounts", [[], ["0"], ["1e12"], ["-0.01"], ["0.0001"]])
def test_whatever_the_amounts_are_the_axis_holds_them_in_a_few_steps(amounts):
    scale = Scale.holding(map(Decimal, amounts), 2)
    assert scale.low <= min([Decimal(0), *map(Decimal, amounts)])
    assert scale.high >= max([Decimal(0), *map(Decimal, amounts)])
    assert 2 <= len(scale.amounts) <= 8


def test_the_foot_is_at_the_bottom_and_the_top_amount_at_the_top():
    picture = drawn(point("0"), point("50"), point("100"))
    assert picture.lines[0].way == "M0.00 100.00L50.00 50.00L100.00 0.00"
    assert [(label.text, label.at) for label in picture.amounts][::5] == [("0", "100.00"), ("100", "0.00")]


def test_a_line_stops_where_nothing_is_known_and_begins_anew_after_it():
    picture = drawn(point("20"), point(None), point("40"), point("100"), point(None))
    assert picture.lines[0].way == "M0.00 80.00M50.00 60.00L75.00 0.00"
    assert [mark.x for mark in picture.lines[0].marks] == ["0.00", "50.00", "75.00"]


def test_what_nothing_is_known_of_has_no_line_and_no_name():
    assert [line.key for line in drawn(point("1"), point("2", schedule="3")).lines] == ["schedule", "verified"]


def test_a_period_in_which_something_is_missing_is_marked_hollow():
    picture = drawn(point("1"), point("2", (1, 2)))
    assert [mark.is_hollow for mark in picture.lines[-1].marks] == [False, True]


def test_the_range_is_an_area_around_the_forecast():
    picture = drawn(point("40"), point(forecast="60", low="50", high="100"))
    assert picture.band == "M100.00 0.00L100.00 50.00Z"
    assert drawn(point("40")).band == ""


def test_the_target_has_its_place_and_without_one_there_is_none():
    assert drawn(point("1"), target="100").target == "0.00"
    assert drawn(point("1")).target is None


def test_names_that_have_no_room_are_left_out_the_first_always_stands():
    short = drawn(*[point("1")] * 12)
    assert [label.is_spare for label in short.periods] == [False, True] * 6
    long = drawn(*[point("1")] * 60, labels=["September 2020"] * 60)
    assert len(long.periods) <= 10
    assert not long.periods[0].is_spare and 1 < sum(not label.is_spare for label in long.periods) <= 3


def test_a_single_period_is_drawn_too():
    assert drawn(point("5")).lines[0].marks[0].x == "0.00"


@pytest.mark.parametrize(("amount", "room"), [("9", "narrow"), ("65000", "middle"), ("6500000000", "wide")])
def test_long_amounts_get_more_room(amount, room):
    assert drawn(point(amount)).room == room
