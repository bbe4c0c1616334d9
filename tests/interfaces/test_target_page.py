"""One target's page: its figures are those of the book, and its cells say reported, nil return or missing."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, SHUOZHOU, TAIYUAN
from tests.interfaces.test_pages import page, queries_of, rows_of, signed_in
from tracker.documents import wording
from tracker.models import (
    Allocation,
    PacePoint,
    Plan,
    ProgrammeTarget,
    ReportingUnit,
    Role,
    Target,
    TargetVersion,
    User,
)
from tracker.queries.figures.figures import Figures
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
TOTAL, SHARE = "bulk_waste_utilised", "building_materials_share"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def everywhere(plan) -> User:
    return factories.make_user("everywhere", Role.REPORTER)


@pytest.fixture
def three_cities(plan, taiyuan, everywhere, reviewer) -> None:
    """July and August: Taiyuan 500 and then 300, Datong 200 and then a nil return, Shuozhou nothing."""
    datong = factories.make_unit(plan, DATONG)
    factories.make_unit(plan, SHUOZHOU)
    version = target(plan).versions.get()
    for code, share in ((TAIYUAN, 1000), (DATONG, 500), (SHUOZHOU, 400)):
        Allocation.objects.create(version=version, region=factories.region(code), value=share)
    for month, amounts in (("2020-07", ("500", "200")), ("2020-08", ("300", "0"))):
        for unit, amount in zip((taiyuan, datong), amounts, strict=True):
            values = {GANGUE: amount, ASH: "10"}
            factories.file_return(unit, factories.period(plan, month), values, reporter=everywhere, reviewer=reviewer)


def target(plan: Plan, indicator: str = GANGUE) -> Target:
    return plan.targets.with_indicator().get(indicator__code=indicator)


def address(plan: Plan, indicator: str = GANGUE, query: str = "") -> str:
    """Return the page's address, of August where the query names no period: August is still coming in."""
    period = "" if "period=" in query else "period=2020-08&"
    return f"/targets/{target(plan, indicator).pk}/?{period}{query}"


