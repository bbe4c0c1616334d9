"""Figures as they were known at a moment: the past stays as it was."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from tests import factories
from tests.factories import NOW
from tests.services.random_returns import ASH, BASES, GANGUE, USED, few, make_world, steps
from tracker.calculation.cells import Coverage
from tracker.models import ReportingUnit, Target, TargetVersion
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.services.plans.targets import save_version

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(plan, reviewer):
    """Units that owe returns, and nothing filed yet."""
    return make_world(plan, reviewer)


@given(before=steps(), later=steps())
@few
def test_what_was_known_at_a_moment_is_never_changed_by_what_comes_later(world, before, later):
    with world.after(before):
        month, moment = world.months[-1], world.now
        then, known = load_figure_inputs(month), load_figure_inputs(month, as_of=moment)
        units_then = Figures(month).units_reported_in(month.plan.region)
        for step in later:
            world.take(step)
        assert load_figure_inputs(month, as_of=moment) == known
        assert known.cells.leaves == then.cells.leaves
        assert Figures(month, as_of=moment).units_reported_in(month.plan.region) == units_then


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """A verified return of Taiyuan for August, filed at NOW."""
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def unlock(verified, reporter, reviewer, now):
    factories.unlock(verified, reporter=reporter, reviewer=reviewer, reason="重复计算", now=now)


def test_before_a_return_was_verified_its_values_were_not_known(verified):
    tally = load_figure_inputs(verified.period, as_of=NOW - MINUTE).tally(GANGUE, factories.SHANXI, -1)
    assert (tally.value, tally.coverage) == (None, Coverage(0, 1))


def test_the_moment_of_verification_itself_knows_it(verified):
    assert load_figure_inputs(verified.period, as_of=NOW).tally(GANGUE, factories.SHANXI, -1).value == 500


def test_a_withdrawn_value_is_still_known_of_the_time_before(verified, reporter, reviewer):
    unlock(verified, reporter, reviewer, NOW + 5 * MINUTE)
    known = [
        load_figure_inputs(verified.period, as_of=NOW + minutes * MINUTE).tally(GANGUE, factories.SHANXI, -1)
        for minutes in (4, 5)
    ]
    assert [tally.value for tally in known] == [500, None]
    assert [tally.coverage.present for tally in known] == [1, 0]


def test_how_many_units_had_reported_is_known_of_the_time_too(verified, reporter, reviewer):
    unlock(verified, reporter, reviewer, NOW + 5 * MINUTE)
    counts = [
        Figures(verified.period, as_of=NOW + minutes * MINUTE).units_reported_in(region)
        for minutes in (-1, 0, 4, 5)
        for region in (factories.region(factories.TAIYUAN),)
    ]
    assert counts == [Coverage(0, 1), Coverage(1, 1), Coverage(1, 1), Coverage(0, 1)]


def test_sums_of_the_largest_amounts_are_exact(world):
    """SQLite knows no decimals: twenty-two digits must not be lost on the way to a sum."""
    taiyuan = [unit for unit in world.units if unit.region.code == factories.TAIYUAN]
    for unit in taiyuan:
        values = {GANGUE: "999999999999999.999999", ASH: "0.1", USED: "0", BASES: "1"}
        factories.file_return(unit, world.months[-1], values, reporter=world.reporter, reviewer=world.reviewer)
    book, known = load_figure_inputs(world.months[-1]), load_figure_inputs(world.months[-1], as_of=NOW)
    assert str(known.tally(GANGUE, factories.TAIYUAN, -1).value).startswith("1999999999999999.999998")
    assert known.cells.leaves == book.cells.leaves


def test_a_version_recorded_later_was_not_in_force_to_who_looked_before(verified, plan):
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    manager = factories.make_user("manager", "plan_manager")
    version = TargetVersion(
        target=target, value=6000, effective_from=plan.starts_on.replace(month=3), document_number="晋节〔2020〕1号"
    )
    save_version(version, acting_user=manager, now=NOW + MINUTE)
    day = verified.period.ends_on
    goals = [
        load_figure_inputs(verified.period, as_of=moment).goal(GANGUE, factories.SHANXI, day)
        for moment in (NOW, NOW + MINUTE)
    ]
    assert goals == [6500, 6000]


def test_a_plan_is_known_from_the_day_it_was_issued_whenever_it_is_loaded(plan):
    recorded = {
        moment.astimezone(factories.SHANGHAI) for moment in TargetVersion.objects.values_list("recorded_at", flat=True)
    }
    assert recorded == {datetime(2020, 3, 24, tzinfo=factories.SHANGHAI)}


def test_reported_values_are_not_known_as_of_a_moment(verified):
    with pytest.raises(ValueError, match="verified"):
        load_figure_inputs(verified.period, provisional=True, as_of=NOW)
    assert ReportingUnit.objects.count() == 1
