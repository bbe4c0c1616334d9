"""Completeness and timeliness: what counts as owed, and that missing stays missing."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import SHANGHAI
from tracker.calculation.timeliness import Filing, Timeliness, filing_of

DUE = datetime(2020, 9, 8, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("handed_in", "is_filed", "now", "expected"),
    [
        (None, False, DUE - SECOND, Filing.NOT_DUE),
        (None, False, DUE, Filing.MISSING),
        (DUE - SECOND, True, DUE, Filing.ON_TIME),
        (DUE - SECOND, True, DUE - SECOND, Filing.ON_TIME),
        (DUE, True, DUE, Filing.LATE),
        (DUE - SECOND, False, DUE - SECOND, Filing.NOT_DUE),
        (DUE - SECOND, False, DUE, Filing.SENT_BACK),
        (None, True, DUE, Filing.UNDATED),
    ],
)
def test_one_return_is_judged_to_the_second(handed_in, is_filed, now, expected):
    assert filing_of(first_late=DUE, handed_in=handed_in, is_filed=is_filed, now=now) is expected


def test_what_is_not_yet_due_is_not_owed():
    counted = Timeliness.of([Filing.ON_TIME, Filing.NOT_DUE, Filing.NOT_DUE])
    assert (counted.owed, counted.missing, counted.completeness) == (1, 0, Decimal(100))


def test_where_nothing_is_owed_there_is_no_rate():
    nothing = Timeliness.of([Filing.NOT_DUE])
    assert (nothing.completeness, nothing.timeliness) == (None, None)


def test_what_came_at_an_unknown_time_is_complete_and_says_nothing_of_timeliness():
    counted = Timeliness.of([Filing.ON_TIME, Filing.UNDATED, Filing.MISSING, Filing.UNDATED])
    assert (counted.owed, counted.completeness, counted.timeliness) == (4, 75, 50)
    assert Timeliness.of([Filing.UNDATED]).timeliness is None


def test_late_is_complete_but_not_timely_and_sent_back_is_neither():
    counted = Timeliness.of([Filing.ON_TIME, Filing.LATE, Filing.SENT_BACK, Filing.MISSING], times_sent_back=2)
    assert (counted.owed, counted.filed, counted.completeness, counted.timeliness) == (4, 2, 50, 25)


@given(st.lists(st.sampled_from(Filing)), st.lists(st.sampled_from(Filing)))
def test_parts_add_up_and_rates_lie_between_nought_and_a_hundred(some, others):
    whole = Timeliness.of(some, 1) + Timeliness.of(others, 2)
    assert whole == Timeliness.of([*some, *others], 3)
    assert whole.owed == whole.on_time + whole.late + whole.undated + whole.sent_back + whole.missing
    rates = [rate for rate in (whole.timeliness, whole.completeness) if rate is not None]
    assert all(0 <= rate <= 100 for rate in rates)
    if whole.owed and not whole.undated:
        assert whole.timeliness <= whole.completeness


def test_nothing_counted_is_nought_of_everything():
    for nothing in (Timeliness(), Timeliness.of([])):
        assert (nothing.owed, nothing.filed, nothing.times_sent_back) == (0, 0, 0)
        assert nothing + Timeliness.of([Filing.LATE], 2) == Timeliness.of([Filing.LATE], 2)
