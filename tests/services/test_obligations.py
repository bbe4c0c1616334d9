"""Obligations to report, and the expected returns that follow."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from tests import factories
from tests.factories import NOW
from tracker.calculation.cells import Coverage
from tracker.models import Entry, Event, ExpectedReturn, Indicator, Obligation, Period, ReportingUnit, Return
from tracker.queries.errors import Refused
from tracker.queries.figures.figures import Figures
from tracker.queries.returns.late_units import late_units
from tracker.services import returns
from tracker.services.plans import obligations
from tracker.services.plans.obligations import Submitted
from tracker.services.returns.expected import differing_cells
from tracker.services.returns.totals import differing_totals

GANGUE, ASH, SLAG = "coal_gangue_utilised", "fly_ash_utilised", "smelting_slag_utilised"
VALUES = {GANGUE: "1", ASH: "1"}


@pytest.fixture
def manager(plan):
    """Who sets the plan up."""
    return factories.make_user("manager", "plan_manager")


def new_obligation(plan, unit, indicator=SLAG, **dates):
    return Obligation(plan=plan, unit=unit, indicator=Indicator.objects.get(code=indicator), **dates)


def expected(plan, city, code="2020-09", indicator=SLAG):
    figures = Figures(factories.period(plan, code))
    target = next(target for target in figures.targets if target.indicator.code == indicator)
    return figures.standing_of(target, factories.region(city)).standing.this_period.coverage


def periods_of(unit, indicator=SLAG):
    """The codes of the periods for which the unit is to report the indicator."""
    rows = ExpectedReturn.objects.filter(unit=unit, cells__indicator__code=indicator)
    return list(rows.order_by("period__starts_on").values_list("period__code", flat=True))


def months(first, last):
    return [f"2020-{number:02}" for number in range(first, last + 1)]


def test_a_new_obligation_counts_from_the_current_period_on(plan, taiyuan, manager):
    obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    assert periods_of(taiyuan) == months(9, 12)
    assert expected(plan, factories.TAIYUAN) == Coverage(0, 1)
    assert expected(plan, factories.TAIYUAN, "2020-08") == Coverage(0, 0)


def test_the_manager_may_choose_the_plans_start(plan, taiyuan, manager):
    row = new_obligation(plan, taiyuan, begins=plan.starts_on)
    obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert periods_of(taiyuan) == months(1, 12)


@pytest.mark.parametrize("day", [date(2021, 3, 1), date(2019, 12, 1)])
def test_outside_the_plans_time_it_begins_with_the_plan(plan, taiyuan, manager, day):
    now = NOW.replace(year=day.year, month=day.month, day=day.day)
    obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=now)
    assert periods_of(taiyuan) == months(1, 12)


def test_it_ends_with_the_period_in_which_its_last_day_falls(plan, taiyuan, manager):
    row = new_obligation(plan, taiyuan, begins=date(2020, 2, 10), ends=date(2020, 5, 1))
    obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert periods_of(taiyuan) == months(2, 5)


def test_a_quarterly_one_begins_with_the_quarter_of_its_first_day(plan, taiyuan, manager):
    obligations.save_obligation(new_obligation(plan, taiyuan, frequency="quarter"), acting_user=manager, now=NOW)
    assert periods_of(taiyuan) == ["2020-Q3", "2020-Q4"]


def test_another_frequency_moves_what_is_expected(plan, taiyuan, manager):
    row = obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    row.frequency = "quarter"
    obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert periods_of(taiyuan) == ["2020-Q3", "2020-Q4"]


def test_an_obligation_that_is_given_to_another_unit_leaves_the_first(plan, taiyuan, manager):
    row = obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    row.unit = factories.make_unit(plan, factories.DATONG)
    obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert (periods_of(taiyuan), periods_of(row.unit)) == ([], months(9, 12))
    assert differing_cells() == differing_totals() == []


def test_a_new_unit_leaves_the_months_before_it_as_they_were(plan, taiyuan, reporter, reviewer, manager):
    """July keeps its coverage and its forecast, and the new unit is not overdue since February."""
    for code in months(1, 7):
        month = factories.period(plan, code)
        factories.file_return(taiyuan, month, {GANGUE: "500", ASH: "7"}, reporter=reporter, reviewer=reviewer)
    july = factories.period(plan, "2020-07")
    target = plan.targets.with_indicator().get(indicator__code=GANGUE)
    forecast = Figures(july).forecast(target, plan.region)
    unit = ReportingUnit.objects.create(code="new", name="新单位", region=factories.region(factories.DATONG))
    obligations.save_obligation(new_obligation(plan, unit, GANGUE), acting_user=manager, now=NOW)
    assert str(Figures(july).tally(target.indicator, plan.region, Figures(july).periods).coverage) == "7/7"
    assert str(Figures(july).units_reported_in(plan.region)) == "1/1"
    assert Figures(july).forecast(target, plan.region) == forecast is not None
    assert late_units(manager, now=NOW, at_most=5) == ([], 0)
    assert str(Figures(factories.period(plan, "2020-09")).units_reported_in(plan.region)) == "0/2"


def test_a_closed_unit_owes_nothing_from_the_period_of_its_last_day_on(plan, taiyuan, manager):
    other = factories.make_unit(plan, factories.DATONG)
    taiyuan.closed_on = date(2020, 8, 20)
    obligations.save_unit(taiyuan, acting_user=manager, now=NOW)
    assert periods_of(taiyuan, GANGUE) == months(1, 7)
    assert [
        str(Figures(factories.period(plan, code)).units_reported_in(plan.region)) for code in ("2020-07", "2020-08")
    ] == [
        "0/2",
        "0/1",
    ]
    assert periods_of(other, GANGUE) == months(1, 12)
    taiyuan.closed_on = None
    obligations.save_unit(taiyuan, acting_user=manager, now=NOW)
    assert periods_of(taiyuan, GANGUE) == months(1, 12)


def test_what_a_closed_unit_reported_stands(plan, taiyuan, reporter, reviewer, manager):
    august = factories.period(plan)
    factories.file_return(taiyuan, august, VALUES, reporter=reporter, reviewer=reviewer)
    taiyuan.closed_on = date(2020, 8, 20)
    obligations.save_unit(taiyuan, acting_user=manager, now=NOW)
    assert str(Figures(august).units_reported_in(plan.region)) == "1/1"
    assert differing_cells() == differing_totals() == []


def test_a_draft_of_a_closed_unit_is_expected_no_more(plan, taiyuan, reporter, manager):
    august = factories.period(plan)
    draft = returns.open_return(taiyuan, august, acting_user=reporter, now=NOW)
    returns.save_draft(draft, VALUES, acting_user=reporter, now=NOW, expected_version=draft.version)
    taiyuan.closed_on = date(2020, 8, 20)
    obligations.save_unit(taiyuan, acting_user=manager, now=NOW)
    draft = Return.objects.get()
    assert not draft.is_overdue(august.due_at + timedelta(days=1))
    assert draft.entries.count() == 2


def test_a_deleted_one_counts_no_more(plan, taiyuan, manager):
    row = obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    obligations.delete_obligation(row, acting_user=manager, now=NOW)
    assert expected(plan, factories.TAIYUAN) == Coverage(0, 0)


def test_what_was_reported_stays_when_the_obligation_is_deleted(plan, taiyuan, reporter, reviewer, manager):
    month = factories.period(plan)
    factories.file_return(taiyuan, month, VALUES, reporter=reporter, reviewer=reviewer)
    for row in list(Obligation.objects.filter(unit=taiyuan)):
        obligations.delete_obligation(row, acting_user=manager, now=NOW)
    assert expected(plan, factories.TAIYUAN, "2020-08", GANGUE) == Coverage(1, 1)
    assert expected(plan, factories.TAIYUAN, "2020-09", GANGUE) == Coverage(0, 0)


def test_an_open_return_gets_the_cell_and_loses_it_untouched(plan, taiyuan, reporter, manager):
    returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    row = new_obligation(plan, taiyuan, begins=date(2020, 8, 1))
    obligations.save_obligation(row, acting_user=manager, now=NOW)
    cells = Entry.objects.filter(indicator__code=SLAG).values_list("unit_return__period__code", flat=True)
    assert list(cells) == ["2020-08"]
    obligations.delete_obligation(row, acting_user=manager, now=NOW)
    assert not cells.all().exists()


@pytest.fixture
def submitted(plan, taiyuan, reporter, reviewer):
    """July verified, August submitted."""
    july, august = factories.period(plan, "2020-07"), factories.period(plan)
    factories.file_return(taiyuan, july, VALUES, reporter=reporter, reviewer=reviewer)
    return factories.file_return(taiyuan, august, VALUES, reporter=reporter)


def test_returns_submitted_already_are_left_and_it_begins_with_the_next_period(plan, taiyuan, submitted, manager):
    row = new_obligation(plan, taiyuan, begins=plan.starts_on)
    obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert row.begins == date(2020, 9, 1)
    assert periods_of(taiyuan) == months(9, 12)
    assert set(Return.objects.values_list("state", flat=True)) == {"verified", "submitted"}


def test_returns_submitted_already_are_reopened_when_the_manager_says_so(plan, taiyuan, submitted, reporter, manager):
    row = new_obligation(plan, taiyuan, begins=date(2020, 7, 1))
    obligations.save_obligation(row, acting_user=manager, now=NOW, submitted=Submitted.REOPEN)
    assert periods_of(taiyuan) == months(7, 12)
    assert set(Return.objects.values_list("state", flat=True)) == {"sent_back"}
    reopened = Return.objects.get(period=submitted.period)
    assert str(Indicator.objects.get(code=SLAG)) in reopened.review_comment
    factories.entry(reopened, SLAG)
    texts = {SLAG: "3"}
    returns.save_and_submit(reopened, texts, acting_user=reporter, now=NOW, expected_version=reopened.version)
    assert not Return.objects.get(pk=reopened.pk).is_late
    assert Event.objects.filter(action=Event.Action.RETURN_UNLOCKED, actor=manager).count() == 2
    assert differing_cells() == differing_totals() == []


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"begins": date(2020, 5, 1), "ends": date(2020, 4, 30)}, "ends"),
        ({"begins": date(2019, 12, 31)}, "begins"),
        ({"ends": date(2021, 1, 1)}, "ends"),
    ],
)
def test_dates_that_contradict_each_other_or_the_plan_are_refused_at_their_field(plan, taiyuan, manager, dates, field):
    row = new_obligation(plan, taiyuan, **dates)
    with pytest.raises(Refused) as refusal:
        obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert list(refusal.value.fields) == [field]
    assert not Obligation.objects.filter(indicator__code=SLAG).exists()


def test_an_end_that_leaves_no_period_after_the_submitted_ones_is_refused(plan, taiyuan, submitted, manager):
    row = new_obligation(plan, taiyuan, begins=date(2020, 7, 1), ends=date(2020, 8, 31))
    with pytest.raises(Refused) as refusal:
        obligations.save_obligation(row, acting_user=manager, now=NOW)
    assert list(refusal.value.fields) == ["ends"]


def test_the_database_refuses_an_end_before_the_beginning(plan, taiyuan):
    row = new_obligation(plan, taiyuan, begins=date(2020, 5, 1), ends=date(2020, 4, 30))
    with pytest.raises(IntegrityError):
        row.save()


def test_a_unit_that_moves_is_counted_where_it_lies(plan, taiyuan, manager):
    obligations.save_obligation(new_obligation(plan, taiyuan), acting_user=manager, now=NOW)
    unit = ReportingUnit.objects.get()
    unit.region = factories.region(factories.DATONG)
    obligations.save_unit(unit, acting_user=manager, now=NOW)
    assert expected(plan, factories.TAIYUAN) == Coverage(0, 0)
    assert expected(plan, factories.DATONG) == Coverage(0, 1)
    assert differing_totals() == []


def test_a_deadline_that_is_moved_holds_for_every_expected_return(plan, taiyuan, reporter, manager):
    august = factories.period(plan)
    row = factories.file_return(taiyuan, august, VALUES, reporter=reporter, now=august.due_at + timedelta(hours=1))
    assert row.is_late
    august.due_at += timedelta(days=2)
    obligations.save_period(august, acting_user=manager, now=NOW)
    assert not Return.objects.get().is_late
    assert not ExpectedReturn.objects.late().exists()


def test_a_period_added_by_hand_expects_its_returns_and_takes_them_with_it(plan, taiyuan, manager):
    spring = Period(plan=plan, code="2020-S", starts_on="2020-03-01", ends_on="2020-03-31", due_at=NOW)
    obligations.save_period(spring, acting_user=manager, now=NOW)
    spring = Period.objects.get(pk=spring.pk)
    assert spring.expected_returns.count() == 1
    obligations.delete_period(spring, acting_user=manager, now=NOW)
    assert differing_cells() == differing_totals() == []
