"""Plans with a year, a time zone, a calendar and deadlines of their own."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from tests import factories
from tests.factories import NOW
from tracker.models import ExpectedReturn, Obligation, Period, Plan
from tracker.queries.errors import Refused
from tracker.queries.plans.working_days import unknown_years_of, working_days_of
from tracker.services.plans import loading
from tracker.services.returns.open_periods import open_periods

PLANS = Path(settings.BASE_DIR) / "tests" / "plans"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
JUNE = datetime(2025, 6, 20, 9, tzinfo=LOS_ANGELES)


@pytest.fixture
def california(db: None) -> Plan:
    loading.load_reference(PLANS / "california-units.toml", PLANS / "california-regions.toml")
    return loading.load_plan(PLANS / "california.toml", acting_user=None, now=JUNE)


def with_quarters(plan: Plan) -> dict[str, Period]:
    region = factories.region("US-CA-LA")
    unit = region.units.create(code="lac", name="LA County")
    Obligation.objects.create(
        plan=plan, unit=unit, indicator_id=plan.targets.all()[0].indicator_id, frequency="quarter"
    )
    open_periods(plan, now=JUNE)
    return {period.code: period for period in plan.periods.filter(kind=Period.Kind.QUARTER).order_by("starts_on")}


def test_a_plan_whose_year_begins_in_july_has_four_quarters_of_one_fiscal_year(california):
    quarters = with_quarters(california)
    assert list(quarters) == ["FY2026-Q1", "FY2026-Q2", "FY2026-Q3", "FY2026-Q4"]
    assert (quarters["FY2026-Q1"].starts_on, quarters["FY2026-Q4"].ends_on) == (date(2025, 7, 1), date(2026, 6, 30))


def test_a_deadline_lies_so_many_american_working_days_after_the_end_at_midnight_in_los_angeles(california):
    quarters = with_quarters(california)
    # ten working days after 30 September, without Columbus Day; after 31 December without New Year
    assert quarters["FY2026-Q1"].due_at.astimezone(LOS_ANGELES).isoformat() == "2025-10-16T00:00:00-07:00"
    assert quarters["FY2026-Q2"].due_at.astimezone(LOS_ANGELES).isoformat() == "2026-01-16T00:00:00-08:00"


def test_a_kind_without_a_rule_of_its_own_is_due_on_the_plan_s_day(california):
    july = california.periods.get(code="2025-07")
    assert july.due_at.astimezone(LOS_ANGELES).isoformat() == "2025-08-16T00:00:00-07:00"
    june = california.periods.get(code="2026-06")  # the 15th of July is a Wednesday
    assert june.due_at.astimezone(LOS_ANGELES).isoformat() == "2026-07-16T00:00:00-07:00"


def test_a_period_ends_and_begins_by_the_clocks_of_its_plan(california):
    quarters = with_quarters(california)
    evening = datetime(2025, 9, 30, 23, tzinfo=LOS_ANGELES)  # 1 October already in Shanghai
    assert not quarters["FY2026-Q2"].has_begun(evening)
    of_quarter = ExpectedReturn.objects.filter(period=quarters["FY2026-Q1"])
    assert of_quarter.begun(evening).exists() and not of_quarter.ended(evening).exists()
    assert of_quarter.ended(datetime(2025, 10, 1, tzinfo=LOS_ANGELES)).exists()


def test_plans_of_two_time_zones_have_each_its_own_day(plan, california):
    with_quarters(california)
    evening = datetime(2025, 9, 30, 23, tzinfo=LOS_ANGELES)
    october = plan.periods.create(
        code="2025-10", starts_on=date(2025, 10, 1), ends_on=date(2025, 10, 31), due_at=evening, kind="month"
    )
    begun = set(Period.objects.begun(evening).values_list("plan__code", "code"))
    assert (plan.code, october.code) in begun, "it is October in Shanghai"
    assert (california.code, "2025-09") in begun and (california.code, "2025-10") not in begun


@pytest.mark.parametrize(
    ("calendar", "day", "is_worked"),
    [
        ("US", date(2025, 7, 4), False),
        ("US", date(2025, 7, 7), True),
        ("US", date(2026, 3, 31), True),
        ("US-CA", date(2026, 3, 31), False),  # Cesar Chavez Day
        ("DE", date(2025, 10, 3), False),
        ("none", date(2025, 10, 1), True),
        ("none", date(2025, 10, 4), False),
        ("CN", date(2025, 10, 1), False),
        ("IL", date(2025, 7, 4), False),  # a Friday
        ("IL", date(2025, 7, 6), True),  # a Sunday
    ],
)
def test_each_calendar_has_its_working_days(calendar, day, is_worked):
    assert working_days_of(calendar).is_working_day(day) is is_worked


def test_years_are_unknown_by_the_calendar_of_each_plan():
    far = datetime(2090, 1, 1, tzinfo=LOS_ANGELES)
    plans = [Plan(calendar="US", time_zone="America/Los_Angeles"), Plan(calendar="none"), Plan(calendar="CN")]
    assert [unknown_years_of([(plan, far)]) for plan in plans] == [[], [], [2090]]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("time_zone", '"Mars/Olympus"'),
        ("calendar", '"Atlantis"'),
        ("calendar", '"US-ZZ"'),
        ("fiscal_year_starts", "13"),
        ("deadlines", '{ fortnight = { basis = "days", number = 3 } }'),
        ("deadlines", '{ quarter = { basis = "days", number = 0 } }'),
        ("deadlines", '{ quarter = { basis = "next_month", number = 29 } }'),
        ("deadlines", '{ quarter = { basis = "sometime", number = 3 } }'),
        ("deadlines", '{ quarter = { basis = "days" } }'),
        ("deadlines", "{ quarter = 3 }"),
    ],
)
def test_what_is_no_calendar_is_refused_at_its_key_and_nothing_is_stored(db, tmp_path, key, value):
    loading.load_reference(PLANS / "california-units.toml", PLANS / "california-regions.toml")
    lines = (PLANS / "california.toml").read_text().splitlines()
    lines = [f"{key} = {value}" if line.startswith(f"{key} =") else line for line in lines]
    (tmp_path / "plan.toml").write_text("\n".join(lines))
    with pytest.raises(Refused) as refusal:
        loading.load_plan(tmp_path / "plan.toml", acting_user=None, now=JUNE)
    assert any(place.endswith((f", {key}", ", __all__")) for place in refusal.value.fields), refusal.value.fields
    assert not Plan.objects.exists()


def test_a_plan_without_a_calendar_of_its_own_keeps_to_shanghai_and_to_china_s_working_days(plan):
    plan.full_clean()
    assert (plan.time_zone, plan.calendar, plan.fiscal_year_starts, plan.deadlines) == ("Asia/Shanghai", "CN", 1, {})
    august = plan.periods.get(code="2020-08")
    assert august.due_at == datetime(2020, 9, 8, tzinfo=factories.SHANGHAI)
    assert august.last_day_on_time == date(2020, 9, 7)
    assert august.has_begun(NOW)
    assert not august.has_begun(datetime(2020, 7, 31, 23, 59, tzinfo=factories.SHANGHAI))


def test_a_number_that_is_none_is_refused(plan):
    plan.deadlines = {"month": {"basis": "days", "number": True}}
    with pytest.raises(ValidationError) as error:
        plan.full_clean()
    assert list(error.value.message_dict) == ["deadlines"]


@pytest.mark.parametrize("kind", ["week", "ten_days", "half_year", "year"])
def test_a_unit_may_report_at_any_frequency(plan, taiyuan, kind):
    Obligation.objects.update(frequency=kind)
    opened = [period for period in open_periods(plan, now=JUNE) if period.kind == kind]
    assert len(opened) == {"week": 53, "ten_days": 36, "half_year": 2, "year": 1}[kind]
    assert all(period.due_at > datetime.combine(period.ends_on, datetime.min.time(), plan.zone) for period in opened)