def text(html: str) -> str:
    """The page's words without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def fact(html: str, heading: str) -> str:
    """What stands under a heading of the list of facts."""
    found = re.search(rf"<dt>{re.escape(heading)}</dt><dd>(.*?)</dd>", html, re.DOTALL)
    assert found, heading
    return text(found[1])


def table(html: str, name: str) -> list[list[str]]:
    """The rows of the table under a heading, tags taken out."""
    section = html[html.index(f'aria-labelledby="{name}"') :]
    return [[" ".join(cell.split()) for cell in row] for row in rows_of(section)]


# Figures


def test_the_figures_are_those_of_the_book(three_cities, plan, leader):
    html = page(leader, address(plan))
    figures = Figures(factories.period(plan))
    standing = figures.standing_of(target(plan), plan.region).standing
    assert fact(html, "Cumulative") == f"{wording.amount(standing.to_date.value)} coverage {standing.to_date.coverage}"
    assert fact(html, "This month") == f"{wording.amount(standing.this_period.value)} coverage 2/3"
    assert standing.basis is not None, "one city has not reported"
    done = f"{wording.rate(standing.compared_completion)} of the 2 places that have reported, against their own share; "
    assert (
        fact(html, "Completion rate")
        == f"{done}of the whole, with returns missing, {wording.rate(standing.completion)}"
    )
    assert fact(html, "Schedule rate") == wording.rate(standing.schedule_rate)
    assert fact(html, "Gap (points)") == wording.points(standing.gap)
    need = figures.monthly_need(target(plan), plan.region)
    assert fact(html, "Needed per remaining month") == f"{wording.amount(need)} 4 months left"


def test_what_cannot_be_compared_is_a_dash(three_cities, plan, leader):
    html = page(leader, address(plan))
    assert fact(html, "Month on month") == "—"  # Shuozhou is missing in both months
    assert fact(html, "Year on year, this month") == "—"


def test_a_complete_city_is_compared_with_the_month_before(three_cities, plan, leader):
    html = page(leader, address(plan, query=f"region={TAIYUAN}"))
    assert fact(html, "Month on month") == "-40.00%"
    assert fact(html, "Cumulative") == "800.00 coverage 2/8"


def test_two_periods_are_too_few_for_a_forecast(three_cities, plan, leader):
    html = page(leader, address(plan, query=f"region={TAIYUAN}"), "zh-hans")
    assert fact(html, "全年预测") == "—"


def test_the_derivation_has_the_actual_inputs(three_cities, plan, leader):
    said = text(page(leader, address(plan, query=f"region={TAIYUAN}")))
    assert "= — + — + — + — + — + — + 500.00 + 300.00 = 800.00" in said
    assert "Completion rate = 800.00 ÷ 1,000.00 × 100% = 80.00%" in said
    assert "Schedule rate = 244 days ÷ 366 days × 100% = 66.67%" in said
    assert "Gap = 80.00% − 66.67% = +13.33 points" in said


def test_a_derived_target_shows_its_parts_and_their_sum(three_cities, plan, leader):
    html = page(leader, address(plan, TOTAL))
    assert "= Coal gangue utilised 1,000.00 + Fly ash utilised 40.00 + FGD gypsum utilised — + " in text(html)
    assert "= 1,040.00" in text(html)
    assert fact(html, "Version in force") == "Sum of its parts' targets"


def test_a_rate_shows_numerator_and_denominator_and_is_not_graded(plan, everywhere, reviewer, leader):
    terms = ("coal_gangue_utilised", "fly_ash_utilised", "building_materials_used")
    unit = factories.make_unit(plan, TAIYUAN, terms)
    values = {GANGUE: "80", ASH: "20", "building_materials_used": "77"}
    factories.file_return(unit, factories.period(plan), values, reporter=everywhere, reviewer=reviewer)
    html = page(leader, address(plan, SHARE))
    standing = Figures(factories.period(plan)).standing_of(target(plan, SHARE), plan.region).standing
    assert f"× 100% = {wording.rate(standing.to_date.value)}" in text(html)
    assert "÷" in text(html)
    assert "it is not graded" in text(html)
    assert fact(html, "Schedule curve") == "Full value applies at any time"
    assert fact(html, "Needed per remaining month").startswith("—")


def test_a_month_without_data_has_dashes_and_no_zeros(three_cities, plan, leader):
    html = page(leader, address(plan, query="period=2020-01"))
    assert "Missing is not zero" in html
    assert fact(html, "Cumulative") == "— coverage 0/3"
    assert fact(html, "Completion rate") == "—"
    assert fact(html, "Forecast for the year") == "—"
    assert {row[1] for row in table(html, "cities")} == {"not ranked"}


def test_the_programme_is_named_as_second_yardstick(three_cities, plan, leader):
    ProgrammeTarget.objects.create(
        target=target(plan), starts_on=date(2016, 1, 1), ends_on=date(2020, 12, 31), value=30000, done_before=20000
    )
    said = fact(page(leader, address(plan)), "Longer programme")
    assert "2016–2020: 30,000.00 10kt, of which 20,000.00 10kt were done before" in said


# What is promised


def test_the_version_in_force_and_all_versions_are_named(three_cities, plan, leader):
    TargetVersion.objects.create(
        target=target(plan), number=2, value=7000, effective_from=date(2020, 9, 1), document_number="晋工信〔2020〕9号"
    )
    august, september = (page(leader, address(plan, query=f"period=2020-0{month}")) for month in (8, 9))
    assert fact(august, "Version in force") == "No. 1, from 1 Jan 2020 · no document number"
    assert fact(september, "Version in force") == "No. 2, from 1 Sep 2020 · 晋工信〔2020〕9号"
    assert "7,000.00 10kt · 晋工信〔2020〕9号" in text(august)


def test_what_is_not_allocated_is_said_and_a_stretch_with_its_note(three_cities, plan, leader):
    assert fact(page(leader, address(plan)), "Not yet allocated") == "4,600.00 10kt"
    version = target(plan).versions.get()
    version.stretch_note = "各市自行加压"
    version.save()
    Allocation.objects.create(version=version, region=factories.region("140300"), value=5000)
    said = fact(page(leader, address(plan)), "Not yet allocated")
    assert said == "-400.00 10kt More than the target is allocated. 各市自行加压"


def test_the_pace_curve_is_told_with_its_points(three_cities, plan, leader):
    Target.objects.filter(pk=target(plan).pk).update(pace="points")
    PacePoint.objects.create(target=target(plan), day=date(2020, 8, 31), share=Decimal(50))
    html = page(leader, address(plan))
    assert "50.00% by 31 Aug 2020" in fact(html, "Schedule curve")
    assert fact(html, "Schedule rate") == "50.00%"


# Months


def test_reported_stands_beside_verified_with_the_difference(plan, taiyuan, everywhere, reviewer, leader):
    filed = factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "1"}, reporter=everywhere)
    waiting = table(page(leader, address(plan)), "months")[-1]
    assert waiting[1:5] == ["500.00", "—", "—", "0/1 reported 1/1"]
    returns.verify_return(
        filed, changes={GANGUE: ("480", "重复")}, acting_user=reviewer, now=NOW, expected_version=filed.version
    )
    assert table(page(leader, address(plan)), "months")[-1][1:5] == ["500.00", "480.00", "-20.00", "1/1"]


def test_every_month_of_the_plan_so_far_has_a_row(three_cities, plan, leader):
    rows = table(page(leader, address(plan)), "months")
    assert [row[0] for row in rows][::7] == ["January 2020", "August 2020"]
    assert rows[6][5] == "700.00"
    assert rows[7][5] == "1,000.00"


# Cities


def test_the_three_states_of_a_month_are_told_apart(three_cities, plan, leader):
    rows = {row[0]: row[2] for row in table(page(leader, address(plan), "zh-hans"), "cities")}
    assert rows["太原市"] == "已报 300.00"
    assert rows["大同市"] == "零报告 everywhere确认，2020年9月3日 10:00"
    assert rows["朔州市"] == "未报"


def test_a_draft_is_nobodys_word(three_cities, plan, everywhere, leader):
    unit = factories.region(SHUOZHOU).units.get()
    draft = returns.open_return(unit, factories.period(plan), acting_user=everywhere, now=NOW)
    returns.save_draft(draft, {GANGUE: "0"}, acting_user=everywhere, now=NOW, expected_version=draft.version)
    assert {row[0]: row[2] for row in table(page(leader, address(plan)), "cities")}["Shuozhou"] == "Not reported"


def test_what_waits_for_verification_says_so(three_cities, plan, everywhere, leader):
    unit = factories.region(SHUOZHOU).units.get()
    factories.file_return(unit, factories.period(plan), {GANGUE: "9", ASH: "1"}, reporter=everywhere)
    row = next(row for row in table(page(leader, address(plan)), "cities") if row[0] == "Shuozhou")
    assert row[1:3] == ["not ranked", "Reported 9.00 not yet verified"]


def test_cities_are_ranked_and_those_without_data_are_named_unranked(three_cities, plan, leader):
    rows = [row[:2] for row in table(page(leader, address(plan)), "cities")]
    assert rows == [["Taiyuan", "1"], ["Datong", "2"], ["Shuozhou", "not ranked"]]


@pytest.mark.parametrize("by", ["completion", "gap", "growth"])
def test_ranks_are_those_of_the_figures(three_cities, plan, leader, by):
    ranks = Figures(factories.period(plan)).ranking(target(plan), by)
    shown = {row[0]: row[1] for row in table(page(leader, address(plan, query=f"by={by}")), "cities")}
    expected = {str(factories.region(code).name_en): rank for code, rank in ranks.items()}
    assert {name: None if rank == "not ranked" else int(rank) for name, rank in shown.items()} == expected


def test_equal_cities_share_a_rank(three_cities, plan, everywhere, reviewer, leader):
    Allocation.objects.filter(region__code=SHUOZHOU).update(value=1000)
    unit = factories.region(SHUOZHOU).units.get()
    for month, amount in (("2020-07", "500"), ("2020-08", "300")):
        values = {GANGUE: amount, ASH: "1"}
        factories.file_return(unit, factories.period(plan, month), values, reporter=everywhere, reviewer=reviewer)
    rows = [row[:2] for row in table(page(leader, address(plan)), "cities")]
    assert rows == [["Taiyuan", "1 tied"], ["Shuozhou", "1 tied"], ["Datong", "3"]]


def test_a_city_leads_to_its_returns(three_cities, plan, leader):
    assert f"/returns/?plan={plan.code}&amp;period=2020-08&amp;region={DATONG}" in page(leader, address(plan))


# Scope and choices


def test_a_city_official_sees_the_own_city_alone_with_its_rank_among_all(three_cities, plan, reporter):
    html = page(reporter, address(plan))
    assert fact(html, "Cumulative") == "800.00 coverage 2/8"
    assert [row[:2] for row in table(html, "cities")] == [["Taiyuan", "1"]]
    assert "Datong" not in html


@pytest.mark.parametrize("place", [DATONG, SHANXI])
def test_a_place_outside_ones_scope_is_not_found(three_cities, plan, reporter, place):
    assert signed_in(reporter).get(address(plan, query=f"region={place}")).status_code == 404


def test_who_reads_no_figures_finds_no_target(plan):
    keeper = factories.make_user("keeper", Role.SECURITY_ADMIN)
    assert signed_in(keeper).get(address(plan)).status_code == 404
    assert signed_in(keeper).get("/targets/999999/").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=2021-01", "2021-01 lies outside the plan"),
        ("period=x", "lies outside the plan"),
        ("region=x", "Choose a region that you may read."),
        ("by=luck", "Regions are ranked by completion, by gap or by growth."),
    ],
)
def test_a_bad_choice_is_told_at_its_field(three_cities, plan, leader, query, said):
    answer = signed_in(leader).get(address(plan, query=query))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert 'id="figures"' not in answer.content.decode()


def test_the_page_holds_no_inline_style_or_script(three_cities, plan, leader):
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page(leader, address(plan)))


def test_the_list_and_the_overview_lead_to_the_page(three_cities, plan, leader):
    link = f"/targets/{target(plan).pk}/?period=2020-08&amp;region={SHANXI}"
    for start in ("/targets/?period=2020-08", "/?period=2020-08"):
        assert link in page(leader, start)
    assert f"/targets/?plan={plan.code}&amp;period=2020-08&amp;region={SHANXI}" in page(leader, address(plan))


# Query counts


def test_the_number_of_queries_is_the_same_for_two_cities_and_eleven(
    plan, taiyuan, everywhere, reviewer, leader, count_queries
):
    def report(*months: str) -> None:
        for unit in ReportingUnit.objects.all():
            for month in months:
                values = {GANGUE: "0", ASH: "1"}
                factories.file_return(
                    unit, factories.period(plan, month), values, reporter=everywhere, reviewer=reviewer
                )

    factories.make_unit(plan, DATONG)
    report("2020-08")
    few = queries_of(count_queries, leader, address(plan))
    for city in plan.region.children.exclude(code__in=(TAIYUAN, DATONG)):
        factories.make_unit(plan, city.code)
    report("2020-07")
    html = page(leader, address(plan))
    assert len(table(html, "cities")) == 11
    assert queries_of(count_queries, leader, address(plan)) == few


# A season table


def test_a_first_year_is_forecast_by_the_season_table_and_the_page_says_so(plan, taiyuan, everywhere, reviewer, leader):
    Target.objects.filter(pk=target(plan).pk).update(season="5 4 7 8 9 9 9 9 10 10 10 10")
    for month, amount in (("2020-01", "10"), ("2020-02", "8"), ("2020-03", "14")):
        values = {GANGUE: amount, ASH: "1"}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=everywhere, reviewer=reviewer)
    html = page(leader, address(plan, query=f"period=2020-03&region={TAIYUAN}"), "zh-hans")
    assert "200.00" in fact(html, "全年预测") and "季节系数表" in fact(html, "全年预测")
    assert "1月 5%、2月 4%" in text(html)


@pytest.mark.parametrize("season", ["5 4 7", "5 4 7 8 9 9 9 9 10 10 10 11"])
def test_a_table_that_does_not_sum_to_the_year_is_refused(plan, season):
    found = target(plan)
    found.season = season
    with pytest.raises(ValidationError) as refused:
        found.full_clean()
    assert list(refused.value.message_dict) == ["season"]
