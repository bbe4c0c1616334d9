"""A return's pages take the same number of queries however many values it has."""

import pytest
from django.db import connection

from tests import factories
from tests.depth import amount
from tests.factories import NOW, TAIYUAN
from tests.interfaces.test_admin_reviewing import english, page
from tracker.models import Indicator, MeasureUnit, Obligation, ReportingUnit, Return
from tracker.services import returns
from tracker.services.returns.expected import update_expected

FEW, MANY = 12, amount(800, quick=36)


@pytest.fixture(autouse=True)
def in_september(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def pair(plan, reporter, reviewer):
    """Two submitted returns, of few values and of many."""
    measure = MeasureUnit.objects.order_by("pk").first()
    indicators = Indicator.objects.bulk_create(
        Indicator(code=f"many-{number}", name=f"指标{number}", unit=measure, over_periods="sum", over_places="sum")
        for number in range(MANY)
    )
    found = []
    for number in (FEW, MANY):
        unit = ReportingUnit.objects.create(code=f"u-{number}", name=f"单位{number}", region=factories.region(TAIYUAN))
        owed = indicators[:number]
        Obligation.objects.bulk_create(Obligation(plan=plan, unit=unit, indicator=one) for one in owed)
        update_expected(plan, unit=unit, now=None)
        for code in ("2020-07", "2020-08"):
            values = {one.code: "5" for one in owed}
            filed = factories.file_return(unit, factories.period(plan, code), values, reporter=reporter)
        found.append(filed)
    return found


def numbers(client, person, path_of, pair, count_queries) -> list[int]:
    """Return the queries of the same page of both returns, after both were opened once."""
    found = []
    for _run in range(2):
        found = []
        for filed in pair:
            english(client, person)
            with count_queries(connection) as queries:
                answer = client.get(path_of(filed))
                assert answer.status_code == 200
            found.append(len(queries))
    return found


def reading(filed: Return) -> str:
    return f"/returns/{filed.pk}/"


def move(pair, state, reporter, reviewer) -> None:
    for filed in pair:
        filed.refresh_from_db()
        words = {"acting_user": reviewer, "now": NOW, "expected_version": filed.version}
        if state == "verified":
            returns.verify_return(filed, **words)
        elif state == "sent_back":
            returns.send_back_return(filed, comment="核对", cell_comments={}, **words)


@pytest.mark.parametrize("state", ["submitted", "verified", "sent_back"])
def test_pages_take_as_many_queries_for_many_values_as_for_few(
    client, plan, pair, reporter, reviewer, count_queries, state
):
    move(pair, state, reporter, reviewer)
    for person in (reporter, reviewer):
        for path_of in (page, reading):
            few, many = numbers(client, person, path_of, pair, count_queries)
            assert few == many, (state, person.username, path_of.__name__)
