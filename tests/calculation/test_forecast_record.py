"""How right forecasts were, by hand."""

from decimal import Decimal

import pytest

from tracker.calculation.forecast import Forecast, Method
from tracker.calculation.forecast_record import JudgedForecast, accuracy_of


def judged(value: str, *ends: str, came: str | None = "100") -> JudgedForecast:
    forecast = Forecast(Method.LAST_YEAR, Decimal(value), *map(Decimal, ends))
    return JudgedForecast(forecast, None if came is None else Decimal(came))


@pytest.mark.parametrize(
    ("one", "error", "is_inside"),
    [
        (judged("110", "90", "130"), 10, True),
        (judged("80", "70", "90"), -20, False),
        (judged("100", "100", "100"), 0, True),  # the ends belong to the range
        (judged("90"), -10, None),
        (judged("90", "80", "100", came=None), None, None),
        (judged("5", "0", "9", came="0"), None, True),  # there is no percentage of zero
        (judged("-90", "-95", "-80", came="-100"), 10, False),
    ],
)
def test_an_error_has_a_sign_and_a_range_holds_its_ends(one, error, is_inside):
    assert (one.error, one.is_inside) == (error, is_inside)


def test_the_record_leaves_out_what_is_not_known_yet():
    found = accuracy_of([judged("110", "90", "130"), judged("80", "70", "90"), judged("90"), judged("1", came=None)])
    assert (found.judged, found.ranged, found.inside) == (3, 2, 1)
    assert (found.share_inside, found.mean) == (50, Decimal(-20) / 3)
    assert found.mean_absolute == Decimal(40) / 3


def test_nothing_to_judge_has_no_mean_and_no_share():
    found = accuracy_of([judged("1", came=None)])
    assert (found.judged, found.mean, found.mean_absolute, found.share_inside) == (0, None, None, None)
