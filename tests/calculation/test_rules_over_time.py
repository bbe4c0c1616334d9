"""Rules that change on a day: every period is judged by what was in force at its end."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.calculation.books import BY_MONTH, EAST, TOP, a_book
from tracker.calculation.attribution import Cause, steps_between
from tracker.calculation.levels import Bounds, Level
from tracker.calculation.pace import Pace
from tracker.calculation.rollup import Rollup
from tracker.calculation.rule_sets import EarlierRules, RuleSet
from tracker.queries.figures.snapshots import book_as_json, book_from_json

I, II = Level.I, Level.II  # noqa: E741
LATER = Bounds(Decimal(0), Decimal(-15))


def dated(book, *, until, bounds=None, terms=None, rules=None):
    """The book with other rules before a day."""
    before = RuleSet(
        bounds or book.bounds,
        {**book.terms, **(terms or {})},
        {**book.cells.rules, **(rules or {})},
    )
    return replace(book, earlier=(*book.earlier, EarlierRules(until, before)))


@pytest.fixture
def behind():
    """12 points behind at the end of June and of July: below -10, above -15."""
    figures = ["63", "63", "63", "63", "63", "65", "83.33"]
    return a_book(7, {("gangue", EAST): figures}, to_reach={("gangue", TOP): "1000"}, terms=BY_MONTH)


def test_a_bound_that_moves_leaves_the_levels_of_the_months_before(behind):
    moved = dated(replace(behind, bounds=LATER), until=date(2020, 7, 1), bounds=Bounds())
    assert [moved.standing("gangue", TOP, at).level for at in (-2, -1)] == [I, II]
    assert moved.history("gangue", TOP).levels[-2:] == (I, II)
    assert moved.history("gangue", TOP).levels[:-1] == behind.history("gangue", TOP).levels[:-1]


def test_a_level_that_moved_with_the_bounds_is_neither_better_nor_worse(behind):
    moved = dated(replace(behind, bounds=LATER), until=date(2020, 7, 1), bounds=Bounds())
    history = moved.history("gangue", TOP)
    assert (history.before, history.now, history.by_old) == (I, II, I)
    assert history.is_by_ruler
    assert history.change == 0


def test_a_level_that_both_rulers_show_is_better_or_worse_as_ever(behind):
    moved = dated(replace(behind, bounds=Bounds(Decimal(0), Decimal(-11))), until=date(2020, 7, 1), bounds=LATER)
    history = moved.history("gangue", TOP)
    assert (history.before, history.now) == (II, I)
    assert (history.is_by_ruler, history.change) == (True, 0), "by -15 it is II still"
    fallen = replace(moved, cells=replace(moved.cells, leaves={**moved.cells.leaves, **_nothing_in_july(moved)}))
    assert (fallen.history("gangue", TOP).is_by_ruler, fallen.history("gangue", TOP).change) == (False, -1)


def _nothing_in_july(book):
    key = ("gangue", EAST, "2020-07")
    return {key: replace(book.cells.leaves[key], value=Decimal(0))}


def test_pace_and_roll_up_are_those_of_each_periods_end(behind):
    rules = {"gangue": replace(behind.cells.rules["gangue"], over_periods=Rollup.LATEST)}
    terms = {"gangue": replace(behind.terms["gangue"], pace=Pace.IN_FULL)}
    moved = dated(behind, until=date(2020, 7, 1), terms=terms, rules=rules)
    june, july = moved.standing("gangue", TOP, -2), moved.standing("gangue", TOP, -1)
    assert (june.to_date.value, june.schedule_rate) == (Decimal(65), 100)
    assert july == behind.standing("gangue", TOP, -1)
    earlier = replace(
        behind, terms={**behind.terms, **terms}, cells=replace(behind.cells, rules={**behind.cells.rules, **rules})
    )
    assert moved.history("gangue", TOP).levels[:-1] == earlier.history("gangue", TOP).levels[:-1]


def test_three_sets_of_rules_each_hold_in_their_time(behind):
    moved = dated(behind, until=date(2020, 3, 1), bounds=Bounds(Decimal(0), Decimal(-1)))
    moved = dated(moved, until=date(2020, 5, 1), bounds=Bounds(Decimal(0), Decimal(-2)))
    found = [moved.in_force_on(date(2020, month, 28)).bounds.level_one_below for month in (2, 3, 4, 5)]
    assert found == [-1, -2, -2, -10]
    assert moved.in_force_on(date(2020, 4, 1)).in_force_on(date(2020, 2, 1)).bounds.level_one_below == -1


def test_dated_rules_are_kept_with_a_document_and_read_again(behind):
    rules = {"gangue": replace(behind.cells.rules["gangue"], over_periods=Rollup.LATEST)}
    moved = dated(replace(behind, bounds=LATER), until=date(2020, 7, 1), bounds=Bounds(), rules=rules)
    kept = json.loads(json.dumps(book_as_json(moved)))
    assert book_from_json(kept) == moved
    assert set(kept["earlier"][0]) == {"until", "bounds", "rules"}
    assert "earlier" not in book_as_json(behind)


def test_a_rule_dated_after_an_issued_period_changes_none_of_its_figures(behind):
    june = replace(behind, periods=behind.periods[:-1])
    moved = dated(replace(behind, bounds=LATER), until=date(2020, 7, 1), bounds=Bounds())
    assert all(one is june for one in steps_between(june, moved).inputs[:2])
    assert steps_between(june, moved).attributions("gangue", TOP) == []


def test_a_pace_dated_back_is_a_change_by_the_rule(behind):
    june = replace(behind, periods=behind.periods[:-1])
    terms = {"gangue": replace(behind.terms["gangue"], pace=Pace.IN_FULL)}
    moved = dated(replace(behind, terms=terms), until=date(2020, 6, 1), terms=behind.terms)
    found = {one.figure.value: one.parts for one in steps_between(june, moved).attributions("gangue", TOP)}
    assert found["gap"] == {Cause.RULE: Decimal(-50)}
    assert set(found) == {"schedule", "gap"}
