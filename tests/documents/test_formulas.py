"""Formulas: written with the cells that they name, and with the value that the system reckoned."""

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import defusedxml.ElementTree
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calculation.levels import Level
from tracker.documents.shape import Chart, ChartPage, Column, Cover, Formula, Kind, Report, Row, Run, Sheet
from tracker.documents.workbook import write_workbook
from tracker.documents.workbook.stored import cached_text

MAIN = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def done_sheet(**more: object) -> Sheet:
    """Two rows of done and due, with a rate, and their total."""
    columns = [
        Column("Place"),
        Column("Done", Kind.AMOUNT, key="done", is_unrounded=True),
        Column("Due", Kind.AMOUNT, key="due"),
        Column("Rate", Kind.RATE, key="rate"),
        Column("Level", Kind.LEVEL),
    ]
    rows = [
        Row(["A", Decimal("1.005"), Decimal(3), Formula("{done}/{due}", Decimal("33.5")), Level.I], key="a"),
        Row(["B", Decimal(2), Decimal(4), Formula("{done}/{due}", Decimal(50)), Formula('"● x"', Level.III)], key="b"),
        Row(["All", Formula("SUM({done@a:b})", Decimal("3.005")), None, None, None], is_total=True, key="all"),
    ]
    return Sheet("It's done", "Done", columns, rows, key="first", **more)


def second_sheet() -> Sheet:
    rows = [Row([Formula("{first!done@all}-SUM({first!done})", Decimal(0))])]
    return Sheet("Check", "Check", [Column("Difference", Kind.AMOUNT)], rows, key="second")


def written(path: Path, *sheets: Sheet, **parts: object) -> Path:
    write_workbook(Report("list", "A list", "The ministry", sheets, **parts), path / "list.xlsx")
    return path / "list.xlsx"


def stored(path: Path, number: int) -> dict[str, tuple[str | None, str | None, str | None]]:
    """Of each cell of a sheet the type, the formula and the value, as they stand in the file."""
    with zipfile.ZipFile(path) as package:
        root = defusedxml.ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
    return {
        cell.get("r", ""): (cell.get("t"), cell.findtext("x:f", None, MAIN), cell.findtext("x:v", None, MAIN))
        for cell in root.iterfind(".//x:c", MAIN)
    }


def test_a_formula_names_cells_and_carries_its_value(tmp_path):
    cells = stored(written(tmp_path, done_sheet()), 1)
    assert cells["D3"] == (None, "B3/C3", "0.335")
    assert cells["B5"] == (None, "SUM(B3:B4)", "3.005")


def test_lines_above_the_table_move_what_formulas_name(tmp_path):
    cells = stored(written(tmp_path, done_sheet(left="left", notice="notice"), marker="DEMONSTRATION"), 1)
    assert cells["D6"][1] == "B6/C6"


def test_a_formula_that_gives_text_is_stored_as_text(tmp_path):
    kind, formula, value = stored(written(tmp_path, done_sheet()), 1)["E4"]
    assert (kind, formula) == ("str", '"● x"')
    assert value
    assert value.startswith("●")


def test_cells_of_another_sheet_are_named_with_it(tmp_path):
    cells = stored(written(tmp_path, done_sheet(), second_sheet()), 2)
    assert cells["A3"][1] == "'It''s done'!B5-SUM('It''s done'!B3:B5)"


def test_a_column_that_formulas_reckon_with_keeps_its_digits(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, done_sheet())).worksheets[0]
    assert sheet["B3"].value == 1.005
    assert sheet["B3"].number_format.strip("_ ") == "#,##0.00"


def test_a_name_stands_for_its_cells(tmp_path):
    path = written(tmp_path, done_sheet(), names={"done_in_all": "{first!done@all}", "done": "{first!done}"})
    names = openpyxl.load_workbook(path).defined_names
    assert names["done_in_all"].attr_text == "'It''s done'!$B$5"
    assert names["done"].attr_text == "'It''s done'!$B$3:$B$5"


def test_an_unknown_cell_is_a_bug_that_is_not_hidden(tmp_path):
    sheet = Sheet("S", "T", [Column("H", Kind.AMOUNT)], [Row([Formula("{nowhere}", Decimal(1))])], key="s")
    with pytest.raises(KeyError):
        written(tmp_path, sheet)


def test_a_chart_follows_its_row_and_shows_its_axes(tmp_path):
    chart = Chart("Done & due", Run("first", ["done", "due"]), Run("first", ["done", "due"], ["a"]))
    page = ChartPage("Charts", "Charts of what is done", [chart] * 3)
    path = written(tmp_path, done_sheet(chart_page=page))
    assert openpyxl.load_workbook(path).sheetnames == ["It's done", "Charts"]
    with zipfile.ZipFile(path) as package:
        assert sum(name.startswith("xl/charts/chart") for name in package.namelist()) == 3
        drawn = package.read("xl/charts/chart1.xml").decode()
    assert "$B$3:$C$3" in drawn
    assert re.findall(r'<(?:c:)?delete val="(\d)"', drawn) == ["0", "0"]
    assert "<v>1.01</v>" in drawn  # a viewer that does not reckon shows it too, as the table prints it


def test_the_cover_is_the_first_sheet_and_may_reckon(tmp_path):
    cover = Cover("Cover", "Title", "Ministry", [("Sum", Formula('""&{first!done@all}', "3.005"))], "Found", ["=1"])
    path = written(tmp_path, done_sheet(), cover=cover)
    assert openpyxl.load_workbook(path).sheetnames == ["Cover", "It's done"]
    cells = stored(path, 1)
    assert ("str", "\"\"&'It''s done'!B5", "3.005") in cells.values()
    assert not any(formula == "1" for _kind, formula, _value in cells.values())


@given(st.decimals(Decimal("-999999999"), Decimal("999999999"), places=6))
def test_a_value_is_kept_as_the_nearest_double(value):
    assert float(cached_text(value)) == float(value)
