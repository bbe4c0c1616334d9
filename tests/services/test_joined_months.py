"""A plan whose January and February are one period (1—2月)."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from tests import factories
from tests.factories import PASSWORD, TAIYUAN
from tests.services.filled_templates import fill
from tests.services.issued_reports import issue, sheets_of, summary_of, table
from tests.services.past_tables import checked_file, values_of
from tracker.calculation.deadlines import SHANGHAI
from tracker.documents import wording
from tracker.models import Obligation, Period, Plan, Role, Target, Upload
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.returns.check_inputs import read_sheets
from tracker.queries.returns.return_rows import load_return_rows
from tracker.services.imports import return_template
from tracker.services.imports.return_template.export import export_template
from tracker.services.plans.base_year import open_base_year
from tracker.services.plans.export_plan import export_plan
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

NOW = datetime(2020, 4, 1, 9, tzinfo=SHANGHAI)
GANGUE, JOINED = "coal_gangue_utilised", "2020-0102"


@pytest.fixture
def joined(plan: Plan) -> Plan:
    """The plan of 2020 with its months opened again."""
    plan.periods.all().delete()
    plan.joins_january_february = True
    plan.full_clean()
    plan.save()
    open_periods(plan, now=NOW)
    return plan


@pytest.fixture
def file(plan, taiyuan, reporter, reviewer):
    """Return what files a verified return of Taiyuan's unit."""

    def file_one(of: Plan, code: str, value: str):
        values, people = {GANGUE: value, "fly_ash_utilised": "1"}, {"reporter": reporter, "reviewer": reviewer}
        return factories.file_return(taiyuan, factories.period(of, code), values, **people)

    return file_one


def year_before(plan: Plan, unit, *, joins: bool) -> Plan:
    earlier = Plan.objects.create(
        code="shanxi-2019",
        name="2019年行动计划",
        issuer="山西省",
        issued_on=date(2019, 1, 1),
        starts_on=date(2019, 1, 1),
        ends_on=date(2019, 12, 31),
        region=plan.region,
        joins_january_february=joins,
    )
    open_periods(earlier, now=NOW)
    for one in Obligation.objects.filter(plan=plan, unit=unit):
        Obligation.objects.create(plan=earlier, unit=unit, indicator=one.indicator)
    update_expected(earlier, now=None)
    return earlier


def target(plan: Plan) -> Target:
    return plan.targets.with_indicator().get(indicator__code=GANGUE)


def figures(plan: Plan, code: str) -> Figures:
    return Figures(factories.period(plan, code))


def grown(plan: Plan, code: str, *, to_date: bool = False) -> Decimal | None:
    return figures(plan, code).year_on_year(target(plan), factories.region(TAIYUAN), to_date=to_date)


def test_the_year_has_eleven_periods_and_the_first_is_of_two_months(joined):
    periods = list(joined.periods.filter(kind="month").order_by("code"))
    assert [one.code for one in periods] == [JOINED, *(f"2020-{number:02d}" for number in range(3, 13))]
    assert (periods[0].starts_on, periods[0].ends_on) == (date(2020, 1, 1), date(2020, 2, 29))
    assert periods[0].last_day_on_time == date(2020, 3, 5)


def test_it_is_worded_as_statistics_word_it():
    with translation.override("zh-hans"):
        assert wording.period_in_words(JOINED) == "2020年1—2月"
    with translation.override("en"):
        assert wording.period_in_words(JOINED) == "January–February 2020"


def test_two_months_are_due_need_and_forecast_count_months(joined, taiyuan, file):
    file(joined, JOINED, "40")
    Target.objects.filter(plan=joined).update(pace="even_by_month")
    at_first = figures(joined, JOINED)
    found = at_first.standing_of(target(joined), joined.region).standing
    assert found.schedule_rate == Decimal(2) / 12 * 100
    assert at_first.monthly_need(target(joined), joined.region) == (found.target - 40) / 10
    file(joined, "2020-03", "20")
    at_march = figures(joined, "2020-03")
    found = at_march.standing_of(target(joined), joined.region).standing
    assert (found.to_date.value, found.month_on_month) == (60, None)  # 1—2月 is twice as long
    assert at_march.monthly_need(target(joined), joined.region) == (found.target - 60) / 9
    assert at_march.forecast(target(joined), factories.region(TAIYUAN)).value == 240  # 20 a month


def test_it_is_compared_with_the_same_period_of_last_year(joined, taiyuan, file):
    file(year_before(joined, taiyuan, joins=True), "2019-0102", "20")
    file(joined, JOINED, "40")
    assert grown(joined, JOINED) == 100


def test_it_is_compared_with_both_months_of_last_year(joined, taiyuan, file):
    earlier = year_before(joined, taiyuan, joins=False)
    filed = file(joined, JOINED, "40")
    file(earlier, "2019-01", "10")
    assert grown(joined, JOINED) is None  # half of it is no year before
    assert next(row for row in load_return_rows(filed) if row.indicator.code == GANGUE).last_year is None
    file(earlier, "2019-02", "22")
    assert grown(joined, JOINED) == 25
    assert next(row for row in load_return_rows(filed) if row.indicator.code == GANGUE).last_year == 32
    inputs = load_figure_inputs(factories.period(joined, JOINED), same_units=True)
    assert not inputs.same_units.pairs  # values of the same units are not paired over different periods


