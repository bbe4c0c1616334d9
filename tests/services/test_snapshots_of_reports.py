"""An issued report keeps its figures; what changed since is listed."""

from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from tests import factories
from tests.factories import NOW, SHANXI
from tracker.models import IssuedReport
from tracker.queries.documents.changes import changes_since
from tracker.services import returns
from tracker.services.documents import reports

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def verified(taiyuan, plan, reporter, reviewer):
    """A verified return of Taiyuan for August."""
    values = {GANGUE: "500", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def issue(plan, now=NOW) -> IssuedReport:
    return reports.issue_report(
        period=factories.period(plan),
        region=factories.region(SHANXI),
        language="zh-hans",
        acting_user=None,
        now=now,
        clock=lambda: now,
    )


def correct(verified, reporter, reviewer, value="450"):
    """Unlock the return, correct a value and verify it again, a day later."""
    factories.unlock(verified, reporter=reporter, reviewer=reviewer, reason="口径有误", now=LATER)
    returns.save_draft(verified, {GANGUE: value}, acting_user=reporter, now=LATER, expected_version=verified.version)
    returns.submit_return(verified, acting_user=reporter, now=LATER, expected_version=verified.version)
    changes = {GANGUE: (value, "更正口径")}
    returns.verify_return(verified, acting_user=reviewer, now=LATER, expected_version=verified.version, changes=changes)


def cells(path) -> list[list[object]]:
    """Every cell of every sheet."""
    book = openpyxl.load_workbook(path)
    return [[sheet.title, cell.coordinate, cell.value] for sheet in book for row in sheet for cell in row]


def changed_rows(report) -> list[tuple]:
    sheet = openpyxl.load_workbook(report.file.path, data_only=True)["数据变动说明"]
    return [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]


def test_a_report_written_again_has_the_same_cells_whatever_was_corrected(plan, verified, reporter, reviewer, tmp_path):
    report = issue(plan)
    issued = cells(report.file.path)
    correct(verified, reporter, reviewer)
    plan.level_one_below = Decimal(-50)
    plan.save()
    call_command("reissue_report", str(report.pk), output=tmp_path / "again.xlsx")
    # Who submitted a return, and when, is the return's present state; every figure is the report's own.
    submitted = {(sheet, place[0]) for sheet, place, value in issued if value in ("提交人", "提交时间")}
    assert [cell for cell in cells(tmp_path / "again.xlsx") if (cell[0], cell[1][0]) not in submitted] == [
        cell for cell in issued if (cell[0], cell[1][0]) not in submitted
    ]


def test_nothing_has_changed_at_first(plan, verified):
    assert changes_since(issue(plan)) == []


def test_a_corrected_value_is_listed_with_who_when_and_why(plan, verified, reporter, reviewer):
    report = issue(plan)
    correct(verified, reporter, reviewer)
    (change,) = changes_since(report)
    assert (change.then, change.now, change.changed_by, change.changed_at) == (500, 450, reviewer, LATER)
    assert change.reason == "更正口径"


def test_a_withdrawn_value_is_a_change_to_missing(plan, verified, reporter, reviewer):
    report = issue(plan)
    factories.unlock(verified, reporter=reporter, reviewer=reviewer, reason="误", now=LATER)
    assert {(change.then, change.now, change.reason) for change in changes_since(report)} == {
        (Decimal(500), None, "误"),
        (Decimal(0), None, "误"),
    }


def test_a_value_verified_again_unchanged_is_no_change(plan, verified, reporter, reviewer):
    report = issue(plan)
    correct(verified, reporter, reviewer, value="500")
    assert changes_since(report) == []


def test_a_return_that_came_later_is_a_change_from_missing(plan, verified, reviewer):
    report = issue(plan)
    unit = factories.make_unit(plan, factories.DATONG, (GANGUE,))
    official = factories.make_user("datong", "reporter", factories.DATONG)
    factories.file_return(unit, factories.period(plan), {GANGUE: "7"}, reporter=official, reviewer=reviewer)
    (change,) = changes_since(report)
    assert (change.then, change.now) == (None, 7)


def test_the_first_report_has_no_list_of_changes(plan, verified):
    assert "数据变动说明" not in openpyxl.load_workbook(issue(plan).file.path).sheetnames


def test_the_next_report_carries_the_list(plan, verified, reporter, reviewer):
    issue(plan)
    correct(verified, reporter, reviewer)
    (row,) = changed_rows(issue(plan, LATER))
    assert row[6:9] == (500, 450, -50)
    assert row[-2:] == ("更正口径", "2020年第8期第1版")


def test_the_next_report_says_so_when_nothing_changed(plan, verified):
    issue(plan)
    book = openpyxl.load_workbook(issue(plan, LATER).file.path, read_only=True)
    assert "数据变动说明" not in book.sheetnames
    said = [str(row[0]) for row in book["编制依据"].iter_rows(values_only=True, max_col=1)]
    assert [text for text in said if "数据变动说明" in text]


def test_the_reports_page_says_what_changed(client, plan, verified, reporter, reviewer, leader):
    report = issue(plan)
    client.force_login(leader)
    assert "本报告所依据的数据没有变动" in client.get(reverse("report", args=[report.pk])).content.decode()
    correct(verified, reporter, reviewer)
    content = client.get(reverse("report", args=[report.pk])).content.decode()
    assert "500.00" in content and "450.00" in content and "更正口径" in content
