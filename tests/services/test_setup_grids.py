"""Grids of allocation and of obligations: saved as a whole or not at all, and only as they were seen."""

from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW
from tracker.models import Event, ExpectedReturn, Obligation, Plan, Role
from tracker.queries.errors import ChangedMeanwhile, Refused
from tracker.queries.pages.setup_grids import load_obligations, load_split, units_of
from tracker.services.plans.obligation_grid import save_obligation_grid
from tracker.services.plans.split_grid import save_split

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(plan: Plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


def cell(plan: Plan, indicator: str, region: str) -> tuple[int, int]:
    return plan.targets.get(indicator__code=indicator).pk, factories.region(region).pk


def test_shares_are_saved_with_their_balance_and_one_event(plan: Plan, manager) -> None:
    gangue = cell(plan, "coal_gangue_utilised", factories.TAIYUAN)
    ash = cell(plan, "fly_ash_utilised", factories.DATONG)
    events = Event.objects.count()
    shares = {gangue: Decimal(300), ash: Decimal(100)}
    assert save_split(plan, shares, seen=load_split(plan).seen, acting_user=manager, now=NOW) == 2
    rows = {row.target.indicator.code: row for row in load_split(plan).rows}
    assert rows["coal_gangue_utilised"].rest == 6200
    assert rows["fly_ash_utilised"].rest == 2000
    assert Event.objects.count() == events + 1


def test_more_than_the_target_is_refused_at_its_cell_and_nothing_is_saved(plan: Plan, manager) -> None:
    one = cell(plan, "fgd_gypsum_utilised", factories.TAIYUAN)
    other = cell(plan, "fgd_gypsum_utilised", factories.DATONG)
    with pytest.raises(Refused) as refused:
        shares = {one: Decimal(300), other: Decimal(200)}
        save_split(plan, shares, seen=load_split(plan).seen, acting_user=manager, now=NOW)
    assert set(refused.value.fields) == {f"{other[0]}-{other[1]}"} or len(refused.value.fields) == 1
    assert not load_split(plan).rows[2].shares


def test_shares_move_between_regions_in_one_step(plan: Plan, manager) -> None:
    one = cell(plan, "fgd_gypsum_utilised", factories.TAIYUAN)
    other = cell(plan, "fgd_gypsum_utilised", factories.DATONG)
    save_split(plan, {one: Decimal(400)}, seen=load_split(plan).seen, acting_user=manager, now=NOW)
    moved = {one: None, other: Decimal(400)}
    assert save_split(plan, moved, seen=load_split(plan).seen, acting_user=manager, now=NOW) == 2


def test_a_grid_that_another_person_changed_is_not_saved(plan: Plan, manager) -> None:
    seen = load_split(plan).seen
    one = cell(plan, "fgd_gypsum_utilised", factories.TAIYUAN)
    save_split(plan, {one: Decimal(4)}, seen=seen, acting_user=manager, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        save_split(plan, {one: Decimal(5)}, seen=seen, acting_user=manager, now=NOW)


def test_obligations_begin_with_their_expected_returns_and_are_taken_out_again(plan: Plan, manager) -> None:
    unit = factories.make_unit(plan, factories.TAIYUAN, ())
    grid = load_obligations(plan, units_of(plan))
    chosen = {(unit.pk, one.pk): "month" for one in grid.indicators[:3]}
    assert save_obligation_grid(grid, chosen, seen=grid.seen, acting_user=manager, now=NOW) == 3
    assert ExpectedReturn.objects.filter(unit=unit).exists()
    again = load_obligations(plan, units_of(plan))
    cleared = dict.fromkeys(chosen, "")
    assert save_obligation_grid(again, cleared, seen=again.seen, acting_user=manager, now=NOW) == 3
    assert not Obligation.objects.filter(unit=unit).exists()
    assert not ExpectedReturn.objects.filter(unit=unit).exists()


def test_what_was_reported_is_not_taken_out_by_a_grid(plan: Plan, manager) -> None:
    unit = factories.make_unit(plan, factories.TAIYUAN)
    reporter = factories.make_user("reporter", Role.REPORTER, factories.TAIYUAN)
    factories.file_return(
        unit,
        factories.period(plan, "2020-07"),
        {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"},
        reporter=reporter,
    )
    grid = load_obligations(plan, units_of(plan))
    held = Obligation.objects.filter(unit=unit)[0]
    with pytest.raises(Refused) as refused:
        chosen = {(unit.pk, held.indicator_id): ""}
        save_obligation_grid(grid, chosen, seen=grid.seen, acting_user=manager, now=NOW)
    assert set(refused.value.fields) == {f"{unit.pk}-{held.indicator_id}"}


def test_derived_indicators_and_ratios_are_reported_by_their_terms(plan: Plan) -> None:
    codes = {one.code for one in load_obligations(plan, []).indicators}
    assert {"coal_gangue_utilised", "building_materials_used", "gangue_power_generated"} <= codes
    assert not {"bulk_waste_utilised", "building_materials_share", "gangue_and_ash_utilised"} & codes
