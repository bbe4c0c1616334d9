"""The demonstration's nine months: their figures equal an independent sum, and they say what they are."""

from decimal import Decimal

import pytest
from django.db import transaction

from tests import factories
from tracker.calculation.levels import Level
from tracker.models import (
    Allocation,
    Entry,
    ListRule,
    Obligation,
    Plan,
    Project,
    ProjectList,
    Region,
    ReportingUnit,
    Return,
    TakenStep,
    Target,
    User,
    ValueRevision,
)
from tracker.queries.figures.figures import Figures
from tracker.queries.projects.members import members_not_counted, names_behind
from tracker.queries.returns.checks import flags_of
from tracker.services.counts.standing import differing_counts
from tracker.services.plans.demonstration import CITIES, generate_demonstration

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
PARTS = [GANGUE, ASH, "fgd_gypsum_utilised", "smelting_slag_utilised"]
TOTAL, SHARE, BASES = "bulk_waste_utilised", "building_materials_share", "bases_being_built"
XINZHOU, LULIANG, YANGQUAN, LINFEN = "140900", "141100", "140300", "141000"


def target(plan: Plan, indicator: str = GANGUE) -> Target:
    return plan.targets.with_indicator().get(indicator__code=indicator)


def figures(plan: Plan, month: str = "2020-08") -> Figures:
    return Figures(factories.period(plan, month))


def to_date(reckoned: Figures, region: Region, indicator: str = GANGUE):
    return reckoned.standing_of(target(reckoned.plan, indicator), region).standing.to_date


def verified(plan: Plan, indicator: str, month: str) -> Decimal:
    """Every verified entry up to a month, added up without the figures' own code."""
    rows = Entry.objects.filter(
        indicator__code=indicator,
        unit_return__period__plan=plan,
        unit_return__period__code__lte=month,
        unit_return__state="verified",
    )
    return sum((row.verified_value for row in rows if row.verified_value is not None), Decimal(0))


@pytest.mark.parametrize("month", ["2020-01", "2020-08", "2020-09"])
@pytest.mark.parametrize("indicator", [*PARTS, "base_stations", "second_life_batteries"])
def test_the_provinces_cumulative_is_the_sum_of_its_verified_entries(plan, indicator, month):
    assert to_date(figures(plan, month), plan.region, indicator).value == verified(plan, indicator, month)


@pytest.mark.parametrize(("indicator", "size"), [("projects_advanced", 100), ("enterprises_diagnosed", 30)])
@pytest.mark.parametrize("month", ["2020-01", "2020-08", "2020-09"])
def test_a_count_opens_on_as_many_names(plan, indicator, size, month):
    rule = ListRule.objects.get(plan=plan, indicator__code=indicator)
    day = factories.period(plan, month).ends_on
    names = names_behind(rule, day)
    assert to_date(figures(plan, month), plan.region, indicator).value == len(names)
    assert len(names) + len(members_not_counted(rule, day)) == size


def test_72_of_100_projects_open_on_72_names_and_no_return_has_them(plan):
    rule = ListRule.objects.get(plan=plan, indicator__code="projects_advanced")
    names = names_behind(rule, factories.period(plan, "2020-09").ends_on)
    assert len(names) == 72
    assert {member.stage.code for member in names} == {"started", "producing"}
    assert {member.project.is_demonstration for member in names} == {True}
    assert not Entry.objects.filter(indicator=rule.indicator).exists()


def test_all_of_27_is_a_closed_roster_of_27(plan):
    roster = ProjectList.objects.get(code="special-supervision")
    rule = roster.rules.get()
    counted = names_behind(rule, factories.period(plan, "2020-09").ends_on)
    missing = members_not_counted(rule, factories.period(plan, "2020-09").ends_on)
    assert (roster.is_closed, roster.members.count(), len(counted) + len(missing)) == (True, 27, 27)
    assert to_date(figures(plan, "2020-09"), plan.region, "enterprises_supervised").value == len(counted)


def test_steps_of_the_city_that_was_sent_back_wait_for_a_reviewer(plan):
    waiting = TakenStep.objects.waiting()
    assert {one.member.project.region.code for one in waiting} == {LINFEN}


def test_recorded_counts_are_what_the_steps_say(plan):
    assert differing_counts() == []


