"""Overall ranking of places over all graded targets."""

from decimal import Decimal

import pytest

from tests.documents.made_figures import MONTHS, TOP, made_figures
from tracker.calculation.levels import Level
from tracker.calculation.overall_ranking import OverallRule, overall_ranking

JANUARY, FEBRUARY = (month.code for month in MONTHS)


def ranked(done: dict[str, list[str]], rule: OverallRule = OverallRule.GAP):
    """Rank places p0, p1 … by what each did of its targets i0, i1 … in two months; an empty text is nothing filed."""
    amounts = {
        (f"i{number}", place, month): amount
        for place, each in done.items()
        for number, amount in enumerate(each)
        for month in (JANUARY, FEBRUARY)
        if amount
    }
    targets = len(next(iter(done.values())))
    book = made_figures(["目标"] * targets, cities=list(done), amounts=amounts).book
    assert TOP in book.paths
    return overall_ranking(
        {place: [book.standing(f"i{number}", place) for number in range(targets)] for place in done}, rule
    )


def test_the_highest_mean_gap_stands_first():
    found = ranked({"p0": ["0.4", "0.4"], "p1": ["1", "0.1"]})
    assert (found["p1"].rank, found["p0"].rank) == (1, 2)


def test_by_levels_a_place_with_a_target_far_behind_stands_behind():
    found = ranked({"p0": ["0.4", "0.4"], "p1": ["1", "0.1"]}, OverallRule.LEVELS)
    assert (found["p0"].rank, found["p1"].rank) == (1, 2)
    assert found["p1"].levels[Level.I] == 1


def test_equal_places_share_a_rank_and_the_next_is_skipped():
    found = ranked({"p0": ["1"], "p1": ["1"], "p2": ["0.1"]})
    assert [found[place].rank for place in ("p0", "p1", "p2")] == [1, 1, 3]


def test_a_place_that_lacks_a_figure_has_no_rank_and_takes_none_from_others():
    found = ranked({"p0": ["5", ""], "p1": ["0.1", "0.1"]})
    assert (found["p0"].rank, found["p0"].mean_gap, found["p0"].complete) == (None, None, 1)
    assert found["p1"].rank == 1


def test_a_place_without_targets_has_no_rank():
    (found,) = overall_ranking({"p0": []}, OverallRule.GAP).values()
    assert (found.rank, found.targets) == (None, 0)


@pytest.mark.parametrize("rule", OverallRule)
def test_the_mean_is_that_of_the_gaps(rule):
    (found,) = ranked({"p0": ["1", "0.5"]}, rule).values()
    due = Decimal(60) / 366 * 100  # the end of February, by days
    gaps = [Decimal(2) / 12 * 100 - due, Decimal(1) / 12 * 100 - due]
    assert abs(found.mean_gap - sum(gaps) / 2) <= Decimal("0.005")
