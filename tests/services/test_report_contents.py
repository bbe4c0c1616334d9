"""What the compliance report says: its figures equal the entries, and every sheet says what they rest on."""

from decimal import Decimal

from tests.factories import DATONG, TAIYUAN, file_return, make_unit, make_user, period, region
from tests.services.issued_reports import (
    barometer_of,
    issue,
    ledger_of,
    sheets_of,
    summary_of,
    table,
    texts,
)
from tracker.models import Allocation, Role, TargetVersion, ValueRevision


def test_the_derived_total_stands_first_and_nobody_typed_it(plan):
    first = table(summary_of(issue(plan)))[0]
    assert (first["指标"], first["年度目标"]) == ("大宗工业固废综合利用量", 10000)


def test_the_ledger_shows_reported_beside_verified_with_the_reason(plan, reduced_august):
    lines = table(ledger_of(issue(plan)))
    reduced = next(line for line in lines if line["指标"] == "煤矸石综合利用量")
    assert (reduced["上报数"], reduced["核定数"], reduced["核减（-）\n核增（+）"]) == (66.125, 60.005, -6.12)
    assert reduced["核减（增）\n原因"] == "=口径有误"
    assert (reduced["提交人"], reduced["核定人"]) == ("taiyuan-official", "reviewer")
    assert ValueRevision.objects.get(pk=reduced["修订号"]).value == Decimal("60.005")


def test_what_people_typed_is_text_and_no_formula(plan, reduced_august):
    cells = [cell for row in ledger_of(issue(plan)).iter_rows() for cell in row if cell.value == "=口径有误"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_an_explicit_zero_is_printed_as_zero_and_missing_as_a_dash(plan, reduced_august):
    rows = {row["指标"]: row for row in table(summary_of(issue(plan)))}
    assert rows["粉煤灰综合利用量"]["本月"] == 0
    assert rows["脱硫石膏综合利用量"]["本月"] == "—"


def test_real_data_bears_no_mark_of_demonstration(plan, reduced_august):
    report = issue(plan)
    assert not report.has_demonstration
    assert not any("演示" in texts(sheet) for sheet in sheets_of(report))


def test_a_period_without_data_says_so_and_shows_no_zeros(plan, taiyuan):
    report = issue(plan)
    _cover, *tables = sheets_of(report)
    assert all("尚无核定数据" in texts(sheet) for sheet in tables)
    assert {(row["本月"], row["累计"], row["预警"]) for row in table(summary_of(report))[:11]} == {("—", "—", "未评级")}
    assert report.revisions == []


def test_a_citys_report_has_its_own_targets_rows_and_entries(plan, reduced_august, reviewer):
    datong = make_unit(plan, DATONG)
    official = make_user("datong-official", Role.REPORTER, DATONG)
    values = {"coal_gangue_utilised": "50", "fly_ash_utilised": "5"}
    file_return(datong, period(plan), values, reporter=official, reviewer=reviewer)
    version = TargetVersion.objects.get(target__indicator__code="coal_gangue_utilised")
    Allocation.objects.create(version=version, region=region(TAIYUAN), value=700)
    report = issue(plan, place=TAIYUAN)
    rows = {row["指标"]: row for row in table(summary_of(report))}
    assert (rows["煤矸石综合利用量"]["年度目标"], rows["煤矸石综合利用量"]["累计"]) == (700, 60.005)
    assert [row["地区"] for row in table(barometer_of(report))] == ["太原市"]
    assert {line["地区"] for line in table(ledger_of(report))} == {"太原市"}


def test_unverified_returns_do_not_count(plan, taiyuan, reporter):
    file_return(taiyuan, period(plan), {"coal_gangue_utilised": "66", "fly_ash_utilised": "1"}, reporter=reporter)
    assert issue(plan).revisions == []
