"""Maintained totals equal their leaves, whatever was done; rebuilding and proving."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import given

from tests import factories
from tests.services.random_returns import ASH, GANGUE, few, make_world, steps, undone
from tracker.calculation.cells import Coverage
from tracker.calculation.progress import TargetProgress
from tracker.models import ExpectedReturn, PeriodTotal, PlanTotal, Region, RegionTotal
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.services import returns
from tracker.services.returns import totals
from tracker.services.returns.expected import rebuild_expected

#: An amount, a sum of parts, a count to date and a rate.
JUDGED = (GANGUE, "bulk_waste_utilised", "bases_being_built", "building_materials_share")


@pytest.fixture
def world(plan, reviewer):
    """Units that owe returns, and nothing filed yet."""
    return make_world(plan, reviewer)


@given(taken=steps())
@few
def test_totals_equal_their_leaves_after_any_sequence_of_steps(world, taken):
    with world.after([]):
        for step in taken:
            world.take(step)
            assert totals.differing_totals() == []


@given(taken=steps())
@few
def test_totals_made_anew_are_the_ones_that_were_kept(world, taken):
    def kept():
        rows = RegionTotal.objects.exclude(verified_count=0, reported_count=0, expected_count=0).order_by(
            "period", "indicator", "region"
        )
        return list(rows.values_list("period", "indicator", "region", *totals.SUMS))

    with world.after(taken):
        before = kept()
        assert totals.rebuild_totals() == len(before)
        assert kept() == before


@given(taken=steps(10))
@few
def test_every_way_of_reading_gives_the_same_figures(world, taken):
    """A table's figures, a region's series, one target's and those from the revisions: all of one place and period."""
    with world.after(taken):
        regions = Region.objects.filter(code__in=(factories.SHANXI, factories.TAIYUAN, "140121", factories.DATONG))
        for month in world.months[-2:]:
            full, figures = load_figure_inputs(month), Figures(month)
            known = load_figure_inputs(month, as_of=world.now)
            assert known.cells.leaves == full.cells.leaves
            for target in figures.targets:
                if target.indicator.code not in JUDGED:
                    continue
                for region in regions:
                    expected = full.standing(target.indicator.code, region.code)
                    assert figures.standing_of(target, region).standing == expected
                    series = figures.series_of(target, region)
                    found = series.standing(target.indicator.code, region.code)
                    if series is figures.series and not expected.to_date.is_complete:
                        found, expected = of_the_whole(found), of_the_whole(expected)
                    assert found == expected


def of_the_whole(progress: TargetProgress) -> TargetProgress:
    """Leave out what an incomplete total is judged by: the plan's own series does not know its places one by one."""
    return replace(progress, gap=None, deviation=None, level=None, basis=None)


@given(taken=steps())
@few
def test_provisional_figures_count_what_is_reported_and_not_drafts(world, taken):
    with world.after(taken):
        month = world.months[0]
        for code in (GANGUE, ASH):
            entries = [
                entry
                for filed in month.returns.filter(state__in=("submitted", "verified"))
                for entry in filed.entries.filter(indicator__code=code)
            ]
            tally = load_figure_inputs(month, provisional=True).tally(code, factories.SHANXI, -1)
            values = [entry.reported_value for entry in entries]
            assert tally.value == (sum(values) if values else None)
            assert tally.coverage == Coverage(len(values), len(world.units))


def all_orders(items):
    return [list(items), list(reversed(items)), [*items[1:], items[0]]]


