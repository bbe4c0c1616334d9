"""A city's plan of eight years, reported by the year, with a park below a county: from its document to its mail."""

import email
from datetime import datetime
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
from tracker.services.documents import reports
from tracker.services.mail import deliveries, summaries
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
CITY, COUNTY, PARK = "140600", "140671", "140671-SD"
IN_2017 = datetime(2017, 2, 15, 10, tzinfo=factories.SHANGHAI)


@pytest.fixture(autouse=True)
def february_2017():
    with time_machine.travel(IN_2017, tick=False):
        yield


@pytest.fixture
def shuozhou(db) -> Plan:
    """The plan, beside the province's regions; the park's and the city's own unit verified for 2016."""
    call_command("load_plan", str(settings.BASE_DIR / "fixtures" / "plan-shanxi-2020.toml"))
    documents = ("--regions", PLANS / "shuozhou-regions.toml", "--units", PLANS / "shuozhou-units.toml")
    call_command("load_plan", str(PLANS / "shuozhou.toml"), *map(str, documents))
    plan = Plan.objects.select_related("region").get(code="shuozhou-2015-2023")
    reporter = factories.make_user("reporter", Role.REPORTER, CITY)
    reviewer = factories.make_user("reviewer", Role.REVIEWER, CITY)
    for place, values in {PARK: {"sz_park_firms": "20"}, CITY: {"sz_firms": "60", "sz_grant": "500"}}.items():
        unit = factories.region(place).units.create(code=f"unit-{place}", name=f"{place}单位")
        Obligation.objects.bulk_create(
            Obligation(plan=plan, unit=unit, indicator=one, frequency="year")
            for one in Indicator.objects.filter(code__in=values)
        )
        update_expected(plan, now=None)
        open_periods(plan, now=IN_2017)
        factories.file_return(
            unit, factories.period(plan, "2016"), values, reporter=reporter, reviewer=reviewer, now=IN_2017
        )
    return plan


def test_the_park_lies_below_the_county_and_the_city(shuozhou):
    assert factories.region(PARK).path == f"140000/{CITY}/{COUNTY}/{PARK}/"


def test_the_overview_shows_the_year(shuozhou):
    leader = factories.make_user("leader", Role.LEADER, CITY)
    html = page(leader, f"/?plan={shuozhou.code}", "zh-hans")
    assert "2016年" in html and "2016年1月" not in html
    assert "2/2" in html


def test_people_of_the_park_see_its_target(shuozhou):
    official = factories.make_user("park", Role.LEADER, PARK)
    html = page(official, f"/?plan={shuozhou.code}", "zh-hans")
    assert "园区进驻企业" in html and "20" in html
    assert page(official, f"/regions/{PARK}/?plan={shuozhou.code}", "zh-hans")


def test_the_report_is_about_the_year(shuozhou):
    leader = factories.make_user("leader", Role.LEADER, CITY)
    issued = reports.issue_report(
        period=factories.period(shuozhou, "2016"),
        region=shuozhou.region,
        language="zh-hans",
        acting_user=leader,
        now=IN_2017,
    )
    assert "2016年" in issued.title
    with issued.file.open("rb") as file:
        summary = openpyxl.load_workbook(BytesIO(file.read()), data_only=True)["指标汇总"]
    texts = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value is not None]
    assert "本年" in texts and "本月" not in texts


def test_the_mail_is_about_the_year(shuozhou):
    leader = factories.make_user("leader", Role.LEADER, CITY)
    schedule = Schedule.objects.create(plan=shuozhou, name="年度简报", when="after_deadline", number=2)
    active = datetime(2017, 1, 1, tzinfo=factories.SHANGHAI)
    Subscription.objects.create(schedule=schedule, user=leader, active_from=active)
    delivery = summaries.due_deliveries(now=IN_2017)[0]
    assert delivery.period.code == "2016"
    built = deliveries.build_message(Delivery.objects.with_names().get(pk=delivery.pk), now=IN_2017)
    text = email.message_from_bytes(built.data, policy=policy.SMTP).get_body(("plain",)).get_content()
    assert "2016年" in text and "2/2" in text


def test_every_page_opens_and_every_kind_of_document_is_issued(shuozhou):
    administrator = User.objects.create_superuser("administrator", password=factories.PASSWORD)
    period = factories.period(shuozhou, "2016")
    assert not_opened(administrator, period) == []
    issued = issued_of_every_kind(administrator, period, "zh-hans", IN_2017)
    refused = {kind: found for kind, found in issued.items() if not isinstance(found, IssuedReport)}
    assert refused == {}
