"""The page of statistics, the metadata of an indicator and the revision policy."""

from datetime import date

import pytest
import time_machine
from openpyxl import load_workbook

from tests import factories
from tests.factories import DATONG, NOW, SHANXI, TAIYUAN
from tests.interfaces.test_issued_forecasts import report as file_months
from tests.interfaces.test_pages import page, signed_in
from tests.interfaces.test_target_page import address, table, text
from tests.services.issued_kinds import issue, sheet_of
from tests.services.past import make_past_plan
from tests.services.test_value_status import report_again, verify
from tracker.models import Body, Identity, Indicator, Period, Plan, Region, Role, SeriesBreak, Target
from tracker.queries.plans.issue_calendar import load_issue_calendar, planned_day

ASH, GANGUE = "fly_ash_utilised", "coal_gangue_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def filed(plan, taiyuan, reporter, reviewer):
    """Taiyuan's 500 became 480; Datong's 100 stayed."""
    values = {GANGUE: "500", ASH: "0"}
    filed = factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter)
    verify(filed, reviewer)
    report_again(filed, reporter, reviewer, "480")
    datong = factories.make_unit(plan, DATONG)
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    values = {GANGUE: "100", ASH: "0"}
    factories.file_return(datong, factories.period(plan), values, reporter=everywhere, reviewer=reviewer)
    return filed


def mark(plan: Plan, month: str = "2020-07", place: str | None = None, reason: str = "规模以上口径") -> SeriesBreak:
    return SeriesBreak.objects.create(
        plan=plan,
        indicator=Indicator.objects.get(code=GANGUE),
        region=factories.region(place) if place else None,
        period=factories.period(plan, month),
        reason=reason,
    )


def statistics(plan: Plan, query: str = "") -> str:
    return f"/statistics/?plan={plan.code}&period=2020-08{query}"


# Revisions


def test_the_table_of_revisions_has_each_place_and_indicator(plan, filed, leader):
    rows = table(page(leader, statistics(plan)), "revisions")
    gangue = [row for row in rows if row[0] == "Coal gangue utilised"]
    assert [row[2:] for row in gangue] == [
        ["2", "1", "50.00%", "-10.00", "10.00", "100.00%"],  # Shanxi: -20 over two values
        ["1", "1", "100.00%", "-20.00", "20.00", "100.00%"],  # Taiyuan
    ], "Datong, without a revision, stands in the export alone"


