"""What a list counts, from its members' days and steps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.checks import Severity
from tracker.calculation.lists.counting import Counts, Member, Predicate, changes, differences, holds
from tracker.calculation.lists.credit_code import ALPHABET, check_character, is_credit_code
from tracker.calculation.lists.findings import (
    Fault,
    check_investment,
    check_project,
    check_step,
    parts_above_whole,
)
from tracker.calculation.lists.stages import MemberState, StepKind, Taken, stage_on, state_on

JANUARY, MAY, AUGUST, SEPTEMBER = (date(2020, month, 1) for month in (1, 5, 8, 9))
STARTED = Predicate(Counts.STAGE, "started", 50)


def stage(code: str, position: int, day: date, order: int = 0) -> Taken:
    return Taken(code, position, StepKind.STAGE, day, order)


def turn(kind: StepKind, day: date) -> Taken:
    return Taken(kind.value, 0, kind, day)


def test_the_stage_is_the_newest_by_day_not_the_highest():
    steps = [stage("building", 60, MAY), stage("approved", 40, AUGUST), stage("signed", 20, JANUARY)]
    assert stage_on(steps, date(2020, 4, 1)).code == "signed"
    assert stage_on(steps).code == "approved"
    assert stage_on(steps, date(2019, 1, 1)) is None


def test_of_one_day_the_step_recorded_last_holds():
    assert stage_on([stage("started", 50, MAY, 2), stage("approved", 40, MAY, 1)]).code == "started"


def test_halted_resumed_terminated():
    steps = [turn(StepKind.HALT, MAY), turn(StepKind.RESUME, AUGUST), turn(StepKind.TERMINATE, SEPTEMBER)]
    states = [state_on(steps, day) for day in (JANUARY, MAY, AUGUST, SEPTEMBER)]
    assert states == [MemberState.ACTIVE, MemberState.HALTED, MemberState.ACTIVE, MemberState.TERMINATED]


def test_a_member_counts_from_its_step_until_it_leaves_the_list():
    member = Member(JANUARY, SEPTEMBER, [stage("started", 50, MAY)])
    assert changes(STARTED, member) == {MAY: Decimal(1), SEPTEMBER: Decimal(-1)}


def test_a_step_before_the_list_counts_from_the_list_on():
    assert changes(STARTED, Member(MAY, None, [stage("started", 50, JANUARY)])) == {MAY: Decimal(1)}


def test_a_higher_stage_counts_and_a_step_backwards_does_not():
    member = Member(JANUARY, None, [stage("producing", 70, MAY), stage("approved", 40, AUGUST)])
    assert changes(STARTED, member) == {MAY: Decimal(1), AUGUST: Decimal(-1)}


def test_terminated_members_leave_the_count_unless_they_are_to_stay():
    member = Member(JANUARY, None, [stage("started", 50, MAY), turn(StepKind.TERMINATE, AUGUST)])
    assert changes(STARTED, member) == {MAY: Decimal(1), AUGUST: Decimal(-1)}
    assert changes(Predicate(Counts.STAGE, "started", 50, without_terminated=False), member) == {MAY: Decimal(1)}


def test_members_and_steps_are_counted():
    member = Member(JANUARY, SEPTEMBER, [stage("inspected", 10, MAY), stage("closed", 20, AUGUST)])
    assert changes(Predicate(Counts.MEMBERS), member) == {JANUARY: Decimal(1), SEPTEMBER: Decimal(-1)}
    assert changes(Predicate(Counts.STEP, "inspected"), member) == {MAY: Decimal(1), SEPTEMBER: Decimal(-1)}


def test_investment_is_what_was_done_while_on_the_list():
    invested = {MAY: Decimal(30), AUGUST: Decimal(0), SEPTEMBER: Decimal(9)}
    assert changes(Predicate(Counts.INVESTMENT), Member(JANUARY, SEPTEMBER, invested=invested)) == {MAY: Decimal(30)}


days = st.dates(date(2020, 1, 1), date(2020, 12, 31))
steps = st.lists(
    st.builds(Taken, st.just("x"), st.integers(1, 9), st.sampled_from(StepKind), days, st.integers(0, 3)), max_size=6
)


@given(begins=days, length=st.none() | st.integers(1, 200), taken=steps, wanted=st.integers(1, 9), day=days)
def test_the_changes_up_to_a_day_are_what_holds_on_it(begins, length, taken, wanted, day):
    member = Member(begins, None if length is None else begins + timedelta(days=length), taken)
    predicate = Predicate(Counts.STAGE, "x", wanted)
    summed = sum((amount for when, amount in changes(predicate, member).items() if when <= day), Decimal(0))
    assert summed == holds(predicate, member, day)


@given(
    wanted=st.dictionaries(days, st.decimals(-5, 5, places=1)),
    there=st.dictionaries(days, st.decimals(-5, 5, places=1)),
)
def test_differences_lead_from_what_is_there_to_what_is_wanted(wanted, there):
    added = differences(wanted, there)
    after = {day: there.get(day, 0) + added.get(day, 0) for day in there.keys() | added.keys()}
    assert {day: amount for day, amount in after.items() if amount} == {d: a for d, a in wanted.items() if a}


def test_a_credit_code_has_its_check_digit():
    assert is_credit_code("91350100M000100Y43")
    assert is_credit_code("911400006666666667") == (check_character("91140000666666666") == "7")
    assert not is_credit_code("91350100M000100Y4")
    assert not is_credit_code("9I350100M000100Y43")


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(first, place, other):
    code = first + check_character(first)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_credit_code(code)
    assert is_credit_code(wrong) == (wrong == code)


def faults(found):
    return [(one.fault, one.place, one.severity) for one in found]


def test_a_projects_fields_are_checked():
    found = check_project(
        credit_code="91350100M000100Y44",
        planned_start=MAY,
        planned_finish=JANUARY,
        total=Decimal(5),
        year=Decimal(6),
        coordinates=(Decimal(181), Decimal(91)),
    )
    assert faults(found) == [
        (Fault.CREDIT_CODE, "credit_code", Severity.ERROR),
        (Fault.FINISH_BEFORE_START, "planned_finish", Severity.ERROR),
        (Fault.YEAR_ABOVE_TOTAL, "yearly_investment", Severity.WARNING),
        (Fault.OUTSIDE_COORDINATES, "longitude", Severity.ERROR),
        (Fault.OUTSIDE_COORDINATES, "latitude", Severity.ERROR),
    ]
    assert check_project() == []


@pytest.mark.parametrize(
    ("day", "wrong"),
    [(date(2020, 9, 4), [Fault.STEP_IN_FUTURE]), (date(2019, 12, 31), [Fault.STEP_BEFORE_LIST]), (MAY, [])],
)
def test_a_step_lies_between_the_list_and_today(day, wrong):
    found = check_step(stage("started", 50, day), [], today=date(2020, 9, 3), listed_from=JANUARY)
    assert [one.fault for one in found] == wrong


def test_a_start_before_its_permit_is_a_warning_and_after_it_is_none():
    step = stage("started", 50, MAY)
    needs = {"today": SEPTEMBER, "listed_from": JANUARY, "needed": ["building", "land"]}
    found = check_step(step, [], permits={"building": AUGUST, "land": MAY}, **needs)
    assert [(one.fault, one.facts["permit"], one.severity) for one in found] == [
        (Fault.NO_PERMIT, "building", Severity.WARNING)
    ]


def test_a_step_backwards_is_a_warning_and_one_after_the_end_an_error():
    before = [stage("producing", 70, MAY), turn(StepKind.TERMINATE, AUGUST)]
    backwards = check_step(stage("started", 50, date(2020, 6, 1)), before, today=SEPTEMBER, listed_from=JANUARY)
    assert faults(backwards) == [(Fault.BACKWARDS, "step", Severity.WARNING)]
    after = check_step(stage("full", 80, SEPTEMBER), before, today=SEPTEMBER, listed_from=JANUARY)
    assert faults(after) == [(Fault.AFTER_TERMINATION, "step", Severity.ERROR)]


def test_investment_that_falls_needs_a_reason_and_above_the_total_is_flagged():
    assert faults(check_investment(Decimal(4), Decimal(5), Decimal(9))) == [(Fault.FALLING, "to_date", Severity.ERROR)]
    assert check_investment(Decimal(4), Decimal(5), Decimal(9), "审计核减") == []
    assert [one.fault for one in check_investment(Decimal(10), None, Decimal(9))] == [Fault.ABOVE_TOTAL]


def test_parts_of_a_split_do_not_exceed_the_whole():
    assert parts_above_whole(Decimal(10), [Decimal(6), Decimal("4.01")])
    assert not parts_above_whole(Decimal(10), [Decimal(6), Decimal(4), None])
    assert not parts_above_whole(None, [Decimal(6)])
