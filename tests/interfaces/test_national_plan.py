"""A nation's plan of five years, reported by the month: a year of returns from two provinces through pages, report
and mail.
"""

import email
from datetime import datetime, timedelta
from decimal import Decimal
from email import policy
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command

from tests import factories
from tests.every_page import issued_of_every_kind, not_opened
from tests.interfaces.test_pages import page
from tracker.models import Delivery, Indicator, IssuedReport, Obligation, Plan, Role, Schedule, Subscription, User
from tracker.queries.figures.figures import Figures
from tracker.services.documents import reports
from tracker.services.mail import deliveries, summaries
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
NATION, BEIJING, SHANXI = "100000", "110000", "140000"
IN_2022 = datetime(2022, 1, 20, 10, tzinfo=factories.SHANGHAI)
#: What nothing says of a plan of several years.
OF_ONE_YEAR = ("年度目标", "本年报表", "全年")
#: What each province reports every month: energy, gross domestic product, COD cut, parks.
MONTHLY = {
    BEIJING: {"cn_energy": "600", "cn_gdp": "3000", "cn_cod_cut": "1", "cn_parks": "1"},
    SHANXI: {"cn_energy": "1800", "cn_gdp": "2000", "cn_cod_cut": "2", "cn_parks": "0"},
}


@pytest.fixture(autouse=True)
def january_2022():
    with time_machine.travel(IN_2022, tick=False):
        yield


@pytest.fixture
def nation(plan) -> Plan:
    """The plan beside that of Shanxi, which was a root before, with twelve verified returns of each province."""
    documents = ("--regions", PLANS / "nation-regions.toml", "--units", PLANS / "nation-units.toml")
    call_command("load_plan", str(PLANS / "nation.toml"), *map(str, documents))
    found = Plan.objects.select_related("region").get(code="cn-145")
    reporter = factories.make_user("national-reporter", Role.REPORTER, NATION)
    reviewer = factories.make_user("national-reviewer", Role.REVIEWER, NATION)
    for place, values in MONTHLY.items():
        unit = factories.region(place).units.create(code=f"unit-{place}", name=f"{place}统计局")
        Obligation.objects.bulk_create(
            Obligation(plan=found, unit=unit, indicator=one) for one in Indicator.objects.filter(code__in=values)
        )
    open_periods(found, now=IN_2022)
    update_expected(found, now=None)
    for month in found.periods.filter(kind="month", ends_on__lt=IN_2022.date()).order_by("starts_on"):
        for place, values in MONTHLY.items():
            unit = factories.region(place).units.get(code=f"unit-{place}")
            moment = month.due_at - timedelta(hours=1)
            factories.file_return(unit, month, values, reporter=reporter, reviewer=reviewer, now=moment)
    return found


@pytest.fixture
def leader(nation):
    return factories.make_user("national-leader", Role.LEADER, NATION)


def at_year_end(plan: Plan, indicator: str, place: str):
    figures = Figures(factories.period(plan, "2021-12"))
    return figures.standing_of(plan.targets.get(indicator__code=indicator), factories.region(place)).standing


def test_energy_per_product_and_its_fall_are_calculated_from_amounts(nation):
    whole = at_year_end(nation, "cn_energy_intensity", NATION)
    assert whole.to_date.value == Decimal(2400 * 12) / Decimal(5000 * 12)
    assert round(100 * (Decimal("0.49") - whole.to_date.value) / Decimal("0.49"), 2) == Decimal("2.04")


def test_amounts_add_up_over_months_and_provinces(nation):
    assert at_year_end(nation, "cn_cod_cut", NATION).to_date.value == 36
    assert at_year_end(nation, "cn_parks", NATION).to_date.value == 12
    assert at_year_end(nation, "cn_energy", SHANXI).to_date.value == 21600


def test_each_province_is_held_to_its_own_goal(nation):
    figures = Figures(factories.period(nation, "2021-12"))
    target = nation.targets.get(indicator__code="cn_energy_intensity")
    goals = [figures.book.goals["cn_energy_intensity", place] for place in (BEIJING, SHANXI)]
    assert [goal.value_on(nation.ends_on) if hasattr(goal, "value_on") else goal for goal in goals]
    assert figures.concerns(target, factories.region(SHANXI))


def test_the_overview_counts_both_provinces_returns(nation, leader):
    html = page(leader, f"/?plan={nation.code}&period=2021-12", "zh-hans")
    assert "2/2" in html
    assert "单位国内生产总值能源消耗" in html and "2021年12月" in html
    for words in OF_ONE_YEAR:
        assert words not in html


@pytest.mark.parametrize(
    "path",
    [
        "/regions/140000/?plan=cn-145&period=2021-12",
        "/returns/?plan=cn-145",
        "/timeliness/?plan=cn-145&period=2021-12",
        "/indicators/cn_energy/?plan=cn-145",
        "/clauses/?plan=cn-145",
        "/targets/?plan=cn-145&period=2021-12",
    ],
)
def test_every_page_of_the_plan_opens(nation, leader, path):
    assert "“十四五”节能减排综合工作方案" in page(leader, path, "zh-hans") or "统计局" in page(leader, path, "zh-hans")


def test_a_target_s_page_has_twelve_months_and_both_provinces(nation, leader):
    target = nation.targets.get(indicator__code="cn_cod_cut")
    html = page(leader, f"/targets/{target.pk}/?period=2021-12", "zh-hans")
    assert "北京市" in html and "山西省" in html
    assert "2021年1月" in html and "2021年12月" in html


def test_the_plan_of_the_province_still_opens_below_the_nation(nation, plan, leader):
    assert "2020年" in page(leader, f"/?plan={plan.code}", "zh-hans")


def test_the_report_prints_the_fall_against_2020(nation, leader):
    issued = reports.issue_report(
        period=factories.period(nation, "2021-12"),
        region=nation.region,
        language="zh-hans",
        acting_user=leader,
        now=IN_2022,
    )
    assert "2021年12月" in issued.title
    with issued.file.open("rb") as file:
        book = openpyxl.load_workbook(BytesIO(file.read()), data_only=True)
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("单位国内生产总值能源消耗" in text for text in texts)
    assert any("山西省" in text for text in texts)
    assert not [text for text in texts if any(word in text for word in OF_ONE_YEAR)]


def test_the_mail_counts_both_provinces(nation, leader):
    schedule = Schedule.objects.create(plan=nation, name="月度简报", when="after_deadline", number=2)
    active = datetime(2022, 1, 1, tzinfo=factories.SHANGHAI)
    Subscription.objects.create(schedule=schedule, user=leader, active_from=active)
    due = {one.period.code: one for one in summaries.due_deliveries(now=IN_2022)}
    delivery = due["2021-12"]
    built = deliveries.build_message(Delivery.objects.with_names().get(pk=delivery.pk), now=IN_2022)
    text = email.message_from_bytes(built.data, policy=policy.SMTP).get_body(("plain",)).get_content()
    assert "2021年12月" in text and "2/2" in text
    assert not [word for word in OF_ONE_YEAR if word in text]


def test_every_page_opens_and_every_kind_of_document_is_issued(nation):
    administrator = User.objects.create_superuser("administrator", password=factories.PASSWORD)
    period = factories.period(nation, "2021-12")
    assert not_opened(administrator, period) == []
    issued = issued_of_every_kind(administrator, period, "zh-hans", IN_2022)
    refused = {kind: found for kind, found in issued.items() if not isinstance(found, IssuedReport)}
    assert refused == {}