def test_the_table_is_exported(plan, filed, leader, tmp_path):
    response = signed_in(leader).get(f"/statistics/revisions.xlsx?plan={plan.code}&period=2020-08&region={SHANXI}")
    path = tmp_path / "revisions.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    cells = [row for row in load_workbook(path).worksheets[0].iter_rows(values_only=True) if row[0] == "Shanxi"]
    assert any(row[1] == "Coal gangue utilised" and row[4] == 1 for row in cells)
    places = [row[0] for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    assert "Datong" in places


def test_nothing_verified_is_said(plan, taiyuan, leader):
    said = text(page(leader, statistics(plan)))
    assert "Nothing is verified yet." in said
    assert "No document with a forecast has been issued yet." in said
    assert "The plan has no calendar of issues." in said


# Forecasts


def test_the_summary_counts_the_forecasts_of_each_target(plan, taiyuan, reviewer, leader):
    Target.objects.filter(plan=plan, indicator__code=GANGUE).update(season="5 5 5 5 10 10 10 10 10 10 10 10")
    everywhere = factories.make_user("everywhere", Role.REPORTER)
    months = {month: "50" if month < 5 else "100" for month in range(1, 13)}
    file_months(plan, taiyuan, everywhere, reviewer, {month: months[month] for month in range(1, 7)})
    issue(plan, "compliance", code="2020-06")
    file_months(plan, taiyuan, everywhere, reviewer, {month: months[month] for month in range(7, 13)})
    html = page(leader, statistics(plan))
    assert ["1", "1,000.00", "0.00%", "0.00%", "1/1"] in table(html, "forecasts")


# Breaks


def test_a_break_is_shown_in_the_chart_the_tables_and_beside_growth(plan, taiyuan, leader):
    mark(plan)
    html = page(leader, address(plan), "zh-hans")
    assert "trend-break" in html
    assert "数据口径间断：自2020年7月起：规模以上口径。跨间断的增减不可比。" in text(html)
    assert [row[0] for row in table(html, "months") if "间断" in row[0]] == ["2020年7月 间断"]
    assert "规模以上口径" in page(leader, f"/indicators/{GANGUE}/?plan={plan.code}&period=2020-08")
    assert "规模以上口径" in page(leader, statistics(plan))


def test_a_break_in_one_place_is_shown_there_and_above_and_not_beside_it(plan, taiyuan, leader):
    mark(plan, place=TAIYUAN)
    assert "规模以上口径" in page(leader, address(plan))
    assert "规模以上口径" in page(leader, address(plan, query=f"region={TAIYUAN}"))
    assert "规模以上口径" not in page(leader, address(plan, query=f"region={DATONG}"))


def test_a_break_in_a_part_is_one_of_the_sum(plan, taiyuan, leader):
    mark(plan)
    assert "规模以上口径" in page(leader, address(plan, "bulk_waste_utilised"))


def test_a_report_names_the_breaks_and_keeps_them(plan, filed):
    marked = mark(plan)
    issued = issue(plan, "compliance", code="2020-08")
    assert issued.book["statistics"]["breaks"][0]["reason"] == "规模以上口径"
    marked.delete()
    cells = [str(cell) for row in sheet_of(issued, "Data quality").iter_rows(values_only=True) for cell in row if cell]
    said = " ".join(cells)
    assert "Quality declaration: figures rest on verified values alone" in said
    assert "1 value was revised after it had been verified." in said
    assert "Coal gangue utilised from July 2020: 规模以上口径" in said


@pytest.mark.parametrize(("place", "month", "field"), [(None, "2019-07", "period"), ("110000", "2020-07", "region")])
def test_a_break_of_another_plan_or_place_is_refused(client, plan, superuser, place, month, field):
    past = make_past_plan()
    period = Period.objects.of(past if month < "2020" else plan, month)
    region = Region.objects.create(code=place, name="北京市", level="province", path=f"{place}/") if place else None
    client.force_login(superuser)
    data = {
        "plan": plan.pk,
        "indicator": Indicator.objects.get(code=GANGUE).pk,
        "period": period.pk,
        "region": region.pk if region else "",
        "reason": "口径",
    }
    response = client.post("/admin/tracker/seriesbreak/add/", data)
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
    assert not SeriesBreak.objects.exists()


# Calendar of issues


def test_reports_are_planned_some_working_days_after_the_deadline(plan, taiyuan, leader):
    Plan.objects.filter(pk=plan.pk).update(issue_after_days=3)
    plan.refresh_from_db()
    july = factories.period(plan, "2020-07")
    assert plan.day_of(july.deadline) == date(2020, 8, 5)
    assert planned_day(plan, july) == date(2020, 8, 10)  # Thursday, Friday, Monday
    issue(plan, "compliance", code="2020-07")
    rows = {row.period.code: row for row in load_issue_calendar(plan, [july, factories.period(plan)], "compliance")}
    assert rows["2020-07"].issued_on == NOW.date() and rows["2020-07"].is_late(NOW.date())
    assert rows["2020-08"].issued_on is None and not rows["2020-08"].is_late(NOW.date())
    listed = {row[0]: row for row in table(page(leader, statistics(plan), "zh-hans"), "calendar")}
    assert any(row[-1] == "晚于计划出具" for row in listed.values())


def test_a_report_says_when_the_next_one_is_planned(plan, filed):
    assert "statistics" not in issue(plan, "compliance", code="2020-07").book
    Plan.objects.filter(pk=plan.pk).update(issue_after_days=3)
    issued = issue(plan, "compliance", code="2020-08")
    cells = [str(cell) for row in sheet_of(issued, "Cover").iter_rows(values_only=True) for cell in row if cell]
    assert any("The report of the next period is planned for" in cell for cell in cells)


# Metadata and policy


def test_the_page_of_metadata_says_what_is_to_be_known(plan, taiyuan, leader):
    Indicator.objects.filter(code=GANGUE).update(definition="综合利用的煤矸石", source="企业生产台账")
    Target.objects.filter(plan=plan, indicator__code=GANGUE).update(responsible=Body.objects.create(name="省工信厅甲"))
    mark(plan)
    said = text(page(leader, f"/indicators/{GANGUE}/metadata/?plan={plan.code}&period=2020-08", "zh-hans"))
    for words in ("综合利用的煤矸石", "企业生产台账", "月", "省工信厅甲", "规模以上口径", "报表核定前的数为初步数"):
        assert words in said
    assert f"/indicators/{GANGUE}/metadata/" in page(leader, address(plan))


def test_an_indicator_s_own_rule_of_revisions_stands_in_its_metadata(plan, taiyuan, leader):
    Indicator.objects.filter(code=GANGUE).update(revision_note="每年三月订正上年数")
    said = page(leader, f"/indicators/{GANGUE}/metadata/?plan={plan.code}", "zh-hans")
    assert "每年三月订正上年数" in said and "报表核定前的数为初步数" not in said


def test_an_office_fills_in_its_policy_and_everybody_reads_it(plan, leader, superuser):
    assert "通用制度" in page(leader, "/statistics/revision-policy/", "zh-hans")
    client = signed_in(superuser)
    data = {"name": "省厅", "name_en": "", "help_contact": "", "footer_number": "", "seen": "0"}
    data |= {"revision_policy": "每季订正一次", "revision_policy_en": "Revised every quarter"}
    assert client.post("/setup/identity/", data).status_code == 302
    assert Identity.objects.get().revision_policy == "每季订正一次"
    assert "每季订正一次" in page(leader, "/statistics/revision-policy/", "zh-hans")
    assert "Revised every quarter" in page(leader, "/statistics/revision-policy/", "en")
    assert "通用制度" not in page(leader, "/statistics/revision-policy/", "zh-hans")