def test_the_total_is_the_sum_of_the_entries_of_its_four_parts(plan):
    expected = sum(verified(plan, part, "2020-08") for part in PARTS)
    assert to_date(figures(plan), plan.region, TOTAL).value == expected


@pytest.mark.parametrize("indicator", [GANGUE, TOTAL, "projects_advanced", BASES])
def test_the_cities_make_up_the_province(plan, indicator):
    reckoned = figures(plan, "2020-09")
    cities = [to_date(reckoned, city, indicator) for city in reckoned.cities]
    assert (
        sum(city.value for city in cities if city.value is not None) == to_date(reckoned, plan.region, indicator).value
    )


def test_a_rate_is_its_terms_added_up_and_divided(plan):
    used = verified(plan, "building_materials_used", "2020-08")
    made = verified(plan, GANGUE, "2020-08") + verified(plan, ASH, "2020-08")
    assert to_date(figures(plan), plan.region, SHARE).value == used / made * 100


def test_completion_gap_and_level_follow_from_the_entries(plan):
    standing = figures(plan).standing_of(target(plan), plan.region).standing
    completion = verified(plan, GANGUE, "2020-08") / 6500 * 100
    schedule = Decimal(244) / 366 * 100
    assert standing.completion == completion
    assert round(standing.gap, 15) == round(completion - schedule, 15)
    assert standing.level is (Level.III if completion >= schedule else Level.II)


def test_a_base_is_the_last_months_count_and_does_not_add_up_over_months(plan):
    assert to_date(figures(plan), plan.region, BASES).value == 3


def test_every_level_shows(plan):
    reckoned = figures(plan)
    assert {row.level for row in reckoned.standings(reckoned.cities)} >= set(Level)


def test_the_last_month_counts_eight_of_eleven_cities(plan):
    reckoned = figures(plan, "2020-09")
    assert str(reckoned.units_reported_in(reckoned.plan.region)) == "8/11"
    assert str(reckoned.standing_of(target(plan), plan.region).standing.this_period.coverage) == "8/11"


def test_in_the_last_month_two_cities_are_missing_one_was_late_and_one_was_sent_back(plan):
    filed = {row.unit.region.code: row for row in Return.objects.filter(period__code="2020-09").with_names()}
    assert set(CITIES) - set(filed) == {XINZHOU, LULIANG}
    assert {code for code, row in filed.items() if row.is_late} == {YANGQUAN}
    assert {code for code, row in filed.items() if row.state == "sent_back"} == {LINFEN}


def test_the_months_before_are_complete_and_on_time(plan):
    before = Return.objects.filter(period__code__lt="2020-09").with_names()
    assert (len(before), {row.state for row in before}, any(row.is_late for row in before)) == (88, {"verified"}, False)


def test_a_city_without_this_months_return_is_named_and_not_graded(plan):
    standing = figures(plan, "2020-09").standing_of(target(plan), Region.objects.get(code=XINZHOU)).standing
    assert (standing.this_period.value, standing.level) == (None, None)
    assert standing.to_date.value is not None


def test_no_target_is_split_beyond_itself(plan):
    reckoned = figures(plan)
    rest = [reckoned.unallocated(wanted) for wanted in reckoned.targets]
    assert all(amount >= 0 for amount in rest if amount is not None)


@pytest.mark.parametrize("model", [ReportingUnit, Allocation, Obligation, Return, User, ProjectList, Project, ListRule])
def test_everything_generated_is_marked(plan, model):
    assert set(model.objects.values_list("is_demonstration", flat=True)) == {True}


def test_every_value_says_that_it_was_generated(plan):
    assert set(ValueRevision.objects.filter(kind="reported").values_list("source", flat=True)) == {"generated"}


def test_nobody_can_log_in_as_the_generator(plan):
    assert not any(person.is_active or person.has_usable_password() for person in User.objects.all())


def test_where_units_are_nothing_is_generated(plan):
    assert generate_demonstration(plan) == 0
    assert Return.objects.count() == 97


def test_the_checks_have_one_figure_to_ask_about(plan):
    with transaction.atomic():
        factories.load_checks()
        found = [flag for flags in flags_of(Return.objects.all()).values() for flag in flags]
        transaction.set_rollback(True)
    asked = [(flag.kind, flag.indicator) for flag in found]
    assert asked == [("month_on_month", GANGUE)]
