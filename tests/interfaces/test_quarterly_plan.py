"""A plan of another country, in English, by quarters of a fiscal year, from its document to its mail."""

import email
from datetime import datetime
from email import policy
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from tests import factories
from tests.every_page import issued_of_every_kind, not_opened
from tests.interfaces.test_pages import signed_in
from tracker.models import Delivery, Indicator, IssuedReport, Obligation, Plan, Role, Schedule, Subscription, User
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.services.documents import reports
from tracker.services.mail import deliveries, summaries
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
TOP, REGIONS = "US-CA", ("US-CA-BA", "US-CA-LA", "US-CA-SD")
CODES = ("ghg", "storage", "spend", "zev", "cars")
AFTER = datetime(2026, 7, 20, 10, tzinfo=LOS_ANGELES)


@pytest.fixture(autouse=True)
def july_2026():
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def california(db) -> Plan:
    documents = ("--regions", PLANS / "california-regions.toml", "--units", PLANS / "california-units.toml")
    call_command("load_plan", str(PLANS / "california.toml"), *map(str, documents))
    return Plan.objects.select_related("region").get(code="ca-climate-fy26")


@pytest.fixture
def officials(california) -> dict[str, User]:
    roles = {"reporter": Role.REPORTER, "reviewer": Role.REVIEWER, "leader": Role.LEADER}
    users = {name: factories.make_user(name, role, TOP) for name, role in roles.items()}
    User.objects.update(language="en")
    return users


@pytest.fixture
def year(california, officials) -> Plan:
    """Three counties with four verified quarters each."""
    for code in REGIONS:
        unit = factories.region(code).units.create(code=f"unit-{code}", name=f"{code} office")
        Obligation.objects.bulk_create(
            Obligation(plan=california, unit=unit, indicator=one, frequency="quarter")
            for one in Indicator.objects.filter(code__in=CODES)
        )
    update_expected(california, now=None)
    open_periods(california, now=AFTER)
    for quarter in california.periods.filter(kind="quarter"):
        for code in REGIONS:
            unit = factories.region(code).units.get()
            values = {"ghg": "40", "storage": "200", "spend": "104.5", "zev": "350", "cars": "1000"}
            moment = datetime.combine(quarter.ends_on, datetime.min.time(), LOS_ANGELES)
            factories.file_return(
                unit, quarter, values, reporter=officials["reporter"], reviewer=officials["reviewer"], now=moment
            )
    return california


def page(user: User, path: str) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_overview_shows_the_last_quarter_and_its_twelve_returns(year, officials):
    html = page(officials["leader"], "/")
    assert "FY2026 Q4" in html
    assert "12/12" in html
    assert "3/3 returns verified" in html
    assert "0/0" not in html


def test_the_chooser_offers_the_quarters_alone(year, officials):
    html = page(officials["leader"], "/targets/")
    assert all(f"FY2026 Q{number}" in html for number in (1, 2, 3, 4))
    assert "July 2025" not in html


def test_times_are_those_of_los_angeles_and_the_page_says_so(year, officials):
    html = page(officials["leader"], "/")
    assert "All times are America/Los Angeles time." in html
    filed = year.periods.get(code="FY2026-Q1").returns.first()
    html = page(officials["leader"], f"/returns/{filed.pk}/")
    assert "15 Oct 2025" in html  # the deadline, ten working days after the quarter
    assert "23:59" in html


def test_the_target_page_tells_quarter_by_quarter(year, officials):
    target = year.targets.get(indicator__code="storage")
    html = page(officials["leader"], f"/targets/{target.pk}/")
    assert "This quarter" in html and "Quarter on quarter" in html
    assert all(f"FY2026 Q{number}" in html for number in (1, 2, 3, 4))


def test_the_report_names_the_quarter_and_counts_the_twelve_returns(year, officials):
    quarter = year.periods.get(code="FY2026-Q4")
    issued = reports.issue_report(
        period=quarter, region=year.region, language="en", acting_user=officials["leader"], now=AFTER
    )
    assert "FY2026 Q4" in issued.title
    with issued.file.open("rb") as file:
        book = openpyxl.load_workbook(BytesIO(file.read()), data_only=True)
    summary = book["Summary by indicator"]
    texts = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value is not None]
    assert "This quarter" in texts
    assert "12/12" in texts
    assert "0/0" not in texts


def test_the_mail_is_about_the_quarter_and_its_returns(year, officials):
    schedule = Schedule.objects.create(plan=year, name="Quarterly summary", number=20, time_of_day="08:30")
    active = datetime(2026, 7, 1, tzinfo=LOS_ANGELES)
    Subscription.objects.create(schedule=schedule, user=officials["leader"], active_from=active)
    delivery = summaries.due_deliveries(now=AFTER)[0]
    assert delivery.period.code == "FY2026-Q4"
    built = deliveries.build_message(Delivery.objects.with_names().get(pk=delivery.pk), now=AFTER)
    text = email.message_from_bytes(built.data, policy=policy.SMTP).get_body(("plain",)).get_content()
    assert "FY2026 Q4" in text
    assert "12/12" in text and "3/3 returns verified" in text
    assert "America/Los Angeles" in text and "Beijing" not in text


def test_a_reminder_goes_out_in_office_hours_of_los_angeles(california, officials):
    from tracker.services.mail.reminders import due_reminders

    unit = factories.region("US-CA-LA").units.create(code="la", name="LA")
    Obligation.objects.create(
        plan=california, unit=unit, indicator=Indicator.objects.get(code="storage"), frequency="quarter"
    )
    update_expected(california, now=None)
    open_periods(california, now=AFTER)
    last_day = california.periods.get(code="FY2026-Q1").last_day_on_time
    assert due_reminders(now=datetime(last_day.year, last_day.month, last_day.day, 8, tzinfo=LOS_ANGELES)) == []
    made = due_reminders(now=datetime(last_day.year, last_day.month, last_day.day, 9, 30, tzinfo=LOS_ANGELES))
    assert [delivery.user for delivery in made] == [officials["reporter"]]


def test_no_mail_says_that_everybody_reported_where_nothing_is_expected(california, officials):
    from tracker.documents.findings import who_is_missing

    with translation.override("en"):
        facts = facts_of(MailScope(california.periods.get(code="2025-07"), california.region))
        assert who_is_missing(facts.returns) == "No return is expected."


def test_every_page_opens_and_every_kind_of_document_is_issued(year):
    administrator = User.objects.create_superuser("administrator", password=factories.PASSWORD)
    period = factories.period(year, "FY2026-Q4")
    assert not_opened(administrator, period) == []
    issued = issued_of_every_kind(administrator, period, "en", AFTER)
    refused = {kind: found for kind, found in issued.items() if not isinstance(found, IssuedReport)}
    assert refused == {}
