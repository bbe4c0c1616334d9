"""Titles over tables and charts: one that is longer than its line takes more lines, and nothing of it is cut."""

from dataclasses import replace

import openpyxl
import pytest
from django.utils import translation

from tests.documents.made_figures import MONTHS, made_figures
from tracker.documents.compliance import build_compliance_report
from tracker.documents.workbook import write_workbook
from tracker.documents.workbook.layout import TITLE_HEIGHT, TITLE_SCALE, display_width, title_height

AMOUNTS = {("i0", "p0", month.code): "1" for month in MONTHS}


@pytest.mark.parametrize("plan", ["短", "山西省节能与资源综合利用行动计划" * 5])
def test_each_title_has_room_for_all_of_it(tmp_path, plan):
    with translation.override("zh-hans"):
        figures = made_figures(["利用量"], amounts=AMOUNTS)
        write_workbook(build_compliance_report(replace(figures, plan=plan)), tmp_path / "r.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[1:]
    assert any(sheet._charts for sheet in sheets)
    for sheet in sheets:
        title = sheet["A1"]
        assert title.alignment.wrap_text
        room = sum(one.width for one in sheet.column_dimensions.values())
        lines = sheet.row_dimensions[1].height / TITLE_HEIGHT
        assert display_width(str(title.value)) * TITLE_SCALE <= room * lines, sheet.title


def test_a_title_in_english_breaks_between_words():
    with translation.override("en"):
        assert title_height("word " * 30, 100.0) > title_height("word", 100.0) == TITLE_HEIGHT
