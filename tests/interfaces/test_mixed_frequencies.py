"""Monthly and quarterly targets beside each other: each at its own newest period, and labelled."""

from io import BytesIO

import openpyxl
import pytest
import time_machine

from tests import factories
from tests.factories import NOW
from tests.interfaces.test_pages import page
from tests.services.issued_reports import issue
from tracker.models import Indicator, Obligation
from tracker.queries.figures.figures import Figures
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.services.documents import reports
from tracker.services.returns.expected import update_expected
from tracker.services.returns.open_periods import open_periods

GANGUE, SLAG = "coal_gangue_utilised", "smelting_slag_utilised"


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def slag_by_the_quarter(plan, taiyuan, reporter, reviewer):
    """Taiyuan reports slag by the quarter and everything else by the month; August and the second quarter are in."""
    slag = Indicator.objects.get(code=SLAG)
    Obligation.objects.create(plan=plan, unit=taiyuan, indicator=slag, frequency="quarter")
    update_expected(plan, now=None)
    open_periods(plan, now=NOW)
    for code, values in (("2020-08", {GANGUE: "5", "fly_ash_utilised": "1"}), ("2020-Q2", {SLAG: "700"})):
        factories.file_return(taiyuan, factories.period(plan, code), values, reporter=reporter, reviewer=reviewer)
    return plan.targets.get(indicator=slag)


def test_one_overview_shows_the_month_and_the_quarter_each_by_its_name(slag_by_the_quarter, leader):
    html = page(leader, "/")
    assert "2020 Q2" in html
    assert "1/1 (August 2020)" in html and "1/1 (2020 Q2) returns verified" in html
    assert "2020年第二季度" in page(leader, "/", "zh-hans")


def test_the_list_of_targets_labels_the_quarter(slag_by_the_quarter, leader):
    html = page(leader, "/targets/?period=2020-08")
    assert html.count("2020 Q2</span>") == 1
    assert "700" in html


def test_the_chooser_offers_months_and_quarters(slag_by_the_quarter, leader):
    html = page(leader, "/targets/?period=2020-Q2")
    assert ">2020 Q2</option>" in html and ">August 2020</option>" in html
    assert "June 2020</span>" in html, "a monthly target stands by its newest month in that quarter"


def test_the_target_s_own_page_is_about_its_quarters(slag_by_the_quarter, leader):
    html = page(leader, f"/targets/{slag_by_the_quarter.pk}/?period=2020-08")
    assert "2020 Q1" in html and "2020 Q2" in html
    assert "This quarter" in html


def test_the_figure_and_the_indicator_behind_it_are_of_the_quarter(slag_by_the_quarter, leader, plan):
    for path in (f"/indicators/{SLAG}/", f"/figures/{SLAG}/"):
        html = page(leader, f"{path}?plan={plan.code}&period=2020-08&region={plan.region.code}")
        assert "2020 Q2" in html and "700" in html


def test_before_the_first_quarter_has_ended_the_target_has_no_data_and_no_grade(slag_by_the_quarter, plan):
    rows = Figures(factories.period(plan, "2020-02")).standings([plan.region])
    row = next(row for row in rows if row.target == slag_by_the_quarter)
    assert (row.period.code, row.standing.to_date.value, row.level) == ("2020-Q1", None, None)


def test_the_mail_names_the_quarter_and_counts_the_returns_of_both(slag_by_the_quarter, plan):
    facts = facts_of(MailScope(factories.period(plan), plan.region))
    assert [fact.name for fact in facts.targets if "2020" in fact.name] == ["冶炼渣综合利用量（2020年第二季度）"]
    assert str(facts.returns.coverage) == "2/2"


def test_the_report_has_a_sheet_for_the_quarter_and_writes_the_same_again(slag_by_the_quarter, plan, leader, tmp_path):
    issued = issue(plan, acting_user=leader)
    with issued.file.open("rb") as file:
        book = openpyxl.load_workbook(BytesIO(file.read()))
    rows = [[cell.value for cell in row] for row in book["其他报送频率"].iter_rows()]
    slag = next(row for row in rows if "2020年第二季度" in row)
    assert 700 in slag and slag.count("1/1") == 1 and "1/2" in slag
    other = [[cell.value for cell in row] for row in book[book.sheetnames[1]].iter_rows()]
    assert not any("冶炼渣综合利用量" in row for row in other), "the months' sheets are about months"

    Obligation.objects.filter(frequency="quarter").delete()
    reports.rewrite_report(issued, tmp_path / "again.xlsx")
    again = openpyxl.load_workbook(tmp_path / "again.xlsx")
    assert [[cell.value for cell in row] for row in again["其他报送频率"].iter_rows()] == rows
