"""Documents on quarters, half-years and years of a plan whose targets are reported at several frequencies.

What is reported for shorter periods is added up on the main sheets; what is reported for longer ones stands apart.
"""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from tests import factories
from tests.factories import NOW, region
from tests.services.issued_kinds import rows_of
from tests.services.test_summed_periods import LOS_ANGELES, PLANS, VALUES, issue, text_of
from tracker.models import Indicator, IssuedReport, Obligation, Period, Plan, Role
from tracker.queries.documents.kinds import KINDS
from tracker.services.documents import reports
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

STORAGE, SPEND, GHG = "Battery storage commissioned", "Grants paid out", "Greenhouse gas emissions"
FREQUENCIES = {"storage": "month", "zev": "month", "cars": "month", "spend": "quarter", "ghg": "year"}


@pytest.fixture
def mixed(db) -> Plan:
    """Storage and cars by the month up to December, grants by the quarter, greenhouse gases by the year."""
    documents = ("--regions", PLANS / "california-regions.toml", "--units", PLANS / "california-units.toml")
    call_command("load_plan", str(PLANS / "california.toml"), *map(str, documents))
    plan = Plan.objects.select_related("region").get(code="ca-climate-fy26")
    unit = region("US-CA-BA").units.create(code="ba", name="Bay office")
    for indicator in Indicator.objects.filter(code__in=FREQUENCIES):
        Obligation.objects.create(plan=plan, unit=unit, indicator=indicator, frequency=FREQUENCIES[indicator.code])
    open_periods(plan, now=NOW)
    update_expected(plan, now=None)
    reporter = factories.make_user("reporter", Role.REPORTER, "US-CA")
    reviewer = factories.make_user("reviewer", Role.REVIEWER, "US-CA")
    for number, month in enumerate(plan.periods.filter(kind="month").order_by("starts_on")[:6], 1):
        values = {"storage": str(number), "zev": VALUES["zev"], "cars": VALUES["cars"]}
        file(unit, month, values, reporter, None if number == 5 else reviewer)
    for code, value in (("FY2026-Q1", "70"), ("FY2026-Q2", "80")):
        file(unit, Period.objects.of(plan, code), {"spend": value}, reporter, reviewer)
    return plan


def file(unit, period, values, reporter, reviewer):
    moment = datetime.combine(period.ends_on, datetime.min.time(), LOS_ANGELES)
    factories.file_return(unit, period, values, reporter=reporter, reviewer=reviewer, now=moment)


def issue_on(plan: Plan, code: str, kind: str = "compliance", language: str = "en") -> IssuedReport:
    """Issue a document on a period that units report for, or that is added up."""
    stored = plan.periods.filter(code=code).first()
    return issue_for(stored, kind, language) if stored else issue(plan, code, kind, language)


def issue_for(period: Period, kind: str, language: str) -> IssuedReport:
    return reports.issue_report(
        kind=kind,
        period=period,
        region=period.plan.region,
        language=language,
        acting_user=None,
        now=NOW,
        clock=lambda: NOW,
    )


def row_of(report: IssuedReport, sheet: str, name: str) -> tuple:
    (found,) = [row for row in rows_in(report, sheet) if row[1] == name]
    return found


def rows_in(report: IssuedReport, sheet: str) -> list[tuple]:
    book = openpyxl.load_workbook(report.file.path, data_only=True)
    return rows_of(book[sheet]) if sheet in book.sheetnames else []


def test_a_quarter_that_units_report_for_adds_up_its_months_on_the_main_sheets(mixed):
    report = issue_on(mixed, "FY2026-Q2")
    summary = {row[1]: row for row in rows_in(report, "Summary by indicator")}
    assert set(summary) == {STORAGE, SPEND, "Share of zero-emission vehicles in sales"}
    assert (summary[STORAGE][4], summary[STORAGE][6]) == (4 + 6, 1 + 2 + 3 + 4 + 6)
    assert (summary[SPEND][4], summary[SPEND][6]) == (80, 150)
    assert [row[1] for row in rows_in(report, "Other frequencies")] == [GHG]


