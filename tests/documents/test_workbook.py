"""The writer: any report as a workbook that reads back as what went in."""

import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from tests import depth
from tracker.calculation.levels import Level
from tracker.calculation.quantities import round_half_up
from tracker.documents.shape import Column, Kind, MovedLevel, Report, Row, Sheet, Value
from tracker.documents.workbook import count_steps, layout, write_workbook
from tracker.documents.workbook.cells import clean


def written(path: Path, *sheets: Sheet, marker: str = "", **parts: object) -> openpyxl.Workbook:
    write_workbook(Report("list", "A list", "The ministry", sheets, marker=marker), path / "list.xlsx", **parts)
    return openpyxl.load_workbook(path / "list.xlsx")


def one_cell(path: Path, value: Value, kind: Kind = Kind.TEXT, **column: object):
    """The cell that a value becomes, read back."""
    sheet = Sheet("Only", "A table", [Column("Heading", kind, **column)], [Row([value])])
    return cells_below(written(path, sheet).worksheets[0], "Heading")[0]


def cells_below(sheet: Worksheet, heading: str) -> list:
    """The cells of the column with this heading, down to the first empty row."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == heading:
                return [below[0] for below in sheet.iter_rows(cell.row + 1, None, cell.column, cell.column)]
    raise AssertionError(f"no heading {heading}")


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-1", "@SUM(A1)", "#N/A", "http://example.com", "'quoted", "00123"])
def test_text_stays_text_whatever_it_begins_with(tmp_path, text):
    cell = one_cell(tmp_path, text)
    assert (cell.value, cell.data_type) == (text, "s")


def test_text_in_a_column_of_figures_stays_text(tmp_path):
    cell = one_cell(tmp_path, "=1+1", Kind.RATE)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_characters_that_xml_forbids_are_shown_as_replaced(tmp_path):
    assert one_cell(tmp_path, "a\x00b\ud800c\uffff").value == "a\ufffdb\ufffdc\ufffd"


def test_every_kind_of_line_end_becomes_a_line_feed(tmp_path):
    assert one_cell(tmp_path, "one\r\ntwo\rthree\nfour").value == "one\ntwo\nthree\nfour"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    assert len(clean("长" * 40_000)) == 32_767
    assert clean("长" * 40_000).endswith("…")


def test_missing_figures_print_a_dash_and_are_no_zero(tmp_path):
    assert one_cell(tmp_path, None, Kind.AMOUNT).value == "—"
    assert one_cell(tmp_path, Decimal(0), Kind.AMOUNT).value == 0


def test_a_moment_is_stored_as_shanghai_clocks_showed_it(tmp_path):
    cell = one_cell(tmp_path, datetime(2020, 9, 7, 16, 30, tzinfo=ZoneInfo("UTC")), Kind.MOMENT)
    assert cell.value == datetime(2020, 9, 8, 0, 30)  # noqa: DTZ001 - a workbook knows no time zones


def test_a_day_is_stored_as_a_day(tmp_path):
    assert one_cell(tmp_path, date(2020, 9, 7), Kind.DAY).value.date() == date(2020, 9, 7)


def test_a_level_has_word_mark_and_colour(tmp_path):
    with translation.override("zh-hans"):
        cell = one_cell(tmp_path, Level.I, Kind.LEVEL)
    assert cell.value == "▲ 一级"
    rules = [rule for rules in cell.parent.conditional_formatting for rule in rules.rules]
    assert [rule.formula for rule in rules] == [[f'LEFT({cell.coordinate},1)="{mark}"'] for mark in "▲◆●"]
    assert len({rule.dxf.fill.bgColor.rgb for rule in rules}) == 3


AMOUNTS = st.decimals(Decimal("-999999999"), Decimal("999999999"), places=6)


@depth.examples(25)
@given(st.lists(st.one_of(st.none(), AMOUNTS), min_size=1, max_size=20), st.integers(0, 4))
def test_amounts_read_back_as_the_figures_rounded_once(tmp_path_factory, values, decimals):
    sheet = Sheet("S", "T", [Column("Heading", Kind.AMOUNT)], [Row([value], decimals=decimals) for value in values])
    cells = cells_below(written(tmp_path_factory.mktemp("book"), sheet).worksheets[0], "Heading")
    for cell, value in zip(cells, values, strict=True):
        if value is None:
            assert cell.value == "—"
        else:
            assert Decimal(repr(cell.value)) == round_half_up(value, decimals)


@depth.examples(25)
@given(AMOUNTS)
def test_rates_read_back_as_the_percentage_rounded_once(tmp_path_factory, value):
    cell = one_cell(tmp_path_factory.mktemp("book"), value, Kind.RATE)
    assert round_half_up(Decimal(repr(cell.value)) * 100, 2) == round_half_up(value, 2)
    assert "%" in cell.number_format


def test_an_exact_column_keeps_every_digit(tmp_path):
    assert one_cell(tmp_path, Decimal("66.123456"), Kind.AMOUNT, is_exact=True).value == 66.123456


def test_the_number_format_has_the_rows_decimals(tmp_path):
    sheet = Sheet("S", "T", [Column("Heading", Kind.AMOUNT)], [Row([Decimal(5)], decimals=0), Row([Decimal(5)])])
    whole, fraction = cells_below(written(tmp_path, sheet).worksheets[0], "Heading")
    assert whole.number_format.strip("_ ") == "#,##0"
    assert fraction.number_format.strip("_ ") == "#,##0.00"


def long_sheet(rows: int = 5) -> Sheet:
    return Sheet(
        "Targets",
        "Targets of the plan",
        [Column("No.", Kind.COUNT), Column("Name"), Column("Rate", Kind.RATE, group="Progress")],
        [Row([number, f"row {number}", Decimal(number)]) for number in range(rows)],
        left="left",
        middle="middle",
        right="right",
        basis=("9/11", "even by day", "as of now"),
        foot=("Reviewed by:", "Date:"),
        has_filter=True,
        frozen_columns=2,
    )


def test_the_page_is_a4_landscape_one_page_wide_with_headings_on_each_page(tmp_path):
    sheet = written(tmp_path, long_sheet(), marker="DEMONSTRATION").worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$6"  # title, marker, two lines, two heading rows
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.freeze_panes == "C7"


def test_the_filter_spans_the_heading_and_all_rows(tmp_path):
    assert written(tmp_path, long_sheet(), marker="").worksheets[0].auto_filter.ref == "A5:C10"


def test_an_empty_list_is_a_table_with_headings_alone(tmp_path):
    sheet = written(tmp_path, long_sheet(rows=0)).worksheets[0]
    assert not sheet.auto_filter.ref
    assert sheet["A1"].value == "Targets of the plan"


def test_the_marker_and_the_notice_stand_on_every_sheet(tmp_path):
    sheets = [Sheet(f"S{n}", "T", [Column("Heading")], [], notice="No data yet") for n in range(3)]
    for sheet in written(tmp_path, *sheets, marker="DEMONSTRATION").worksheets:
        assert [sheet["A2"].value, sheet["A3"].value] == ["DEMONSTRATION", "No data yet"]


def test_sheet_names_are_made_acceptable_and_different():
    names = layout.sheet_names(["a/b:c", "A b c", "", "x" * 40, "x" * 40, "'quoted'"])
    assert names[:3] == ["a b c", "A b c 2", "Sheet"]
    assert all(len(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_runs_of_columns_cover_all_of_them_once():
    for widths in ([5, 20, 10, 10, 30], [10] * 25, [40, 1, 1], [1, 1, 40]):
        for parts in (1, 2, 3, 5):
            runs = layout.split_columns(widths, parts)
            covered = [number for first, last in runs for number in range(first, last + 1)]
            assert covered == list(range(1, len(widths) + 1))
            assert len(runs) == (parts if len(widths) >= parts else 1)


def test_progress_is_reported_as_often_as_was_announced(tmp_path):
    heard: list[str] = []
    written(tmp_path, long_sheet(rows=450), long_sheet(rows=3), progress=heard.append)
    report = Report("list", "", "", [long_sheet(rows=450), long_sheet(rows=3)])
    assert len(heard) == count_steps(report) == 4
    assert set(heard) == {"Targets", "Targets 2"}


def test_columns_are_wide_enough_for_chinese_text(tmp_path):
    sheet = Sheet("S", "T", [Column("指标")], [Row(["节能与资源综合利用重点项目"])])
    assert written(tmp_path, sheet).worksheets[0].column_dimensions["A"].width >= 26


def test_official_typefaces_are_named(tmp_path):
    with translation.override("zh-hans"):
        sheet = written(tmp_path, Sheet("S", "T", [Column("Heading")], [Row(["text"])])).worksheets[0]
    assert sheet["A1"].font.name == "方正小标宋简体"
    assert cells_below(sheet, "Heading")[0].font.name == "仿宋_GB2312"


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_writer_that_is_stopped_leaves_no_temporary_file(tmp_path, monkeypatch, fails_at):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    heard: list[str] = []

    def stop(text: str) -> None:
        heard.append(text)
        if len(heard) == fails_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(tmp_path, long_sheet(rows=250), long_sheet(rows=250), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_no_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError, match="No such file"):
        written(tmp_path / "nowhere", long_sheet())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("now", "then", "shown"),
    [
        (Level.III, Level.II, "●\u00a0III better"),
        (Level.I, Level.III, "▲\u00a0I worse"),
        (Level.II, Level.II, "◆\u00a0II"),
    ],
)
def test_a_brief_level_says_which_way_it_moved_and_keeps_mark_and_style(tmp_path, now, then, shown):
    with translation.override("en"):
        cell = one_cell(tmp_path, MovedLevel(now, then), Kind.LEVEL, is_brief=True)
    assert (cell.value, cell.style) == (shown, "Level")


def test_rows_are_as_high_as_their_words_need_in_either_language():
    words = "Share of gangue and ash taken up by building materials"
    with translation.override("en"):
        assert layout.lines_needed(words, 50) == 1
        assert layout.lines_needed(words, 20) == 3
        assert layout.lines_needed("x" * 100, 50) == 3
        assert layout.lines_needed("●\u00a0III", 6) == 1
    with translation.override("zh-hans"):
        assert layout.lines_needed("新型建材消纳占比" * 4, 50) == 2
