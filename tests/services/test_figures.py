"""What counts, what is owed, and which target a place is held to."""

from datetime import date

import pytest
from django.db import connection

from tests import factories
from tests.factories import DATONG, NOW, SHUOZHOU, TAIYUAN
from tracker.models import Allocation, Obligation, Plan, Region, ReportingUnit, Return, Target, TargetVersion
from tracker.queries.figures.figures import Figures
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
TOTAL, SHARE, BASES = "bulk_waste_utilised", "building_materials_share", "bases_being_built"


def target(plan: Plan, indicator: str = GANGUE) -> Target:
    return plan.targets.with_indicator().get(indicator__code=indicator)


def figures(plan: Plan, month: str = "2020-08", **further: bool) -> Figures:
    return Figures(factories.period(plan, month), **further)


def to_date(reckoned: Figures, region: Region, indicator: str = GANGUE):
    return reckoned.standing_of(target(reckoned.plan, indicator), region).standing.to_date


@pytest.fixture
def datong(plan: Plan) -> ReportingUnit:
    return factories.make_unit(plan, DATONG)


def test_a_draft_a_submitted_and_a_sent_back_return_count_for_nothing(plan, taiyuan, reporter, reviewer):
    month = factories.period(plan)
    filed = returns.open_return(taiyuan, month, acting_user=reporter, now=NOW)
    seen = []

    def note() -> None:
        seen.append(to_date(figures(plan), plan.region).value)

    def step(verb, **arguments) -> None:
        verb(filed, now=NOW, expected_version=filed.version, **arguments)
        note()

    note()
    step(returns.save_draft, texts={GANGUE: "500", ASH: "7"}, acting_user=reporter)
    step(returns.submit_return, acting_user=reporter)
    step(returns.send_back_return, comment="请核对", acting_user=reviewer)
    step(returns.submit_return, acting_user=reporter)
    step(returns.verify_return, acting_user=reviewer)
    assert seen == [None] * 5 + [500]


def test_provisional_figures_count_what_was_reported_but_no_drafts(plan, taiyuan, datong, reporter):
    factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "7"}, reporter=reporter)
    neighbour = factories.make_user("datong-official", "reporter", DATONG)
    draft = returns.open_return(datong, factories.period(plan), acting_user=neighbour, now=NOW)
    returns.save_draft(draft, {GANGUE: "9"}, acting_user=neighbour, now=NOW, expected_version=draft.version)
    assert to_date(figures(plan, provisional=True), plan.region).value == 500
    assert to_date(figures(plan), plan.region).value is None


def test_only_the_accepted_value_counts_where_the_reviewer_changed_it(plan, taiyuan, reporter, reviewer):
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter)
    returns.verify_return(
        filed, changes={GANGUE: ("480", "重复")}, acting_user=reviewer, now=NOW, expected_version=filed.version
    )
    assert to_date(figures(plan), plan.region).value == 480
    assert to_date(figures(plan, provisional=True), plan.region).value == 500


def test_a_confirmed_zero_counts_as_there(plan, taiyuan, datong, reporter, reviewer):
    factories.file_return(
        taiyuan, factories.period(plan), {GANGUE: "0", ASH: "0"}, reporter=reporter, reviewer=reviewer
    )
    tally = figures(plan).tally(target(plan).indicator, plan.region, [factories.period(plan)])
    assert (tally.value, str(tally.coverage)) == (0, "1/2")


def test_a_city_that_has_not_reported_changes_no_figure_of_the_others(plan, taiyuan, reporter, reviewer):
    factories.file_return(
        taiyuan, factories.period(plan), {GANGUE: "500", ASH: "7"}, reporter=reporter, reviewer=reviewer
    )

    def seen() -> list:
        reckoned = figures(plan)
        rows = [
            reckoned.standing_of(wanted, place)
            for wanted in reckoned.targets
            for place in (plan.region, taiyuan.region)
        ]
        return [(row.standing.to_date.value, row.standing.completion, row.standing.gap, row.level) for row in rows]

    before = seen()
    factories.make_unit(plan, SHUOZHOU)
    assert [figure[:2] for figure in seen()] == [figure[:2] for figure in before]
    assert seen()[1::2] == before[1::2]  # the city's own
    whole = figures(plan).standing_of(target(plan), plan.region).standing
    assert (whole.is_provisional, whole.level) == (True, None)  # no city has a share
    assert str(figures(plan).units_reported_in(plan.region)) == "1/2"


def test_a_months_figures_do_not_know_of_later_months(plan, taiyuan, reporter, reviewer):
    for month, amount in [("2020-07", "100"), ("2020-08", "200"), ("2020-09", "400")]:
        factories.file_return(
            taiyuan, factories.period(plan, month), {GANGUE: amount, ASH: "0"}, reporter=reporter, reviewer=reviewer
        )
    assert [to_date(figures(plan, f"2020-0{month}"), plan.region).value for month in (6, 7, 8, 9)] == [
        None,
        100,
        300,
        700,
    ]


