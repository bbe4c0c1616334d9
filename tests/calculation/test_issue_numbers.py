"""Numbers of issued documents."""

from datetime import date

import pytest

from tracker.calculation.issue_numbers import issue_number
from tracker.calculation.period_kinds import PeriodKind, spans_between


def test_the_number_is_the_periods_place_in_its_year():
    for kind in PeriodKind:
        spans = spans_between(kind, date(2020, 1, 1), date(2020, 12, 31))
        numbers = [issue_number(span.code) for span in spans]
        in_year = [number for year, number in numbers if year == 2020]
        assert in_year == list(range(1, len(in_year) + 1)), kind


@pytest.mark.parametrize("code", ["", "2020-8", "August", "2020-X1", "٢٠٢٠"])
def test_what_is_no_period_has_no_number(code):
    with pytest.raises(ValueError, match="not the code"):
        issue_number(code)
