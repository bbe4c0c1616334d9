"""A demonstration marks the plan that it belongs to, and no other."""

from datetime import date

import pytest
import time_machine

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_exports import workbook
from tests.interfaces.test_pages import signed_in
from tracker.models import Plan, Region
from tracker.queries.documents.names import rests_on_demonstration
from tracker.queries.plans.demonstration import holds_demonstration
from tracker.services.returns.open_periods import open_periods


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def other_plan():
    """A plan of the same province, into which nothing was generated."""
    days = {"issued_on": date(2019, 1, 1), "starts_on": date(2019, 1, 1), "ends_on": date(2020, 12, 31)}
    region = Region.objects.get(code=factories.SHANXI)
    plan = Plan.objects.create(code="other", name="另一计划", issuer="山西省", region=region, **days)
    open_periods(plan, now=NOW)
    return plan


def test_the_definition_asks_by_plan(other_plan):
    demonstrated = Plan.objects.get(code="shanxi-2020")
    assert holds_demonstration(demonstrated) and not holds_demonstration(other_plan)
    assert not rests_on_demonstration(other_plan, other_plan.region, ())


@pytest.mark.parametrize("address", ["/", "/targets/", "/returns/", "/entries/", "/timeliness/", "/clauses/"])
def test_pages_of_another_plan_are_not_marked(leader, other_plan, address):
    marked = {
        code: "demonstration-banner" in signed_in(leader).get(address, {"plan": code}).content.decode()
        for code in ("shanxi-2020", "other")
    }
    assert marked == {"shanxi-2020": True, "other": False}


def test_an_export_of_another_plan_is_not_marked(leader, other_plan):
    sheet = workbook(leader, "/returns/?plan=other&_export=xlsx")
    assert not any("SAMPLE DATA" in str(row[0]) for row in sheet.iter_rows(values_only=True))
