"""A demonstration is shown as of its own day; what people do, and every other plan, keeps the real time."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.factories import SHANGHAI, SHANXI, TAIYUAN
from tracker.models import Event, Plan, Return, Role
from tracker.services.plans.demonstration import generate_demonstration
from tracker.services.plans.remove_demonstration import remove_demonstration
from tracker.web.page_clock import page_now, page_today, showing

#: Years after the plan.
LATER = datetime(2026, 11, 29, 23, 30, tzinfo=SHANGHAI)
DAY = date(2020, 10, 15)


@pytest.fixture
def plan(db: None) -> Plan:
    return factories.load_demonstration()


def read(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_day_is_after_the_last_deadline(plan: Plan) -> None:
    assert plan.demonstration_day == DAY
    assert factories.period(plan, "2020-09").due_at < page_now(plan) < factories.period(plan, "2020-10").due_at


@time_machine.travel(LATER, tick=False)
def test_time_of_day_is_the_real_one(plan: Plan) -> None:
    assert page_now(plan) == datetime(2020, 10, 15, 23, 30, tzinfo=SHANGHAI)
    assert page_today(plan) == DAY


@time_machine.travel(LATER, tick=False)
def test_nobody_is_first_told_of_years_of_lateness(plan: Plan, client: Client) -> None:
    for role, place in ((Role.LEADER, SHANXI), (Role.REVIEWER, SHANXI), (Role.REPORTER, TAIYUAN)):
        client.force_login(factories.make_user(f"one-{role}", role, place))
        for name in ("home", "admin:index"):
            told = read(client, reverse(name))
            assert "演示时间" in told
            assert "2020年10月15日" in told
            assert "逾期2" not in told.replace("逾期2天", "").replace("逾期 2", "逾期2"), (role, name)


@time_machine.travel(LATER, tick=False)
def test_the_current_month_is_that_of_the_demonstration(plan: Plan, client: Client) -> None:
    client.force_login(factories.make_user("reporter", Role.REPORTER, TAIYUAN))
    owed = client.get(reverse("admin:index")).context["worklist"].to_do
    assert [(item.period.code, item.is_overdue) for item in owed] == [("2020-10", False)]


@time_machine.travel(LATER, tick=False)
def test_what_is_done_has_the_real_time(plan: Plan, client: Client) -> None:
    reporter = factories.make_user("reporter", Role.REPORTER, TAIYUAN)
    client.force_login(reporter)
    month = factories.period(plan, "2020-10")
    unit = Return.objects.filter(unit__region__code=TAIYUAN)[0].unit
    answer = client.post(reverse("admin:tracker_return_add"), {"unit": unit.code, "period": month.code})
    assert answer.status_code == 302
    assert Event.objects.latest("pk").recorded_at == LATER


@time_machine.travel(LATER, tick=False)
def test_a_plan_of_ones_own_keeps_the_real_time(plan: Plan, client: Client) -> None:
    own = Plan.objects.get(pk=plan.pk)
    own.pk, own.code, own.demonstration_day = None, "own", None
    own.save()
    assert page_now(own) == timezone.now()
    with showing([DAY, None]):
        assert page_now() == timezone.now()
        assert page_now(plan).date() == DAY
    with showing([]):
        assert page_now() == timezone.now()
    client.force_login(factories.make_user("leader", Role.LEADER, SHANXI))
    assert "演示时间" not in read(client, reverse("search"))
    assert "演示时间" in read(client, reverse("targets"), plan=plan.code)


def test_after_a_request_the_real_time_holds(plan: Plan, client: Client) -> None:
    client.force_login(factories.make_user("leader", Role.LEADER, SHANXI))
    read(client, reverse("home"))
    assert page_now() - timezone.now() < timedelta(seconds=5)
    assert page_today() == timezone.localdate()


def test_the_day_goes_with_the_demonstration(plan: Plan) -> None:
    remove_demonstration(plan, acting_user=None, now=factories.NOW)
    plan.refresh_from_db()
    assert plan.demonstration_day is None
    generate_demonstration(plan)
    plan.refresh_from_db()
    assert plan.demonstration_day == DAY
