"""Next year's plan as a copy of this year's: dates move, what was promised is proposed again, nothing has begun."""

from datetime import date

import pytest

from tests import factories
from tests.factories import NOW
from tracker.models import Allocation, Commitment, Plan, Role, Target, TargetMilestone
from tracker.queries.errors import NotAllowed, Refused
from tracker.services.plans.copy_plan import NewPlan, copy_plan

pytestmark = pytest.mark.django_db

NEXT = NewPlan("shanxi-2021", "2021年行动计划", date(2021, 3, 1), date(2021, 1, 1), date(2021, 12, 31))


@pytest.fixture
def manager(plan: Plan):
    return factories.make_user("manager", Role.PLAN_MANAGER)


def test_the_copy_has_the_same_targets_and_split(plan: Plan, manager) -> None:
    target = Target.objects.get(plan=plan, indicator__code="coal_gangue_utilised")
    Allocation.objects.create(version=target.versions.get(), region=factories.region(factories.TAIYUAN), value=300)
    Allocation.objects.create(
        version=target.versions.get(), region=factories.region(factories.DATONG), value=9, is_demonstration=True
    )
    copy = copy_plan(plan, NEXT, acting_user=manager, now=NOW).plan
    mine = copy.targets.get(indicator__code="coal_gangue_utilised")
    assert copy.targets.count() == plan.targets.count()
    assert (mine.clause_numbers, mine.versions.get().value) == ("二", 6500)
    assert mine.versions.get().effective_from == NEXT.starts_on
    assert [(one.region.code, one.value) for one in mine.versions.get().allocations.all()] == [("140100", 300)]
    assert copy.periods.filter(kind="month").count() == 12


def test_obligations_hold_from_the_first_day_and_returns_are_expected(plan: Plan, manager) -> None:
    unit = factories.make_unit(plan, factories.TAIYUAN)
    copy = copy_plan(plan, NEXT, acting_user=manager, now=NOW).plan
    assert {one.begins for one in copy.obligations.filter(unit=unit)} == {NEXT.starts_on}
    assert copy.obligations.count() == 2


def test_tasks_keep_their_places_and_parts_and_have_not_begun(plan: Plan, manager) -> None:
    Commitment.objects.filter(clause__plan=plan).update(status=Commitment.Status.DONE)
    copy = copy_plan(plan, NEXT, acting_user=manager, now=NOW).plan
    task = copy.clauses.get(number="三-1").commitment
    assert (task.status, task.places.count(), task.parts.count()) == ("not_started", 3, 3)


def test_milestones_move_by_the_years_between(plan: Plan, manager) -> None:
    target = plan.targets.get(indicator__code="base_stations")
    TargetMilestone.objects.create(target=target, day=date(2020, 2, 29), value=10)
    copy = copy_plan(plan, NEXT, acting_user=manager, now=NOW).plan
    assert [one.day for one in copy.targets.get(indicator__code="base_stations").milestones.all()] == [
        date(2021, 2, 28)
    ]


def test_a_milestone_outside_the_new_dates_is_refused_and_nothing_is_made(plan: Plan, manager) -> None:
    target = plan.targets.get(indicator__code="base_stations")
    TargetMilestone.objects.create(target=target, day=date(2020, 11, 30), value=10)
    short = NewPlan("short", "短", date(2021, 3, 1), date(2021, 1, 1), date(2021, 6, 30))
    with pytest.raises(Refused) as refused:
        copy_plan(plan, short, acting_user=manager, now=NOW)
    assert set(refused.value.fields) == {"ends_on"}
    assert Plan.objects.count() == 1


def test_a_code_that_is_taken_is_refused_at_its_field(plan: Plan, manager) -> None:
    taken = NewPlan("shanxi-2020", "又一个", date(2021, 3, 1), date(2021, 1, 1), date(2021, 12, 31))
    with pytest.raises(Refused) as refused:
        copy_plan(plan, taken, acting_user=manager, now=NOW)
    assert set(refused.value.fields) == {"code"}


def test_who_manages_a_city_copies_no_plan_of_the_province(plan: Plan) -> None:
    city = factories.make_user("city", Role.PLAN_MANAGER, factories.TAIYUAN)
    with pytest.raises(NotAllowed):
        copy_plan(plan, NEXT, acting_user=city, now=NOW)
