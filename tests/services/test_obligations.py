"""Who reports what, and the counts that follow."""

import pytest

from tests import factories
from tests.factories import NOW
from tracker.calculation.cells import Coverage
from tracker.models import Entry, Indicator, Obligation, ReportingUnit
from tracker.queries.figures.figures import Figures
from tracker.services import returns
from tracker.services.plans import obligations

SLAG = "smelting_slag_utilised"


@pytest.fixture
def manager(plan):
    """Who sets the plan up."""
    return factories.make_user("manager", "plan_manager")


def new_obligation(plan, unit):
    return Obligation(plan=plan, unit=unit, indicator=Indicator.objects.get(code=SLAG))


def expected(plan, city):
    figures = Figures(factories.period(plan))
    target = next(target for target in figures.targets if target.indicator.code == SLAG)
    return figures.standing_of(target, factories.region(city)).standing.this_period.coverage


def test_a_new_obligation_counts_at_once(plan, taiyuan, manager):
    obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    assert expected(plan, factories.TAIYUAN) == Coverage(0, 1)


def test_a_deleted_one_counts_no_more(plan, taiyuan, manager):
    row = obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    obligations.delete_obligation(row, acting_user=manager, now=NOW)
    assert expected(plan, factories.TAIYUAN) == Coverage(0, 0)


def test_an_open_return_gets_the_cell_and_a_submitted_one_does_not(plan, taiyuan, reporter, manager):
    values = {"coal_gangue_utilised": "1", "fly_ash_utilised": "1"}
    factories.file_return(taiyuan, factories.period(plan, "2020-07"), values, reporter=reporter)
    returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    cells = Entry.objects.filter(indicator__code=SLAG).values_list("unit_return__period__code", flat=True)
    assert list(cells) == ["2020-08"]


def test_a_unit_that_moves_is_counted_where_it_lies(plan, taiyuan, manager):
    obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    unit = ReportingUnit.objects.get()
    unit.region = factories.region(factories.DATONG)
    obligations.save_unit(unit, acting_user=manager, now=NOW)
    assert expected(plan, factories.TAIYUAN) == Coverage(0, 0)
    assert expected(plan, factories.DATONG) == Coverage(0, 1)
