"""Which of last year's plans a value is compared with (同比) where several carry the indicator."""

from datetime import date

import pytest

from tests import factories
from tests.factories import SHANXI, TAIYUAN
from tests.services.past import make_past_plan
from tests.services.random_returns import GANGUE
from tracker.models import Indicator, Obligation, Period, Plan
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.imports.return_template.figures import TemplateFigures
from tracker.queries.returns.check_inputs import read_sheets
from tracker.queries.returns.return_rows import load_return_rows
from tracker.services import returns
from tracker.services.returns.expected import update_expected


@pytest.fixture
def last_year(taiyuan):
    """A plan of 2019 whose coal gangue Taiyuan owes; returned with a way to make another like it."""

    def make(code: str, place: str = SHANXI, issued_on: date = date(2019, 1, 1)) -> Plan:
        made = make_past_plan()
        Plan.objects.filter(pk=made.pk).update(code=code, region=factories.region(place), issued_on=issued_on)
        Obligation.objects.create(plan=made, unit=taiyuan, indicator=Indicator.objects.get(code=GANGUE))
        update_expected(made, now=None)
        return Plan.objects.get(pk=made.pk)

    return make


def report(plan, taiyuan, reporter, reviewer, value):
    month = Period.objects.of(plan, "2019-08")
    factories.file_return(taiyuan, month, {GANGUE: value}, reporter=reporter, reviewer=reviewer)


def before(plan):
    return load_figure_inputs(factories.period(plan)).last_year.leaves[GANGUE, TAIYUAN, "2020-08"]


@pytest.mark.parametrize("order", [1, -1], ids=["the province's first", "the city's first"])
def test_the_plan_of_the_same_region_counts_whichever_was_made_first(
    last_year, plan, taiyuan, reporter, reviewer, order
):
    for code, place, value in [("province", SHANXI, "500"), ("city", TAIYUAN, "7")][::order]:
        report(last_year(code, place), taiyuan, reporter, reviewer, value)
    assert before(plan).value == 500


def test_of_two_plans_of_the_region_the_one_issued_last_counts(last_year, plan, taiyuan, reporter, reviewer):
    report(last_year("newer", issued_on=date(2019, 3, 1)), taiyuan, reporter, reviewer, "500")
    report(last_year("older"), taiyuan, reporter, reviewer, "7")
    assert before(plan).value == 500


def test_a_plan_in_which_nothing_was_reported_hides_no_value_of_another(last_year, plan, taiyuan, reporter, reviewer):
    last_year("newer", issued_on=date(2019, 3, 1))
    report(last_year("older"), taiyuan, reporter, reviewer, "7")
    assert before(plan).value == 7


@pytest.mark.parametrize("order", [1, -1], ids=["the province's first", "the city's first"])
def test_page_template_and_checks_compare_with_the_plan_that_the_figures_compare_with(
    last_year, plan, taiyuan, reporter, reviewer, order
):
    for code, place, value in [("province", SHANXI, "500"), ("city", TAIYUAN, "7")][::order]:
        report(last_year(code, place), taiyuan, reporter, reviewer, value)
    month = factories.period(plan)
    unit_return = returns.open_return(taiyuan, month, acting_user=reporter, now=factories.NOW)
    (row,) = (row for row in load_return_rows(unit_return) if row.entry.indicator.code == GANGUE)
    (printed,) = (row for row in TemplateFigures(month, [taiyuan]).rows_of(taiyuan) if row.code == GANGUE)
    checked = read_sheets([unit_return.pk], {})[unit_return.pk].last_year[GANGUE]
    assert (row.last_year, printed.last_year, checked) == (500, 500, 500)
