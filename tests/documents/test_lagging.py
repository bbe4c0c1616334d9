"""Which targets a report names as behind schedule, and how its rows stand on pages."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.documents.made_figures import made_figures
from tracker.calculation.levels import Level
from tracker.documents.compliance.lagging import lags_of
from tracker.documents.workbook.sheet import _starts_of_rows


@pytest.mark.parametrize(
    ("level", "gap", "is_named"),
    [
        (Level.II, "-0.14", True),
        (Level.I, "-12", True),
        (Level.II, "0.14", False),  # within the band: ahead again, and the level of the period before is kept
        (Level.II, "0", False),
        (Level.III, "-0.01", False),
        (Level.I, None, True),  # a goal of zero that was missed has no gap in percent
    ],
)
def test_only_what_is_behind_is_named_as_behind(level, gap, is_named):
    figures = made_figures(["煤矸石综合利用量"], amounts={("i0", "p0", "2020-02"): "1"})
    place = figures.cities[0]
    standing = replace(
        place.standings["i0"], level=level, gap=None if gap is None else Decimal(gap), is_provisional=False
    )
    named = list(lags_of(figures, [replace(place, standings={"i0": standing})]))
    assert bool(named) is is_named


@pytest.mark.parametrize(
    ("heights", "starts"),
    [
        ([15.0] * 8, [0, 1, 2, 3, 4, 5]),  # three rows stand with the notes
        ([115.0] * 7, [0, 1, 2, 3, 4, 5, 6]),  # one tall row is enough: no page stays half empty
        ([115.0, 15.0, 15.0], [0, 1]),
        ([15.0], [0]),
    ],
)
def test_the_last_rows_stand_with_the_notes_below_them(heights, starts):
    assert _starts_of_rows(heights) == starts
