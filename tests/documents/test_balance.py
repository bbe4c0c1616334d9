"""The width of a page, shared among columns of text so that rows are low; notes packed where a page is full."""

import pytest
from django.utils import translation

from tests.documents.test_workbook import written
from tracker.documents.shape import Column, Kind, Row, Sheet
from tracker.documents.workbook import layout
from tracker.documents.workbook.balance import balanced
from tracker.documents.workbook.measure import letters_width, lines_needed, packed

SHORT, LONG = ["甲"] * 9, ["国" * 20] * 9


def test_width_goes_where_it_saves_lines():
    with translation.override("zh-hans"):
        short, long = balanced([5, 5], 50, [SHORT, LONG], [0, 0])
        assert short + long == pytest.approx(50)
        assert lines_needed(LONG[0], long) == 1
        assert short >= 5


def test_no_column_falls_below_its_least_and_all_take_the_total():
    with translation.override("zh-hans"):
        widths = balanced([10, 12], 30, [LONG, LONG], [2, 2])
    assert sum(widths) == pytest.approx(30)
    assert widths[0] >= 10 and widths[1] >= 12


def test_a_total_that_cannot_be_kept_leaves_each_at_its_least():
    with translation.override("zh-hans"):
        assert balanced([10, 12], 20, [LONG, LONG], [0, 0]) == [10, 12]


def test_a_row_is_lowered_by_both_of_its_columns_together():
    """Narrowing the one that a row's other cell already makes high costs nothing."""
    with translation.override("zh-hans"):
        first, second = balanced([4, 4], 66, [["国" * 20], ["国" * 20]], [0, 0])
        assert max(lines_needed("国" * 20, first), lines_needed("国" * 20, second)) == 2


def test_english_letters_are_as_wide_as_the_face_has_them():
    assert letters_width("0123456789") == 10
    assert letters_width("iii") < letters_width("aaa") < letters_width("mmm")
    assert letters_width("\u00a0") == letters_width(" ")


def test_notes_share_a_line_only_where_they_fit_one():
    with translation.override("zh-hans"):
        assert packed(["甲乙", "丙丁", "国" * 30], "　", 20) == ["甲乙　丙丁", "国" * 30]
        assert packed([], "　", 20) == []


def notes_of(tmp_path, rows: int) -> list[str]:
    columns = [Column("序号", Kind.COUNT), Column("指标")]
    sheet = Sheet("表", "一张表", columns, [Row([at, "利用量"]) for at in range(rows)], notes=["甲。", "乙。"])
    with translation.override("zh-hans"):
        read = written(tmp_path, sheet).worksheets[0]
    return [str(row[0]) for row in read.iter_rows(min_row=3 + rows, values_only=True) if row[0]]


def test_notes_share_lines_where_the_page_is_a_little_too_full_for_them(tmp_path):
    assert notes_of(tmp_path, 5) == ["甲。", "乙。"]
    assert notes_of(tmp_path, 200) == ["甲。", "乙。"], "nothing is won in a list of many pages"
    assert notes_of(tmp_path, 60) == ["甲。　　乙。"]


def test_a_table_longer_than_a_page_takes_the_whole_width(tmp_path):
    columns = [Column("序号", Kind.COUNT), Column("指标"), Column("备注")]
    for rows, wide in ((5, False), (60, True)):
        sheet = Sheet("表", "一张表", columns, [Row([at, "利用量", "国" * 30]) for at in range(rows)])
        with translation.override("zh-hans"):
            read = written(tmp_path, sheet).worksheets[0]
        total = sum(one.width for one in read.column_dimensions.values())
        assert (total == pytest.approx(layout.MOST_ACROSS, abs=0.5)) is wide
