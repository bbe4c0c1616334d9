"""Figures that are counted from lists: like verified values, and they lead to the names."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from tests import factories, projects
from tests.factories import DATONG, NOW, SHANGHAI, TAIYUAN
from tests.projects import Counts, count_from, document, firm, make_list, make_roster, members, project, take
from tracker.calculation.levels import Level
from tracker.models import Allocation, ExpectedCell, Indicator, Obligation, Region, Target
from tracker.queries.errors import Refused
from tracker.queries.figures.figure_inputs import load_condensed_inputs, load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_as_json, book_from_json
from tracker.queries.projects.members import members_not_counted, names_behind
from tracker.services import returns
from tracker.services.counts.standing import differing_counts, update_list
from tracker.services.documents import reports
from tracker.services.plans.obligations import save_obligation
from tracker.services.projects.members import remove_member
from tracker.services.projects.steps import decide_steps
from tracker.services.returns.totals import differing_totals

MAY, AUGUST, SEPTEMBER = (date(2020, month, 1) for month in (5, 8, 9))


def standing(plan, month, indicator, place=None, **how):
    target = Target.objects.with_indicator().get(plan=plan, indicator__code=indicator)
    return Figures(factories.period(plan, month), **how).standing_of(target, place or plan.region).standing


def to_date(plan, month, indicator, place=None, **how):
    return standing(plan, month, indicator, place, **how).to_date.value


@pytest.fixture
def started(plan, reporter, reviewer):
    """Three projects of Taiyuan and one of Datong; one started in January, two in May, Datong's in August."""
    listed = make_list(plan, [project(1), project(2), project(3), project(4, place=DATONG)])
    count_from(listed, "projects_advanced")
    everybody = factories.make_user("all", "reporter")
    rows = members(listed)
    for chosen, day in ((rows[:1], date(2020, 1, 9)), (rows[1:3], MAY), (rows[3:], AUGUST)):
        take(chosen, "started", day, reporter=everybody, reviewer=reviewer)
    return listed


def test_a_count_is_the_number_of_names_at_the_end_of_each_month(plan, started):
    counts = [to_date(plan, f"2020-0{month}", "projects_advanced") for month in (1, 4, 5, 7, 8)]
    assert counts == [1, 1, 3, 3, 4]
    may = standing(plan, "2020-05", "projects_advanced")
    assert (may.this_period.value, may.completion, may.is_provisional) == (2, 3, False)


def test_each_city_counts_its_own_names(plan, started):
    assert to_date(plan, "2020-08", "projects_advanced", factories.region(TAIYUAN)) == 3
    assert to_date(plan, "2020-07", "projects_advanced", factories.region(DATONG)) == 0
    assert to_date(plan, "2020-08", "projects_advanced", factories.region(DATONG)) == 1


@time_machine.travel(NOW, tick=False)
def test_every_way_of_reading_gives_the_same(plan, started):
    august = factories.period(plan)
    places = [plan.region.code, TAIYUAN, DATONG]
    for period in ("2020-01", "2020-05", "2020-08", "2020-12"):
        at = factories.period(plan, period)
        whole, condensed = load_figure_inputs(at), load_condensed_inputs(at)
        known = load_figure_inputs(at, as_of=NOW)
        kept = book_from_json(book_as_json(whole))
        for place in places:
            found = [book.standing("projects_advanced", place) for book in (whole, condensed, known, kept)]
            assert len({(one.to_date, one.this_period, one.level) for one in found}) == 1
    top = load_figure_inputs(august, top_only=True)
    assert top.standing("projects_advanced", plan.region.code).to_date.value == 4


def test_a_figure_leads_to_its_names(plan, started):
    rule = started.rules.get()
    assert [str(one) for one in names_behind(rule, date(2020, 5, 31))] == ["项目1", "项目2", "项目3"]
    assert [str(one) for one in members_not_counted(rule, date(2020, 5, 31))] == ["项目4"]
    assert len(names_behind(rule, AUGUST)) == to_date(plan, "2020-08", "projects_advanced")


def test_26_of_27_names_the_one_that_is_missing(plan, reviewer):
    roster = make_roster(plan, [firm(number) for number in range(1, 28)])
    rule = count_from(roster, "enterprises_supervised", Counts.STEP, "inspected")
    everybody = factories.make_user("all", "reporter")
    rows = members(roster)
    take(rows[:12] + rows[13:], "inspected", MAY, reporter=everybody, reviewer=reviewer)
    found = standing(plan, "2020-08", "enterprises_supervised")
    assert (found.to_date.value, found.target) == (26, 27)
    assert [str(one) for one in members_not_counted(rule, date(2020, 8, 31))] == ["企业13"]


def test_a_point_in_time_figure_is_the_count_at_the_end(plan, reviewer, reporter):
    listed = make_list(plan, [project(1), project(2)])
    count_from(listed, "bases_being_built", Counts.MEMBERS, "")
    remove_member(members(listed)[0], document=document("9号", MAY, "x"), acting_user=None, now=NOW)
    assert [to_date(plan, month, "bases_being_built") for month in ("2020-01", "2020-04", "2020-05")] == [2, 2, 1]


