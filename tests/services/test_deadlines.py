"""The plan's rule for deadlines: periods that open by themselves, and deadlines that move with the rule."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests import factories
from tests.factories import NOW, SHANGHAI
from tests.services import issued_kinds
from tracker import tasks
from tracker.calculation.cells import Coverage
from tracker.models import Event, Indicator, Obligation, Period, Return
from tracker.queries.errors import ChangedMeanwhile, NotAllowed
from tracker.queries.figures.figures import Figures
from tracker.queries.returns.expected_returns import expected_returns
from tracker.services import returns
from tracker.services.plans import obligations
from tracker.services.returns import deadlines
from tracker.services.returns.open_periods import open_periods

CHANGES = "Changes of timeliness"


@pytest.fixture
def manager(plan):
    """Who sets the plan up."""
    return factories.make_user("manager", "plan_manager")


def days(plan):
    rows = plan.periods.order_by("ends_on", "kind")
    return {row.code: row.deadline.astimezone(SHANGHAI).date().isoformat() for row in rows}


def change(plan, **rule):
    for name, value in rule.items():
        setattr(plan, name, value)
    plan.save()


def move(plan, manager, now=NOW):
    seen = deadlines.as_seen(deadlines.moves_by_rule(plan, now=now))
    return [row.code for row in deadlines.move_deadlines(plan, seen=seen, acting_user=manager, now=now)]


def owe(plan, unit, frequency, manager, indicator="smelting_slag_utilised"):
    row = Obligation(plan=plan, unit=unit, indicator=Indicator.objects.get(code=indicator), frequency=frequency)
    return obligations.save_obligation(row, acting_user=manager, now=NOW)


def test_the_plans_months_are_due_on_working_days(plan):
    assert list(days(plan).values()) == [
        *("2020-02-05", "2020-03-05", "2020-04-07", "2020-05-06", "2020-06-05", "2020-07-06"),
        *("2020-08-05", "2020-09-07", "2020-10-09", "2020-11-05", "2020-12-07", "2021-01-05"),
    ]


def test_a_quarterly_obligation_opens_the_quarters(plan, taiyuan, manager):
    owe(plan, taiyuan, "quarter", manager)
    assert [days(plan)[f"2020-Q{number}"] for number in (1, 2, 3, 4)] == [
        *("2020-04-07", "2020-07-06", "2020-10-09", "2021-01-05")
    ]
    assert not plan.periods.filter(kind="year").exists()


def test_opening_periods_again_adds_nothing_and_leaves_deadlines_alone(plan, taiyuan, manager):
    owe(plan, taiyuan, "year", manager)
    factories.set_deadlines(Period.objects.filter(code="2020"), due_at=NOW)
    assert open_periods(plan, now=NOW) == []
    assert Period.objects.get(code="2020").due_at == NOW


def test_the_tick_opens_what_obligations_ask_for(plan, taiyuan):
    Obligation.objects.update(frequency="quarter")
    tasks.tick()
    assert plan.periods.filter(kind="quarter").count() == 4


def test_a_plan_that_grows_gets_its_new_months(plan):
    plan.ends_on = plan.ends_on.replace(year=2021, month=2, day=28)
    plan.save()
    assert [row.code for row in open_periods(plan, now=NOW)] == ["2021-01", "2021-02"]


def test_a_lock_follows_so_many_days_after_the_deadline(plan, taiyuan, manager):
    change(plan, lock_after_days=10)
    owe(plan, taiyuan, "quarter", manager)
    third = Period.objects.get(code="2020-Q3")
    assert third.locks_at == datetime(2020, 10, 20, tzinfo=SHANGHAI) == third.due_at + timedelta(days=10)


@pytest.mark.parametrize(("frequency", "code"), [("quarter", "2020-Q3"), ("year", "2020")])
def test_quarterly_and_yearly_returns_go_the_whole_way(plan, taiyuan, reporter, reviewer, manager, frequency, code):
    owe(plan, taiyuan, frequency, manager)
    owed = {item.period.code: item for item in expected_returns(reporter, now=NOW)}
    assert code in owed
    values = {"smelting_slag_utilised": "700"}
    filed = factories.file_return(taiyuan, owed[code].period, values, reporter=reporter, reviewer=reviewer)
    assert [entry.indicator.code for entry in filed.entries.all()] == ["smelting_slag_utilised"]
    assert code not in {item.period.code for item in expected_returns(reporter, now=NOW)}
    period = factories.period(plan, code)
    target = next(row for row in Figures(period).targets if row.indicator.code == "smelting_slag_utilised")
    assert Figures(period).standing_of(target, plan.region).standing.to_date.value == 700


def test_a_quarterly_target_stands_among_the_months_by_its_newest_quarter_and_changes_no_other(
    plan, taiyuan, reporter, reviewer, manager
):
    def reckoned():
        figures = Figures(factories.period(plan, "2020-09"))
        return {row.target.indicator.code: row for row in figures.standings([plan.region])}

    before = reckoned()
    owe(plan, taiyuan, "quarter", manager)
    third = factories.period(plan, "2020-Q3")
    factories.file_return(taiyuan, third, {"smelting_slag_utilised": "700"}, reporter=reporter, reviewer=reviewer)
    after = reckoned()
    slag = after.pop("smelting_slag_utilised")
    assert (slag.period.code, slag.standing.to_date.value) == ("2020-Q3", 700)
    assert slag.standing.this_period.coverage == Coverage(1, 1)
    assert {code: row for code, row in before.items() if code in after} == after


def test_a_unit_that_reports_by_the_quarter_alone_owes_no_months(plan, taiyuan, reporter):
    factories.change_obligations(plan, frequency="quarter")
    assert [item.period.code for item in expected_returns(reporter, now=NOW)] == ["2020-Q1", "2020-Q2", "2020-Q3"]


def test_a_new_rule_moves_only_periods_that_are_not_due(plan, manager):
    change(plan, deadline_day=10)
    assert move(plan, manager) == ["2020-08", "2020-09", "2020-10", "2020-11", "2020-12"]
    assert days(plan)["2020-07"] == "2020-08-05"
    assert (days(plan)["2020-08"], days(plan)["2020-10"]) == ("2020-09-10", "2020-11-10")
    assert Event.objects.filter(object_type="period", action="configured").count() == 5


def changes_of_timeliness(plan, code):
    rows = issued_kinds.rows_of(issued_kinds.sheet_of(issued_kinds.issue(plan, "timeliness", code=code), CHANGES))
    return [row[1:5] for row in rows]


def test_a_moved_deadline_is_listed_where_no_return_is_counted_otherwise(plan, taiyuan, manager):
    """The bug: August was not due before and was not due after, so that its new deadline stood nowhere."""
    issued_kinds.issue(plan, "timeliness", code="2020-08")
    change(plan, deadline_day=10)
    move(plan, manager)
    moved = ("August 2020", "Deadline", "7 Sep 2020, 23:59", "10 Sep 2020, 23:59")
    assert changes_of_timeliness(plan, "2020-09") == [moved]


def test_a_moved_deadline_is_listed_whatever_was_issued_in_between(plan, taiyuan, manager):
    issued_kinds.issue(plan, "timeliness", code="2020-08")
    change(plan, deadline_day=10)
    move(plan, manager)
    moved = [("August 2020", "Deadline", "7 Sep 2020, 23:59", "10 Sep 2020, 23:59")]
    assert changes_of_timeliness(plan, "2020-08") == moved
    assert changes_of_timeliness(plan, "2020-09") == moved


def test_where_nothing_differs_nothing_moves(plan, manager):
    assert deadlines.moves_by_rule(plan, now=NOW) == []
    assert move(plan, manager) == []


def test_nobody_is_made_late_by_a_new_rule(plan, manager):
    change(plan, deadline_day=1)
    moves = deadlines.moves_by_rule(plan, now=NOW)  # 1 October is a holiday: September's deadline stays the 9th
    assert [(row.period.code, row.is_possible) for row in moves] == [
        ("2020-08", False),
        *(("2020-10", True), ("2020-11", True), ("2020-12", True)),
    ]
    assert "2020-08" not in move(plan, manager)
    assert days(plan)["2020-08"] == "2020-09-07"


def test_what_was_not_in_the_preview_is_not_done(plan, manager):
    change(plan, deadline_day=10)
    seen = deadlines.as_seen(deadlines.moves_by_rule(plan, now=NOW))
    change(plan, deadline_day=12)
    with pytest.raises(ChangedMeanwhile):
        deadlines.move_deadlines(plan, seen=seen, acting_user=manager, now=NOW)
    assert days(plan)["2020-08"] == "2020-09-07"


def test_who_does_not_manage_the_plan_moves_nothing(plan, reviewer):
    change(plan, deadline_day=10)
    with pytest.raises(NotAllowed):
        move(plan, reviewer)


def test_opening_periods_takes_as_many_queries_for_a_long_plan(plan, count_queries):
    with count_queries(connection) as few:
        open_periods(plan, now=NOW)
    plan.ends_on = plan.ends_on.replace(year=2024)
    plan.save()
    open_periods(plan, now=NOW)
    with count_queries(connection) as many:
        open_periods(plan, now=NOW)
    assert len(many) == len(few)


def test_a_locked_period_is_told_by_the_return_too(plan, taiyuan, reporter):
    factories.set_deadlines(Period.objects.filter(code="2020-08"), locks_at=NOW + timedelta(days=9))
    returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    draft = Return.objects.get()
    assert (draft.is_locked(NOW + timedelta(days=8)), draft.is_locked(NOW + timedelta(days=9))) == (False, True)
