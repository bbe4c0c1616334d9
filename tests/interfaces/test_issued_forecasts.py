"""Forecasts of issued documents: kept with the document, and shown beside what came."""

from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW, SHANXI, TAIYUAN
from tests.interfaces.test_pages import page
from tests.interfaces.test_target_page import address, fact, table, target, text
from tests.services.issued_kinds import issue
from tracker.models import IssuedForecast, Role, Target
from tracker.services import returns

ASH, GANGUE = "fly_ash_utilised", "coal_gangue_utilised"
SEASON = "5 5 5 5 10 10 10 10 10 10 10 10"


@pytest.fixture
def everywhere(plan):
    return factories.make_user("everywhere", Role.REPORTER)


def report(plan, taiyuan, everywhere, reviewer, amounts: dict[int, str]) -> None:
    for month, amount in amounts.items():
        period = factories.period(plan, f"2020-{month:02d}")
        factories.file_return(taiyuan, period, {GANGUE: amount, ASH: "1"}, reporter=everywhere, reviewer=reviewer)


@pytest.fixture
def first_half(plan, taiyuan, everywhere, reviewer) -> None:
    """50 in each of the first four months, then 100: by the table 1000 in the year."""
    Target.objects.filter(pk=target(plan).pk).update(season=SEASON)
    report(plan, taiyuan, everywhere, reviewer, {1: "50", 2: "50", 3: "50", 4: "50", 5: "100", 6: "100"})


def test_a_document_keeps_its_forecasts(plan, first_half):
    issued = issue(plan, "compliance", code="2020-06")
    kept = IssuedForecast.objects.get(report=issued, indicator=GANGUE, region=SHANXI)
    assert (kept.method, kept.value, kept.low, kept.high) == ("season_table", 1000, 1000, 1000)
    assert kept.period.code == "2020-06"
    assert IssuedForecast.objects.filter(report=issued, indicator=GANGUE, region=TAIYUAN).exists()


def test_two_months_are_too_few_and_nothing_is_kept(plan, taiyuan, everywhere, reviewer):
    report(plan, taiyuan, everywhere, reviewer, {1: "50", 2: "50"})
    assert not IssuedForecast.objects.filter(report=issue(plan, "compliance", code="2020-02")).exists()


def test_the_page_lists_them_and_says_that_none_can_be_judged_yet(plan, first_half, leader):
    issue(plan, "compliance", code="2020-05")
    issue(plan, "compliance", code="2020-06")
    html = page(leader, address(plan, query="period=2020-06"))
    rows = table(html, "forecasts")
    assert [row[0] for row in rows] == ["June 2020", "May 2020"]
    assert rows[0][2:6] == ["1,000.00", "1,000.00–1,000.00", "—", "—"]
    assert "None can be judged yet" in text(html)


def test_what_came_stands_beside_each_once_the_year_is_verified(
    plan, taiyuan, everywhere, reviewer, first_half, leader
):
    issue(plan, "compliance", code="2020-06")
    report(plan, taiyuan, everywhere, reviewer, dict.fromkeys(range(7, 13), "150"))
    html = page(leader, address(plan, query="period=2020-12"), "zh-hans")
    [row] = table(html, "forecasts")
    assert row[2:7] == ["1,000.00", "1,000.00–1,000.00", "1,300.00", "-23.08%", "否"]
    assert "平均误差-23.08%" in text(html) and "给出区间的1次中有0次" in text(html)
    assert fact(html, "全年预测")


def test_the_first_document_of_a_period_counts(plan, taiyuan, everywhere, reviewer, first_half, leader):
    first = issue(plan, "compliance", code="2020-06")
    filed = taiyuan.returns.get(period__code="2020-06")
    factories.unlock(filed, reporter=everywhere, reviewer=reviewer)
    report_again(filed, everywhere, reviewer)
    second = issue(plan, "compliance", code="2020-06")
    values = [one.forecasts.get(indicator=GANGUE, region=SHANXI).value for one in (first, second)]
    assert values[0] == Decimal(1000) != values[1]
    [row] = table(page(leader, address(plan, query="period=2020-06")), "forecasts")
    assert row[2] == "1,000.00"


def report_again(filed, reporter, reviewer) -> None:
    filed.refresh_from_db()
    how = {"acting_user": reporter, "now": NOW}
    returns.save_draft(filed, {GANGUE: "160", ASH: "1"}, expected_version=filed.version, **how)
    returns.submit_return(filed, expected_version=filed.version, **how)
    returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version)


def test_no_section_without_an_issued_forecast(plan, taiyuan, leader):
    assert 'id="forecasts"' not in page(leader, address(plan))