def test_units_within_a_city_add_up_to_it(plan, taiyuan, reporter, reviewer):
    second = ReportingUnit.objects.create(code="second", name="第二单位", region=taiyuan.region)
    Obligation.objects.create(plan=plan, unit=second, indicator=target(plan).indicator)
    factories.change_obligations(plan)
    for unit, values in [(taiyuan, {GANGUE: "500", ASH: "7"}), (second, {GANGUE: "30"})]:
        factories.file_return(unit, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    tally = figures(plan).tally(target(plan).indicator, taiyuan.region, [factories.period(plan)])
    assert (tally.value, str(tally.coverage)) == (530, "2/2")


# --- targets, versions and allocations ---


def allocate(plan: Plan, place: str, value: int, indicator: str = GANGUE) -> Allocation:
    version = target(plan, indicator).versions.order_by("number").last()
    return Allocation.objects.create(version=version, region=factories.region(place), value=value)


def test_a_derived_target_is_the_sum_of_its_parts_targets(plan):
    assert figures(plan).target_value(target(plan, TOTAL), plan.region) == sum([6500, 2100, 400, 1000])


def test_a_derived_target_follows_when_a_part_is_adjusted(plan):
    part = target(plan, ASH)
    TargetVersion.objects.create(target=part, number=2, value=2300, effective_from=date(2020, 9, 1))
    assert figures(plan, "2020-08").target_value(target(plan, TOTAL), plan.region) == 10_000
    assert figures(plan, "2020-09").target_value(target(plan, TOTAL), plan.region) == 10_200


@pytest.mark.parametrize(
    ("month", "value"), [("2020-05", 6500), ("2020-06", 6600), ("2020-07", 6600), ("2020-08", 7000), ("2020-12", 7000)]
)
def test_a_period_is_held_to_the_version_in_force_when_it_ends(plan, month, value):
    for number, effective_from, amount in [(2, date(2020, 6, 30), 6600), (3, date(2020, 8, 1), 7000)]:
        TargetVersion.objects.create(
            target=target(plan), number=number, value=amount, effective_from=effective_from, document_number="晋工信发"
        )
    row = figures(plan, month).standing_of(target(plan), plan.region)
    assert row.standing.target == value
    assert row.version.value == value


def test_a_target_without_a_version_in_force_yet_has_no_value(plan):
    target(plan).versions.update(effective_from=date(2020, 9, 1))
    assert figures(plan, "2020-08").target_value(target(plan), plan.region) is None
    assert figures(plan, "2020-08").target_value(target(plan, TOTAL), plan.region) is None


def test_a_city_is_held_to_its_allocation_and_the_rest_is_unallocated(plan):
    allocate(plan, TAIYUAN, 700)
    allocate(plan, DATONG, 600)
    reckoned = figures(plan)
    assert reckoned.target_value(target(plan), factories.region(TAIYUAN)) == 700
    assert reckoned.target_value(target(plan), factories.region(SHUOZHOU)) is None
    assert reckoned.unallocated(target(plan)) == 5200


def test_an_allocation_belongs_to_its_version(plan):
    allocate(plan, TAIYUAN, 700)
    TargetVersion.objects.create(target=target(plan), number=2, value=7000, effective_from=date(2020, 8, 1))
    allocate(plan, TAIYUAN, 800)
    shares = [
        figures(plan, month).target_value(target(plan), factories.region(TAIYUAN)) for month in ("2020-07", "2020-08")
    ]
    assert shares == [700, 800]


def test_a_citys_share_of_a_derived_target_needs_a_share_of_every_part(plan):
    allocate(plan, TAIYUAN, 700)
    assert figures(plan).target_value(target(plan, TOTAL), factories.region(TAIYUAN)) is None
    for indicator in (ASH, "fgd_gypsum_utilised", "smelting_slag_utilised"):
        allocate(plan, TAIYUAN, 100, indicator)
    assert figures(plan).target_value(target(plan, TOTAL), factories.region(TAIYUAN)) == 1000


def test_a_rates_target_is_everybodys_and_is_not_split(plan):
    reckoned = figures(plan)
    assert reckoned.target_value(target(plan, SHARE), factories.region(TAIYUAN)) == 80
    assert reckoned.unallocated(target(plan, SHARE)) is None


def test_a_city_that_a_target_does_not_concern_is_left_out(plan, taiyuan):
    reckoned = figures(plan)
    rows = [(row.target.indicator.code, row.region) for row in reckoned.standings([taiyuan.region])]
    assert (BASES, taiyuan.region) not in rows
    assert (GANGUE, taiyuan.region) in rows


def test_a_period_without_any_data_has_no_figures_and_no_zeros(plan):
    for row in figures(plan).standings([plan.region]):
        assert (row.standing.to_date.value, row.standing.completion, row.level) == (None, None, None)


# --- the cost ---


def test_the_number_of_queries_does_not_depend_on_cities_or_returns(plan, taiyuan, reporter, reviewer, count_queries):
    def reckon() -> int:
        reckoned = figures(plan)
        with count_queries(connection) as queries:
            reckoned.standings([plan.region, *reckoned.cities])
            assert reckoned.units_reported_in(reckoned.plan.region).expected
        return len(queries)

    few = reckon()
    for number in range(2, 12):
        unit = taiyuan if number == 2 else factories.make_unit(plan, f"14{number - 1:02d}00")
        official = reporter if number == 2 else factories.make_user(f"official-{number}", "reporter", unit.region.code)
        for month in ("2020-07", "2020-08"):
            factories.file_return(
                unit, factories.period(plan, month), {GANGUE: "5", ASH: "5"}, reporter=official, reviewer=reviewer
            )
    assert Return.objects.count() == 20
    assert reckon() == few
