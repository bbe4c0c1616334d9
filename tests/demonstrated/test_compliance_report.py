"""What the compliance report says of the demonstration: its figures equal the entries, in LibreOffice too."""

from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.libreoffice import saved_by_libreoffice
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
from tracker.models import Entry

SAID = {
    "zh-hans": ("演示数据", "8/11", "按日均衡", "数据截至：2020-09-03 10:00", "报告期：2020年9月"),
    "en": ("SAMPLE DATA", "8/11", "Even by day", "Data as of: 2020-09-03 10:00", "September 2020"),
}


def test_the_summary_equals_an_independent_sum_over_the_entries(plan):
    rows = {row["指标"]: row for row in table(summary_of(issue(plan)))}
    entries = Entry.objects.filter(unit_return__state="verified", unit_return__period__code__lte="2020-08")
    parts = ("coal_gangue_utilised", "fly_ash_utilised", "fgd_gypsum_utilised", "smelting_slag_utilised")
    for name, codes in {"煤矸石综合利用量": parts[:1], "大宗工业固废综合利用量": parts}.items():
        behind = entries.filter(indicator__code__in=codes)
        cumulative = sum(behind.values_list("verified_value", flat=True))
        month = sum(behind.filter(unit_return__period__code="2020-08").values_list("verified_value", flat=True))
        assert printed(rows[name]["累计"], 6) == round_half_up(cumulative, 6)
        assert printed(rows[name]["本月"], 6) == round_half_up(month, 6)
        completion = cumulative / Decimal(repr(rows[name]["年度目标"]))
        assert printed(rows[name]["完成率"], 10) == round_half_up(completion, 10)


def test_the_ledger_adds_up_to_the_summary_exactly(plan):
    report = issue(plan)
    lines = table(ledger_of(report))
    gangue = sum(Decimal(repr(line["核定数"])) for line in lines if line["指标"] == "煤矸石综合利用量")
    assert gangue == printed(table(summary_of(report))[1]["累计"], 6)
    assert [line["修订号"] for line in lines] == report.revisions


def test_the_barometer_grades_cities_and_names_those_without_data(plan):
    report = issue(plan, "2020-09")
    sheet = barometer_of(report)
    rows = {row["地区"]: row for row in table(sheet)}
    assert len(rows) == 12
    assert rows["山西省"]["已核定/应报"] == "8/11"
    assert rows["忻州市"]["煤矸石综合利用量·预警"] == "未评级"
    assert rows["阳泉市"]["煤矸石综合利用量·预警"] == "▲\u00a0一级"
    further = {row["地区"]: row for row in table(sheet_of(report, "晴雨表 2"))}
    assert further["太原市"]["国家级工业资源综合利用基地·预警"] == "/"
    assert "忻州市、临汾市、吕梁市" in texts(sheet)


def test_every_sheet_says_demonstration_coverage_pace_and_as_of(plan):
    for language, said in SAID.items():
        report = issue(plan, "2020-09", language=language)
        assert report.has_demonstration
        _cover, *tables = [sheet for sheet in sheets_of(report) if sheet.title not in ("趋势图", "Trend charts")]
        for sheet in tables:
            assert [words for words in said if words not in texts(sheet)] == []


def test_libreoffice_opens_it_and_reads_the_same_values(plan, tmp_path):
    report = issue(plan)
    path = Path(report.file.path)
    converted = openpyxl.load_workbook(saved_by_libreoffice(tmp_path, path) / path.name, data_only=True).worksheets
    for name in ("指标汇总", "晴雨表", "台账"):
        theirs = next(sheet for sheet in converted if sheet.title == name)
        assert figures_in(theirs) == figures_in(sheet_of(report, name))