def test_single_months_are_not_compared_with_two_in_one(plan, taiyuan, file):
    earlier = year_before(plan, taiyuan, joins=True)
    for code, value in (("2019-0102", "30"), ("2019-03", "15")):
        file(earlier, code, value)
    for code in ("2020-01", "2020-02", "2020-03"):
        file(plan, code, "15")
    assert [grown(plan, code) for code in ("2020-01", "2020-02", "2020-03")] == [None, None, 0]
    assert grown(plan, "2020-03", to_date=True) is None


def test_checks_set_it_beside_no_single_month(joined, taiyuan, file):
    earlier = year_before(joined, taiyuan, joins=False)
    for code in ("2019-01", "2019-02", "2019-11", "2019-12"):
        file(earlier, code, "10")
    first, march = file(joined, JOINED, "20"), file(joined, "2020-03", "10")
    sheets = read_sheets([first.pk, march.pk], {})
    assert not sheets[first.pk].before and not sheets[first.pk].last_year and not sheets[first.pk].history
    assert not sheets[march.pk].before
    assert set(sheets[march.pk].history[GANGUE].values()) == {10}
    assert sheets[march.pk].this_year(GANGUE) == [20]
    assert next(row for row in load_return_rows(march) if row.indicator.code == GANGUE).last_verified is None


def test_it_is_chosen_before_the_periods_are_open(plan):
    plan.joins_january_february = True
    with pytest.raises(ValidationError, match=r"open already|已"):
        plan.full_clean()
    plan.periods.all().delete()
    plan.full_clean()
    plan.starts_on = date(2020, 2, 1)
    with pytest.raises(ValidationError) as refused:
        plan.full_clean()
    assert set(refused.value.message_dict) == {"joins_january_february"}


def test_it_goes_with_the_plan_s_file_and_its_base_year(joined, leader):
    assert "joins_january_february = true" in export_plan(joined.code, acting_user=None, now=NOW)
    base = open_base_year(joined, acting_user=leader, now=NOW)
    assert Period.objects.filter(plan=base, kind="month").count() == 11


def test_pages_show_it(joined, taiyuan, file, client, leader):
    file(joined, JOINED, "40")
    file(joined, "2020-03", "20")
    client.login(username=leader.username, password=PASSWORD)
    for code, words in ((JOINED, "2020年1—2月"), ("2020-03", "2020年3月")):
        address = reverse("target", args=[target(joined).pk])
        page = client.get(address, {"plan": joined.code, "period": code, "region": TAIYUAN}, follow=True)
        assert page.status_code == 200
        assert words in page.content.decode()


def test_reports_are_issued_on_it_and_on_march(joined, taiyuan, file):
    file(joined, JOINED, "40")
    first = issue(joined, JOINED)
    file(joined, "2020-03", "20")
    march = issue(joined, "2020-03")
    assert (first.issue_number, march.issue_number) == (2, 3)
    heads = [[cell.value for row in summary_of(one).iter_rows(max_row=8) for cell in row] for one in (first, march)]
    assert "本期" in heads[0]
    assert "本月" in heads[1]
    assert any(cell.value == JOINED for sheet in sheets_of(march) for line in sheet.iter_rows() for cell in line)
    row = next(row for row in table(summary_of(march)) if "煤矸石" in str(row["指标"]))
    assert row["环比"] in (None, "—")
    assert any("1—2月" in str(cell.value) for sheet in sheets_of(first) for line in sheet.iter_rows() for cell in line)


def test_past_values_of_it_are_read_from_a_table(joined, taiyuan, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("地区,指标,2020年1-2月,2020年3月\n太原市,煤矸石综合利用量,12,7\n", encoding="utf-8-sig")
    sender = factories.make_user("plan-manager", Role.PLAN_MANAGER)
    upload = checked_file(joined, sender, path)
    assert (upload.state, [line["period"] for line in upload.preview["new"]]) == ("ready", [JOINED, "2020-03"])
    assert [value for _cell, value in values_of(upload)] == ["12", "7"]


def test_the_template_of_the_period_is_filled_and_read(joined, taiyuan, reporter):
    month = factories.period(joined, JOINED)
    content = fill(export_template([taiyuan], month, acting_user=reporter, now=NOW), G6=5, H7="零报告")
    heads = [cell.value for line in load_workbook(BytesIO(content)).worksheets[0].iter_rows(max_row=5) for cell in line]
    assert any("1—2月" in str(value) for value in heads)
    upload = return_template.receive_upload(ContentFile(content, "1.xlsx"), month, acting_user=reporter, now=NOW)
    checked = return_template.check_upload(upload, now=NOW)
    assert (checked.state, checked.preview.get("faults", [])) == (Upload.State.READY, [])