def test_august_is_unchanged_after_a_project_is_removed_in_september(plan, started, leader):
    issued = reports.issue_report(
        period=factories.period(plan), region=plan.region, language="zh-hans", acting_user=leader, now=NOW
    )
    before = book_from_json(issued.book).standing("projects_advanced", plan.region.code).to_date.value
    later = NOW + timedelta(days=20)
    remove_member(members(started)[0], document=document("晋9号", SEPTEMBER, "停建"), acting_user=None, now=later)
    issued.refresh_from_db()
    assert book_from_json(issued.book).standing("projects_advanced", plan.region.code).to_date.value == before == 4
    assert to_date(plan, "2020-08", "projects_advanced") == 4
    assert to_date(plan, "2020-09", "projects_advanced") == 3


def test_as_of_a_moment_only_what_was_verified_by_then_counts(plan, started, reviewer):
    later = NOW + timedelta(days=20)
    (taken,) = members(started)[0].taken.all()
    decide_steps([taken], projects.StepDecision.Verdict.WITHDRAWN, acting_user=reviewer, now=later, comment="有误")
    assert to_date(plan, "2020-08", "projects_advanced") == 3
    assert to_date(plan, "2020-08", "projects_advanced", as_of=NOW) == 4
    assert to_date(plan, "2020-08", "projects_advanced", as_of=NOW - timedelta(days=1)) is None


def test_a_figure_from_a_list_is_never_typed(plan, taiyuan, reporter):
    gangue = Indicator.objects.get(code="coal_gangue_utilised")
    listed = make_list(plan, [project(1)])
    cells = ExpectedCell.objects.filter(indicator=gangue, expected_return__period__plan=plan)
    assert cells.exists()
    opened = returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)
    count_from(listed, gangue.code, Counts.MEMBERS, "")
    assert not cells.exists()
    assert list(opened.entries.values_list("indicator__code", flat=True)) == ["fly_ash_utilised"]
    with pytest.raises(Refused) as refused:
        returns.save_draft(opened, {gangue.code: "5"}, acting_user=reporter, now=NOW, expected_version=opened.version)
    assert list(refused.value.fields) == [gangue.code]
    manager = factories.make_user("manager", "plan_manager")
    other = factories.make_unit(plan, DATONG, ())
    with pytest.raises(Refused) as refused:
        save_obligation(Obligation(plan=plan, unit=other, indicator=gangue), acting_user=manager, now=NOW)
    assert list(refused.value.fields) == ["indicator"]


def test_values_typed_before_the_list_no_longer_count_and_did_then(plan, taiyuan, reporter, reviewer):
    values = {"coal_gangue_utilised": "500", "fly_ash_utilised": "1"}
    factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    later = NOW + timedelta(days=1)
    count_from(make_list(plan, [project(1)], now=later), "coal_gangue_utilised", Counts.MEMBERS, "", now=later)
    assert to_date(plan, "2020-08", "coal_gangue_utilised") == 1
    assert to_date(plan, "2020-08", "coal_gangue_utilised", as_of=NOW) == 500
    assert differing_totals() == []


def test_a_derived_total_takes_a_part_from_a_list(plan, taiyuan, reporter, reviewer):
    count_from(make_list(plan, [project(1), project(2)]), "coal_gangue_utilised", Counts.MEMBERS, "")
    factories.file_return(
        taiyuan, factories.period(plan), {"fly_ash_utilised": "5"}, reporter=reporter, reviewer=reviewer
    )
    assert to_date(plan, "2020-08", "bulk_waste_utilised") == 7


@pytest.mark.parametrize("indicator", ["bulk_waste_utilised", "building_materials_share"])
def test_a_calculated_indicator_is_not_counted_from_a_list(plan, indicator):
    with pytest.raises(Refused) as refused:
        count_from(make_list(plan), indicator)
    assert list(refused.value.fields) == ["indicator"]


def test_counts_follow_a_project_that_moves_to_another_region(plan, started):
    moved = members(started)[0].project
    moved.region = Region.objects.get(code=DATONG)
    moved.save()
    update_list(started, now=NOW)
    assert to_date(plan, "2020-08", "projects_advanced", factories.region(DATONG)) == 2
    assert to_date(plan, "2020-08", "projects_advanced") == 4
    assert differing_counts() == []


def test_recorded_changes_are_what_the_steps_say(plan, started):
    assert differing_counts() == []
    before = started.rules.get().changes.count()
    update_list(started, now=NOW)
    assert started.rules.get().changes.count() == before


def test_a_list_with_nothing_done_is_zero_and_graded_where_its_region_has_a_share(plan):
    count_from(make_list(plan, [project(1)]), "projects_advanced")
    version = Target.objects.get(plan=plan, indicator__code="projects_advanced").versions.get()
    Allocation.objects.create(version=version, region=factories.region(TAIYUAN), value=Decimal(10))
    found = standing(plan, "2020-08", "projects_advanced", factories.region(TAIYUAN))
    assert (found.to_date.value, found.level) == (0, Level.I)


def test_the_report_prints_a_listed_figure_as_an_amount_and_says_where_it_comes_from(plan, started, leader):
    now = datetime(2020, 9, 10, 9, tzinfo=SHANGHAI)
    issued = reports.issue_report(
        period=factories.period(plan), region=plan.region, language="zh-hans", acting_user=leader, now=now
    )
    from openpyxl import load_workbook

    with issued.file.open("rb") as content:
        book = load_workbook(content)
    text = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "按名单计数" in text