def test_the_order_of_entry_does_not_matter(world):
    rows = [(unit, month, str(index * 7 + 1)) for index, unit in enumerate(world.units) for month in world.months]
    books = []
    for order in all_orders(rows):
        with undone():
            for unit, month, value in order:
                values = dict.fromkeys(("coal_gangue_utilised", "fly_ash_utilised"), value)
                values |= {"building_materials_used": "0", "bases_being_built": "1"}
                factories.file_return(unit, month, values, reporter=world.reporter, reviewer=world.reviewer)
            books.append(load_figure_inputs(world.months[-1]))
    assert books[0].cells.leaves
    assert books[0] == books[1] == books[2]


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """A verified return of Taiyuan for August."""
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def test_a_return_verified_again_with_the_same_values_changes_no_figure(verified, reporter, reviewer):
    before = load_figure_inputs(verified.period)
    common = {"now": factories.NOW}
    factories.unlock(verified, reporter=reporter, reviewer=reviewer)
    returns.save_draft(
        verified, {GANGUE: "500.0", ASH: "0"}, acting_user=reporter, expected_version=verified.version, **common
    )
    returns.submit_return(verified, acting_user=reporter, expected_version=verified.version, **common)
    returns.verify_return(verified, acting_user=reviewer, expected_version=verified.version, **common)
    assert load_figure_inputs(verified.period) == before


def test_an_unlocked_return_counts_no_more(verified, reporter, reviewer):
    factories.unlock(verified, reporter=reporter, reviewer=reviewer)
    tally = load_figure_inputs(verified.period).tally(GANGUE, factories.SHANXI, -1)
    assert (tally.value, tally.coverage) == (None, Coverage(0, 1))
    assert load_figure_inputs(verified.period, provisional=True).tally(GANGUE, factories.SHANXI, -1).value is None


@pytest.mark.parametrize(
    "damage",
    [
        {"verified_micro": F("verified_micro") + 1},
        {"verified_count": F("verified_count") + 1},
        {"reported_micro": F("reported_micro") - 1},
        {"reported_count": 0},
        {"verified_count": 0, "reported_count": 0},  # a sum that nobody seems to have given
        {"verified_count": -1, "reported_count": 1},  # counts that cancel out
    ],
    ids=["verified sum", "verified count", "reported sum", "reported count", "no counts", "cancelling counts"],
)
def test_a_total_that_is_wrong_is_found_and_made_right(verified, damage):
    RegionTotal.objects.filter(indicator__code=GANGUE).update(**damage)
    assert totals.differing_totals()
    totals.rebuild_totals()
    assert totals.differing_totals() == []


def test_a_leftover_where_nothing_was_filed_is_found(verified):
    other = factories.region(factories.DATONG)
    total = RegionTotal.objects.get(indicator__code=GANGUE, period=verified.period)
    RegionTotal.objects.create(period=total.period, indicator=total.indicator, region=other, verified_micro=5)
    assert totals.differing_totals()


def test_a_total_that_is_gone_is_found(verified):
    RegionTotal.objects.filter(indicator__code=GANGUE).delete()
    assert totals.differing_totals()


@pytest.mark.parametrize("kind", [PeriodTotal, PlanTotal])
def test_a_total_over_regions_or_periods_that_is_wrong_is_found_and_made_right(verified, kind):
    made = kind.objects.filter(indicator__code=GANGUE, verified_count__gt=0)
    made.update(verified_micro=F("verified_micro") + 1)
    assert len(totals.differing_totals()) == 2  # what stands and what should
    totals.rebuild_totals()
    assert totals.differing_totals() == []


def test_an_upgrade_adds_up_what_was_kept(verified):
    PeriodTotal.objects.all().delete()
    PlanTotal.objects.all().delete()
    upgrade = import_module("tracker.migrations.0004_fill_what_is_new")
    with connection.cursor() as cursor:
        for statement in upgrade.TOTALS:
            cursor.execute(statement)
    rebuild_expected()
    assert totals.differing_totals() == []


def test_a_return_moves_in_one_statement_for_each_kind_of_total(plan, taiyuan, verified, count_queries):
    with count_queries(connection) as queries:
        totals.subtract_return(verified)
    assert len(queries) == len(totals.KEYS)


def test_who_owes_is_counted_by_region_and_indicator(plan, taiyuan):
    july = factories.period(plan, "2020-07")
    counts = RegionTotal.objects.filter(period=july, region=taiyuan.region, expected_count__gt=0)
    assert {row.indicator.code: row.expected_count for row in counts} == {GANGUE: 1, ASH: 1}
    assert ExpectedReturn.objects.filter(period=july, region=taiyuan.region).count() == 1
