"""What figures were judged by at a moment: bounds, targets' splits, pace, programmes, rules, and who owed what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.services.random_returns import ASH, GANGUE, few, undone
from tracker.calculation.cells import Coverage
from tracker.calculation.levels import Bounds, GradedBy
from tracker.models import (
    Allocation,
    Indicator,
    Obligation,
    PacePoint,
    Period,
    Plan,
    PlanTerms,
    ProgrammeTarget,
    ReportingUnit,
    Role,
    Target,
)
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.services.audit.configuration import delete_configured, save_configured
from tracker.services.plans.obligations import delete_obligation, save_obligation
from tracker.services.plans.targets import save_allocation

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE


@pytest.fixture
def manager(plan):
    """Who sets up the plan."""
    return factories.make_user("manager", Role.PLAN_MANAGER)


@pytest.fixture
def august(plan, taiyuan):
    """The period at which figures are asked for."""
    return factories.period(plan)


@pytest.fixture
def gangue(plan):
    """The target on coal gangue."""
    return Target.objects.get(plan=plan, indicator__code=GANGUE)


def book(period, **asked):
    """The book at a period as it is stored: what a row was read as before a change does not matter."""
    return load_figure_inputs(Period.objects.select_related("plan__region").get(pk=period.pk), **asked)


def changes(manager, gangue):
    """Ways to change what figures are judged by, each a function of the moment; every one changes the book."""
    version, region = gangue.versions.get(), factories.region

    def allocate(now, place=TAIYUAN, value=Decimal(700)):
        found = Allocation.objects.filter(version=version, region=region(place)).first()
        share = found or Allocation(version=version, region=region(place))
        share.value = value if share.value != value else value + 1
        save_allocation(share, acting_user=manager, now=now)

    def bounds(now):
        plan = Plan.objects.get(pk=gangue.plan_id)
        plan.level_one_below -= 1
        save_configured(plan, acting_user=manager, now=now)

    def pace(now):
        target = Target.objects.get(pk=gangue.pk)
        target.pace = "even_by_month" if target.pace != "even_by_month" else "even_by_day"
        save_configured(target, acting_user=manager, now=now)

    def point(now):
        day = date(2020, 1, 31) + timedelta(days=PacePoint.objects.filter(target=gangue).count())
        save_configured(PacePoint(target=gangue, day=day, share=Decimal("5.5")), acting_user=manager, now=now)

    def programme(now):
        row = ProgrammeTarget.objects.filter(target=gangue).first() or ProgrammeTarget(
            target=gangue, starts_on=date(2016, 1, 1), ends_on=date(2020, 12, 31), value=30000, done_before=0
        )
        row.done_before += 100
        save_configured(row, acting_user=manager, now=now)

    def rule(now):
        row = Indicator.objects.get(code=GANGUE)
        row.over_periods = "latest" if row.over_periods == "sum" else "sum"
        save_configured(row, acting_user=manager, now=now)

    def owe(now):
        count = ReportingUnit.objects.count()
        unit = ReportingUnit.objects.create(code=f"new-{count}", name=f"新单位{count}", region=region(DATONG))
        owed = Obligation(
            plan=gangue.plan, unit=unit, indicator=Indicator.objects.get(code=ASH), begins=gangue.plan.starts_on
        )
        save_obligation(owed, acting_user=manager, now=now)

    return {one.__name__: one for one in (allocate, bounds, pace, point, programme, rule, owe)}


NAMES = ("allocate", "bounds", "pace", "point", "programme", "rule", "owe")


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_known_from_its_moment_on_and_not_before(manager, gangue, august, name):
    then = book(august)
    changes(manager, gangue)[name](LATER)
    assert book(august, as_of=NOW) == then
    assert book(august, as_of=LATER) == book(august) != then


@given(before=st.lists(st.sampled_from(NAMES), max_size=4), later=st.lists(st.sampled_from(NAMES), max_size=6))
@few
def test_what_was_known_at_a_moment_is_never_changed_by_what_comes_later(manager, gangue, august, before, later):
    with undone():
        change, now = changes(manager, gangue), NOW
        for name in before:
            now += MINUTE
            change[name](now)
        known, moment = book(august), now
        for name in later:
            now += MINUTE
            change[name](now)
            assert book(august, as_of=now) == book(august)
        assert book(august, as_of=moment) == known


def test_bounds_are_those_of_the_moment(manager, gangue, august):
    changes(manager, gangue)["bounds"](LATER)
    bounds = [book(august, as_of=moment).bounds for moment in (NOW, LATER)]
    assert bounds == [Bounds(Decimal(0), Decimal(lowest), GradedBy.DUE, Decimal(1)) for lowest in (-10, -11)]


def test_a_share_taken_away_is_still_known_of_the_time_before(manager, gangue, august):
    changes(manager, gangue)["allocate"](NOW)
    share = Allocation.objects.get()
    delete_configured(share, acting_user=manager, now=LATER)
    day = date(2020, 8, 31)
    goals = [book(august, as_of=moment).goal(GANGUE, TAIYUAN, day) for moment in (NOW - MINUTE, NOW, LATER)]
    assert goals == [None, 700, None]


def test_a_unit_that_owes_no_longer_still_owed_at_the_time_before(manager, gangue, august, taiyuan):
    delete_obligation(Obligation.objects.get(unit=taiyuan, indicator__code=GANGUE), acting_user=manager, now=LATER)
    books = [book(august, as_of=moment) for moment in (NOW, LATER)]
    assert [book.tally(GANGUE, SHANXI, -1).coverage for book in books] == [Coverage(0, 1), Coverage(0, 0)]
    assert [book.units[TAIYUAN] for book in books] == [Coverage(0, 1)] * 2  # it still owes fly ash


def test_terms_are_kept_with_who_changed_them_and_only_when_they_changed(manager, gangue, plan):
    number = PlanTerms.objects.count()
    save_configured(Plan.objects.get(pk=plan.pk), acting_user=manager, now=LATER)
    renamed = Indicator.objects.get(code=GANGUE)
    renamed.name = "煤矸石利用量"
    save_configured(renamed, acting_user=manager, now=LATER)
    assert PlanTerms.objects.count() == number
    changes(manager, gangue)["bounds"](LATER)
    kept = PlanTerms.objects.last()
    assert (kept.actor, kept.recorded_at, kept.content["bounds"]) == (manager, LATER, ["0.00", "-11.00", "due", "1.00"])


def test_what_stood_before_the_first_change_is_kept_where_nothing_was(manager, gangue):
    """As after an upgrade: a plan that an earlier version loaded has no kept terms."""
    other = gangue.plan
    fresh = Plan.objects.create(
        code="typed",
        name="手工录入",
        issuer="某部门",
        region=other.region,
        level_one_below=Decimal(-20),
        issued_on=date(2020, 1, 1),
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
    )
    month = Period.objects.create(
        plan=fresh, kind="month", code="2020-08", starts_on=date(2020, 8, 1), ends_on=date(2020, 8, 31), due_at=NOW
    )
    assert book(month, as_of=NOW).bounds.level_one_below == -20
    fresh.level_one_below = Decimal(-30)
    save_configured(fresh, acting_user=manager, now=LATER)
    assert [book(month, as_of=at).bounds.level_one_below for at in (NOW, LATER)] == [-20, -30]


def test_a_plan_that_nobody_reported_on_can_still_be_deleted(manager, plan):
    typed = Plan(
        code="typed",
        name="手工录入",
        issuer="某部门",
        region=plan.region,
        issued_on=date(2021, 1, 1),
        starts_on=date(2021, 1, 1),
        ends_on=date(2021, 12, 31),
    )
    save_configured(typed, acting_user=manager, now=NOW)
    key = typed.pk
    delete_configured(typed, acting_user=manager, now=LATER)
    assert not Plan.objects.filter(pk=key).exists()
    assert PlanTerms.objects.filter(plan=key).exists()
