"""Two versions of a sheet: nothing that either changed is lost, and it does not matter who was first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.merging import MergeOutcome, merge

CELLS = st.sampled_from("abcde")
SHEETS = st.fixed_dictionaries({cell: st.integers(0, 2) for cell in "abcde"})
PARTIAL = st.dictionaries(CELLS, st.integers(0, 2))


@given(SHEETS, SHEETS, SHEETS)
def test_no_edit_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs)
    for cell in base:
        is_asked = merged.outcomes[cell] is MergeOutcome.CONFLICT
        if mine[cell] != base[cell]:
            assert merged.cells[cell] == mine[cell], "mine stands, at least until somebody chooses"
        if theirs[cell] != base[cell]:
            assert merged.cells[cell] == theirs[cell] or is_asked


@given(SHEETS, SHEETS, SHEETS)
def test_only_what_both_changed_differently_is_asked(base, mine, theirs):
    asked = merge(base, mine, theirs).of(MergeOutcome.CONFLICT)
    assert asked == {cell for cell in base if len({base[cell], mine[cell], theirs[cell]}) == 3}


@given(SHEETS, SHEETS, SHEETS)
def test_who_was_first_does_not_matter(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    conflicts = one.of(MergeOutcome.CONFLICT)
    assert conflicts == other.of(MergeOutcome.CONFLICT)
    assert all(one.cells[cell] == other.cells[cell] for cell in base.keys() - conflicts)


@given(SHEETS, SHEETS)
def test_who_changed_nothing_gets_the_others_version(base, theirs):
    assert merge(base, base, theirs).cells == theirs


@given(PARTIAL, PARTIAL, PARTIAL)
def test_an_unknown_beginning_asks_wherever_the_two_differ_and_keeps_every_cell(base, mine, theirs):
    merged = merge(base, mine, theirs)
    assert set(merged.cells) == mine.keys() | theirs.keys()
    for cell in mine.keys() & theirs.keys() - base.keys():
        assert (merged.outcomes[cell] is MergeOutcome.CONFLICT) == (mine[cell] != theirs[cell])


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "cell", "outcome"),
    [
        ({"a": 1}, {"a": 1}, {"a": 1}, 1, MergeOutcome.SAME),
        ({"a": 1}, {"a": 2}, {"a": 2}, 2, MergeOutcome.SAME),
        ({"a": 1}, {"a": 2}, {"a": 1}, 2, MergeOutcome.MINE),
        ({"a": 1}, {"a": 1}, {"a": 2}, 2, MergeOutcome.THEIRS),
        ({"a": 1}, {"a": 2}, {"a": 3}, 2, MergeOutcome.CONFLICT),
        ({}, {"a": 2}, {"a": 3}, 2, MergeOutcome.CONFLICT),
        ({}, {"a": 2}, {"a": 2}, 2, MergeOutcome.SAME),
        ({"a": 1}, {"a": 1}, {}, 1, MergeOutcome.MINE),
        ({"a": 1}, {}, {"a": 1}, 1, MergeOutcome.THEIRS),
        ({"a": 1}, {"a": None}, {"a": 1}, None, MergeOutcome.MINE),
    ],
)
def test_whose_value_stands_in_one_cell(base, mine, theirs, cell, outcome):
    merged = merge(base, mine, theirs)
    assert (merged.cells, merged.outcomes, merged.of(outcome)) == ({"a": cell}, {"a": outcome}, {"a"})
