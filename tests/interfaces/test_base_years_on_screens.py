"""Base years are compared with; they are no plans of their own on screens of periods, returns and extensions."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW, PASSWORD
from tracker.models import Period, Plan, Role, User
from tracker.queries.returns.expected_returns import begun_returns, expected_returns
from tracker.services.plans.base_year import open_base_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(plan) -> Client:
    user = User.objects.create_superuser("admin", "admin@example.com", PASSWORD)
    base = open_base_year(plan, acting_user=user, now=NOW)
    assert Period.objects.filter(plan=base).count() == 12
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "admin:tracker_period_changelist",
        "admin:tracker_return_changelist",
        "admin:tracker_extension_add",
        "admin:tracker_obligation_add",
        "admin:tracker_plan_changelist",
        "setup",
        "setup_workbook",
        "returns",
    ],
)
def test_a_base_year_is_not_on_the_page(client, address):
    answer = client.get(reverse(address), follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "-base" not in text and "2019-" not in text and "base year)" not in text.casefold()


def test_a_demonstration_beside_a_plan_of_ones_own_offers_periods_by_its_own_day(plan):
    unit = factories.make_unit(plan, "140200")
    clerk = factories.make_user("clerk", Role.REPORTER, "140200", unit)
    later = datetime(2026, 11, 30, tzinfo=UTC)
    assert {one.period.code for one in begun_returns(clerk, now=later)} >= {"2020-10", "2020-11", "2020-12"}
    Plan.objects.update(demonstration_day=date(2020, 10, 15))
    assert max(one.period.code for one in begun_returns(clerk, now=later)) == "2020-10"
    assert max(one.period.code for one in expected_returns(clerk, now=later)) == "2020-10"