def test_each_target_names_the_newest_period_that_it_is_counted_up_to(mixed):
    report = issue_on(mixed, "FY2026-Q2")
    assert "counted up to December 2025" in row_of(report, "Summary by indicator", STORAGE)[-1]
    assert "counted up to" not in row_of(report, "Summary by indicator", SPEND)[-1]
    dispatch = issue_on(mixed, "FY2026-Q2", "dispatch")
    assert "counted up to December 2025" in row_of(dispatch, "Dispatch table", STORAGE)[-1]


def test_months_and_quarters_have_tables_of_their_own(mixed):
    report = issue_on(mixed, "FY2026-Q2")
    assert row_of(report, "Monthly trend", STORAGE)[3:9] == (1, 2, 3, 4, "—", 6)
    assert row_of(report, "Quarterly trend", SPEND)[3:5] == (70, 80)


def test_a_half_year_adds_up_months_and_quarters(mixed):
    report = issue_on(mixed, "FY2026-H1")
    summary = {row[1]: row for row in rows_in(report, "Summary by indicator")}
    assert summary[STORAGE][4] == 1 + 2 + 3 + 4 + 6
    assert summary[SPEND][4] == 150
    assert "counted up to FY2026 Q2" in summary[SPEND][-1]
    assert [row[1] for row in rows_in(report, "Other frequencies")] == [GHG]


def test_a_year_has_every_target_on_the_main_sheets(mixed):
    report = issue_on(mixed, "FY2026")
    assert {STORAGE, SPEND, GHG} <= {row[1] for row in rows_in(report, "Summary by indicator")}
    assert rows_in(report, "Other frequencies") == []


def test_coverage_counts_the_returns_of_months_and_of_the_quarter(mixed):
    report = issue_on(mixed, "FY2026-Q2")
    assert "3/4 returns verified" in text_of(report)


def test_the_sheet_on_quality_has_one_line_for_a_unit(mixed):
    report = issue_on(mixed, "FY2026-Q2")
    (line,) = rows_in(report, "Data quality")
    expected, verified, not_submitted, late, owed, present, missing = line[3:10]
    assert (expected, verified, not_submitted, late) == (4, 3, 0, 0)
    assert (owed, present, missing) == (3 * 3 + 1, 2 * 3 + 1, 3)
    assert line[-1] == "waiting for verification: November 2025"


def test_a_unit_is_named_once_with_its_periods(mixed):
    sentence = next(one for one in text_of(issue_on(mixed, "FY2026-Q2", "brief")).splitlines() if "waiting" in one)
    assert "Bay office (November 2025)" in sentence


def test_rows_reckoned_by_formulas_find_the_ledgers_months(mixed):
    report = issue_on(mixed, "FY2026-Q2")
    results = [row[-1] for row in rows_in(report, "Checks")]
    assert results and set(results) == {"agrees"}


@pytest.mark.parametrize("code", ["FY2026-Q2", "FY2026-H1", "FY2026"])
def test_every_kind_is_issued_in_both_languages(mixed, code):
    for language in ("zh-hans", "en"):
        for kind in KINDS:
            assert "None" not in issue_on(mixed, code, kind, language).title


def test_an_issued_one_is_written_again_from_what_it_kept(mixed, tmp_path: Path):
    report = issue_on(mixed, "FY2026-Q2")
    before = rows_in(report, "Summary by indicator"), rows_in(report, "Monthly trend")
    Obligation.objects.filter(plan=mixed, frequency="month").delete()
    reports.rewrite_report(report, tmp_path / "again.xlsx")
    again = openpyxl.load_workbook(tmp_path / "again.xlsx", data_only=True)
    assert (rows_of(again["Summary by indicator"]), rows_of(again["Monthly trend"])) == before


def test_levels_of_months_are_compared_with_the_quarter_before(mixed):
    first, second = issue_on(mixed, "FY2026-Q1"), issue_on(mixed, "FY2026-Q2")
    assert second.previous_issue == first
    levels = {(one.indicator, one.region): one.period for one in second.levels.all()}
    assert levels["storage", "US-CA"] == Period.objects.of(mixed, "FY2026-Q2")


def test_a_month_keeps_quarters_apart(mixed):
    report = issue_on(mixed, "2025-12")
    assert SPEND not in {row[1] for row in rows_in(report, "Summary by indicator")}
    assert SPEND in {row[1] for row in rows_in(report, "Other frequencies")}
