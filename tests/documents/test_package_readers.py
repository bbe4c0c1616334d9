"""Parts of a workbook's package as readers other than Excel resolve them."""

import re
import zipfile
from decimal import Decimal

import openpyxl
from django.utils import translation

from tests.documents.package_check import faults
from tracker.documents.shape import Chart, ChartPage, Column, Kind, Report, Row, Run, Sheet
from tracker.documents.workbook import layout, write_workbook
from tracker.documents.workbook.package import prefixed_drawing, relative_targets


def written(path, columns, rows, **more):
    sheet = Sheet("a", "A title", columns, rows, key="a", **more)
    write_workbook(Report("list", "A list", "The ministry", [sheet]), path / "list.xlsx")
    return path / "list.xlsx"


def charted(path):
    columns = [Column("Place"), Column("Done", Kind.AMOUNT, key="done")]
    page = ChartPage("Charts", "Charts", [Chart("Done", Run("a", ["done"]), Run("a", ["done"], ["a"]))])
    return written(path, columns, [Row(["A", Decimal("1.23456789")], key="a")], chart_page=page)


def test_related_parts_are_named_from_their_own_folder(tmp_path):
    with zipfile.ZipFile(charted(tmp_path)) as package:
        related = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".rels")}
    assert related
    assert not [name for name, content in related.items() if 'Target="/' in content]
    assert 'Target="worksheets/sheet1.xml"' in related["xl/_rels/workbook.xml.rels"]
    assert 'Target="../charts/chart1.xml"' in related["xl/drawings/_rels/drawing1.xml.rels"]
    assert 'Target="xl/workbook.xml"' in related["_rels/.rels"]


def test_drawings_have_the_usual_prefix_and_the_workbook_stays_sound(tmp_path):
    path = charted(tmp_path)
    with zipfile.ZipFile(path) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert re.match(r"<xdr:wsDr xmlns:xdr=", drawing)
    assert not re.search(r"<(?!xdr:|/xdr:|a:|/a:|c:|/c:|\?)", drawing)
    assert faults(path) == []
    assert len(openpyxl.load_workbook(path)["Charts"]._charts) == 1


def test_charts_keep_no_more_digits_than_the_table_prints(tmp_path):
    with zipfile.ZipFile(charted(tmp_path)) as package:
        assert "<v>1.23</v>" in package.read("xl/charts/chart1.xml").decode()


def test_other_parts_are_left_as_they_are():
    assert relative_targets("xl/workbook.xml", 'Target="/x"') == 'Target="/x"'
    assert prefixed_drawing("xl/charts/chart1.xml", "<wsDr/>") == "<wsDr/>"


def test_a_wide_table_gives_text_more_lines_before_it_is_printed_smaller():
    columns = [Column("a"), Column("b", Kind.AMOUNT), Column("c")]
    fitted = layout.fitted([100.0, 20.0, 80.0], columns)
    assert round(sum(fitted), 6) == layout.MOST_ACROSS
    assert fitted[1] == 20.0
    assert layout.fitted([10.0, 20.0, 30.0], columns) == [10.0, 20.0, 30.0]


def blocks(number, rows_each):
    return [
        Row([f"B{block}", Decimal(row)], begins_block=row == 0) for block in range(number) for row in range(rows_each)
    ]


def breaks_of(path):
    return [one.id for one in openpyxl.load_workbook(path)["a"].row_breaks.brk]


def test_pages_end_between_blocks_of_rows(tmp_path):
    columns = [Column("Place"), Column("Done", Kind.AMOUNT)]
    found = breaks_of(written(tmp_path, columns, blocks(6, 8)))
    assert found == [2 + 4 * 8]  # four blocks of eight rows below a title and a heading
    assert breaks_of(written(tmp_path, columns, blocks(1, 8))) == []


def test_a_block_longer_than_a_page_begins_on_a_page_of_its_own(tmp_path):
    columns = [Column("Place"), Column("Done", Kind.AMOUNT)]
    assert breaks_of(written(tmp_path, columns, [*blocks(1, 8), *blocks(1, 60), *blocks(1, 8)])) == [2 + 8]


def test_text_is_measured_as_the_typefaces_print_it_that_stand_in():
    assert layout.column_width(Column("a"), ["2020年第8期第2版"]) > layout.column_width(
        Column("a", Kind.COUNT), ["2020年第8期第2版"]
    )


def test_a_line_of_chinese_holds_whole_characters():
    """The bug: thirteen characters where four and a half go into a line were given three lines, and need four."""
    with translation.override("zh-hans"):
        assert layout.lines_needed("节能与资源综合利用重点项目", 4.6 * 2 * layout.AIR) == 4


def test_only_the_head_of_an_annex_is_printed(tmp_path):
    rows = [Row(["A", Decimal(number)]) for number in range(50)]
    path = written(tmp_path, [Column("Place"), Column("Done", Kind.AMOUNT)], rows, is_annex=True)
    sheet = openpyxl.load_workbook(path)["a"]
    assert sheet.print_area.endswith("$B$2")
    assert sheet.max_row > 50
