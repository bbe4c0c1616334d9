"""The worklist: what is due, what came back, what waits with its flags, who is late; bounded, in as many queries."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from tests import factories
from tests.factories import NOW, SHANGHAI
from tracker.models import Obligation, Period
from tracker.queries.pages.worklist import Worklist
from tracker.queries.returns.late_units import late_units
from tracker.services import returns
from tracker.services.plans.obligations import delete_obligation
from tracker.services.returns.extensions import grant_extension

VALUES = {"coal_gangue_utilised": "5", "fly_ash_utilised": "1"}
DUE = datetime(2020, 9, 8, tzinfo=SHANGHAI)
EARLIER = ("2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06", "2020-07")


@pytest.fixture
def manager(plan):
    """Who sets the plan up."""
    return factories.make_user("manager", "plan_manager")


@pytest.fixture
def up_to_july(plan, taiyuan, reporter):
    """Taiyuan has handed in every month before August."""
    for code in EARLIER:
        factories.file_return(taiyuan, factories.period(plan, code), VALUES, reporter=reporter, now=NOW)


def to_do(user, now=NOW):
    return [(item.period.code, item.days_left) for item in Worklist(user, now).to_do]


def test_what_is_due_comes_with_the_days_left_in_shanghai(up_to_july, reporter):
    assert to_do(reporter) == [("2020-08", 4), ("2020-09", 36)]
    assert to_do(reporter, DUE - timedelta(seconds=1))[0] == ("2020-08", 0)
    assert to_do(reporter, DUE)[0] == ("2020-08", -1)


def test_what_came_back_is_first_with_why(up_to_july, plan, taiyuan, reporter, reviewer):
    filed = factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter)
    factories.set_deadlines(Period.objects.filter(code="2020-09"), due_at=NOW + timedelta(days=1))
    returns.send_back_return(filed, comment="Check.", acting_user=reviewer, now=NOW, expected_version=filed.version)
    first = Worklist(reporter, NOW).to_do[0]
    assert (first.period.code, first.is_sent_back, first.unit_return.review_comment) == ("2020-08", True, "Check.")


def test_more_time_moves_it_and_says_so(up_to_july, plan, taiyuan, reporter, reviewer):
    grant_extension(
        taiyuan, factories.period(plan), until=DUE + timedelta(days=9), reason="x", acting_user=reviewer, now=NOW
    )
    august = next(item for item in Worklist(reporter, DUE).to_do if item.period.code == "2020-08")
    assert (august.days_left, august.is_extended, august.is_overdue) == (8, True, False)
    assert august.extension.reason == "x", "the unit reads why"


def test_what_is_locked_comes_last(up_to_july, plan, taiyuan, reporter):
    factories.set_deadlines(Period.objects.filter(code="2020-08"), locks_at=DUE)
    items = Worklist(reporter, DUE).to_do
    assert [(item.period.code, item.is_locked) for item in items] == [("2020-09", False), ("2020-08", True)]


def test_a_long_list_is_bounded_and_says_how_many_more(plan, taiyuan, reporter):
    draft = returns.open_return(taiyuan, factories.period(plan, "2020-01"), acting_user=reporter, now=NOW)
    worklist = Worklist(reporter, NOW, shown=3)
    assert [item.period.code for item in worklist.to_do] == ["2020-01", "2020-02", "2020-03"]
    assert (worklist.to_do[0].unit_return, worklist.more_to_do) == (draft, 6)


def test_deadlines_in_a_year_that_is_not_known_are_told(plan, taiyuan, reporter):
    assert Worklist(reporter, NOW).note == ""
    factories.set_deadlines(Period.objects.filter(code="2020-01"), due_at=datetime(2999, 2, 6, tzinfo=SHANGHAI))
    assert "2999" in Worklist(reporter, NOW, shown=20).note


def test_a_reviewer_sees_the_oldest_first_with_its_flags(plan, taiyuan, reporter, reviewer):
    later = factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter, now=NOW)
    july = factories.period(plan, "2020-07")
    earlier = factories.file_return(taiyuan, july, VALUES, reporter=reporter, now=NOW - timedelta(days=2))
    items = Worklist(reviewer, NOW).to_review
    assert [(item.unit_return, item.days_waiting) for item in items] == [(earlier, 2), (later, 0)]
    assert all(len(item.flags) == item.warnings + item.hints for item in items)


def test_a_reporter_reviews_nothing_and_chases_nobody(plan, taiyuan, reporter):
    worklist = Worklist(reporter, NOW)
    assert (worklist.is_reviewer, worklist.is_chaser, worklist.to_review, worklist.late) == (False, False, [], [])


def test_a_leader_has_no_work(plan, taiyuan, leader):
    worklist = Worklist(leader, NOW)
    assert (worklist.is_reporter, worklist.is_chaser) == (False, False)


def test_who_is_late_is_told_with_since_when_and_whom_to_ring_up(plan, taiyuan, manager):
    taiyuan.contact_phone = "0351-1234567"
    taiyuan.save()
    (row,), number = late_units(manager, now=NOW, at_most=5)
    assert (row.unit, number, row.phone) == (taiyuan, 1, "0351-1234567")
    assert [period.code for period in row.periods] == list(EARLIER)
    assert row.since == factories.period(plan, "2020-01").due_at


def test_without_a_number_of_its_own_the_units_last_reporter_is_rung_up(plan, taiyuan, reporter, manager):
    reporter.phone = "13800000000"
    reporter.save()
    factories.file_return(taiyuan, factories.period(plan, "2020-01"), VALUES, reporter=reporter)
    assert late_units(manager, now=NOW, at_most=5)[0][0].phone == "13800000000"


def test_nobody_is_late_before_the_deadline_or_with_more_time(up_to_july, plan, taiyuan, manager):
    assert late_units(manager, now=DUE - timedelta(seconds=1), at_most=5) == ([], 0)
    assert late_units(manager, now=DUE, at_most=5)[1] == 1
    until = DUE + timedelta(days=5)
    grant_extension(taiyuan, factories.period(plan), until=until, reason="x", acting_user=manager, now=DUE)
    assert late_units(manager, now=DUE, at_most=5) == ([], 0)
    (row,), _number = late_units(manager, now=until, at_most=5)
    assert row.since == until


def test_what_was_sent_back_and_is_due_is_late(up_to_july, plan, taiyuan, reporter, reviewer, manager):
    filed = factories.file_return(taiyuan, factories.period(plan), VALUES, reporter=reporter)
    assert late_units(manager, now=DUE, at_most=5)[1] == 0
    returns.send_back_return(filed, comment="No.", acting_user=reviewer, now=NOW, expected_version=filed.version)
    assert [period.code for period in late_units(manager, now=DUE, at_most=5)[0][0].periods] == ["2020-08"]


def test_only_what_a_unit_is_to_report_makes_it_late(plan, taiyuan, manager):
    factories.change_obligations(plan, frequency="quarter")
    (row,), _number = late_units(manager, now=NOW, at_most=5)
    assert [period.code for period in row.periods] == ["2020-Q1", "2020-Q2"]


def test_a_closed_unit_is_not_late(plan, taiyuan, manager):
    factories.close_unit(taiyuan, plan.starts_on)
    assert late_units(manager, now=NOW, at_most=5) == ([], 0)


def test_what_a_closed_unit_handed_in_stands_for_nobody_else(up_to_july, plan, taiyuan, manager):
    datong = factories.make_unit(plan, factories.DATONG)
    factories.close_unit(taiyuan, date(2020, 8, 31))
    (row,), number = late_units(manager, now=NOW, at_most=5)
    assert (row.unit, number, [period.code for period in row.periods]) == (datong, 1, list(EARLIER))


def test_what_was_handed_in_by_a_unit_that_owes_nothing_any_more_stands_for_nobody_else(
    up_to_july, plan, taiyuan, manager
):
    datong = factories.make_unit(plan, factories.DATONG)
    for owed in Obligation.objects.filter(unit=taiyuan):
        delete_obligation(owed, acting_user=manager, now=NOW)
    (row,), number = late_units(manager, now=NOW, at_most=5)
    assert (row.unit, number, [period.code for period in row.periods]) == (datong, 1, list(EARLIER))


def test_a_citys_reviewer_sees_the_citys_late_units_alone(plan, taiyuan):
    datong = factories.make_unit(plan, factories.DATONG)
    reviewer = factories.make_user("datong-reviewer", "reviewer", factories.DATONG)
    assert [row.unit for row in late_units(reviewer, now=NOW, at_most=5)[0]] == [datong]


def test_the_longest_late_come_first_and_the_rest_is_counted(plan, up_to_july, taiyuan, manager):
    datong, shuozhou = (factories.make_unit(plan, place) for place in (factories.DATONG, factories.SHUOZHOU))
    rows, number = late_units(manager, now=DUE, at_most=2)
    assert ([row.unit for row in rows], number) == ([datong, shuozhou], 3)


def test_queries_do_not_grow_with_units_or_returns(plan, taiyuan, reviewer, manager, count_queries):
    official = factories.make_user("official", "reporter")

    def queries():
        counted = []
        for user in (official, reviewer, manager):
            worklist = Worklist(type(user).objects.get(pk=user.pk), NOW)
            with count_queries(connection) as captured:
                _read = (
                    worklist.to_do,
                    worklist.more_to_do,
                    worklist.to_review,
                    worklist.more_to_review,
                    worklist.late,
                )
            counted.append(len(captured))
        return counted

    def file(unit):
        factories.file_return(unit, factories.period(plan, "2020-01"), VALUES, reporter=official)
        returns.open_return(unit, factories.period(plan, "2020-02"), acting_user=official, now=NOW)

    file(taiyuan)
    few = queries()
    for place in ("140200", "140300", "140400", "140500", "140600"):
        file(factories.make_unit(plan, place))
    assert queries() == few
