"""What the compliance report says: its figures equal the entries, and every sheet says what they rest on."""

import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db.models import Sum

from tests.factories import DATONG, TAIYUAN, file_return, make_unit, make_user, period, region
from tests.services.issued_reports import (
    barometer_of,
    figures_in,
    issue,
    ledger_of,
    printed,
    sheet_of,
    sheets_of,
    summary_of,
    table,
    texts,
)
from tracker.calculation.quantities import round_half_up
from tracker.models import Allocation, Entry, Role, TargetVersion, ValueRevision
from tracker.services.demonstration import generate_demonstration

SAID = {
    "zh-hans": ("演示数据", "8/11", "按日均衡", "数据截至：2020-09-03 10:00", "报告期：2020年9月"),
    "en": ("DEMONSTRATION DATA", "8/11", "Even by day", "Data as of: 2020-09-03 10:00", "September 2020"),
}


@pytest.fixture
def demonstration(plan):
    generate_demonstration(plan)
    return plan


def test_the_summary_equals_an_independent_sum_over_the_entries(demonstration):
    rows = {row["指标"]: row for row in table(summary_of(issue(demonstration)))}
    entries = Entry.objects.filter(unit_return__state="verified", unit_return__period__code__lte="2020-08")
    parts = ("coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised", "smelting_slag_utilised")
    for name, codes in {"煤矸石综合利用量": parts[:1], "大宗工业固废综合利用量": parts}.items():
        behind = entries.filter(indicator__code__in=codes)
        cumulative = behind.aggregate(Sum("verified_value"))["verified_value__sum"]
        month = behind.filter(unit_return__period__code="2020-08").aggregate(Sum("verified_value"))
        assert printed(rows[name]["累计"], 6) == round_half_up(cumulative, 6)
        assert printed(rows[name]["本月"], 6) == round_half_up(month["verified_value__sum"], 6)
        completion = cumulative / Decimal(repr(rows[name]["年度目标"]))
        assert printed(rows[name]["完成率"], 10) == round_half_up(completion, 10)


def test_the_derived_total_stands_first_and_nobody_typed_it(plan):
    first = table(summary_of(issue(plan)))[0]
    assert (first["指标"], first["年度目标"]) == ("大宗工业固废综合利用量", 10000)


def test_the_ledger_adds_up_to_the_summary_exactly(demonstration):
    report = issue(demonstration)
    lines = table(ledger_of(report))
    gangue = sum(Decimal(repr(line["核定数"])) for line in lines if line["指标"] == "煤矸石综合利用量")
    assert gangue == printed(table(summary_of(report))[1]["累计"], 6)
    assert [line["修订号"] for line in lines] == report.revisions


def test_the_ledger_shows_reported_beside_verified_with_the_reason(plan, reduced_august):
    lines = table(ledger_of(issue(plan)))
    reduced = next(line for line in lines if line["指标"] == "煤矸石综合利用量")
    assert (reduced["上报数"], reduced["核定数"], reduced["核减（-）\n核增（+）"]) == (66.125, 60.005, -6.12)
    assert reduced["核减（增）\n原因"] == "=口径有误"
    assert (reduced["填报人"], reduced["审核人"]) == ("taiyuan-official", "reviewer")
    assert ValueRevision.objects.get(pk=reduced["修订号"]).value == Decimal("60.005")


def test_what_people_typed_is_text_and_no_formula(plan, reduced_august):
    cells = [cell for row in ledger_of(issue(plan)).iter_rows() for cell in row if cell.value == "=口径有误"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_an_explicit_zero_is_printed_as_zero_and_missing_as_a_dash(plan, reduced_august):
    rows = {row["指标"]: row for row in table(summary_of(issue(plan)))}
    assert rows["粉煤灰综合利用量"]["本月"] == 0
    assert rows["脱硫石膏综合利用量"]["本月"] == "—"


def test_the_barometer_grades_cities_and_names_those_without_data(demonstration):
    sheet = barometer_of(issue(demonstration, "2020-09"))
    rows = {row["地区"]: row for row in table(sheet)}
    assert len(rows) == 12
    assert rows["山西省"]["覆盖\n（报表）"] == "8/11"
    assert rows["忻州市"]["煤矸石综合利用量·预警"] == "未评级"
    assert rows["阳泉市"]["煤矸石综合利用量·预警"] == "▲\u00a0一级"
    assert rows["太原市"]["国家级工业资源综合利用基地·预警"] == "/"
    assert "忻州市、临汾市、吕梁市" in texts(sheet)


def test_every_sheet_says_demonstration_coverage_pace_and_as_of(demonstration):
    for language, said in SAID.items():
        report = issue(demonstration, "2020-09", language=language)
        assert report.has_demonstration
        _cover, *tables = [sheet for sheet in sheets_of(report) if sheet.title not in ("趋势图", "Trend charts")]
        for sheet in tables:
            assert [words for words in said if words not in texts(sheet)] == []


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


@pytest.fixture(scope="session")
def office(tmp_path_factory) -> Iterator[str]:
    """LibreOffice with a profile of its own."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice (soffice) is not installed")
    return program


def test_libreoffice_opens_it_and_reads_the_same_values(demonstration, office, tmp_path):
    report = issue(demonstration)
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path),
            report.file.path,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    converted = openpyxl.load_workbook(tmp_path / Path(report.file.path).name, data_only=True).worksheets
    for name in ("指标汇总", "晴雨表", "台账"):
        theirs = next(sheet for sheet in converted if sheet.title == name)
        assert figures_in(theirs) == figures_in(sheet_of(report, name))
