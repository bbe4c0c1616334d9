"""Figures of more digits than a spreadsheet holds are text, and no formula reckons with them."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tracker.documents.shape import Chart, ChartPage, Column, Formula, Kind, LongRows, Report, Row, Run, Sheet
from tracker.documents.workbook.long_figures import is_long, note
from tracker.documents.workbook.writer import write_workbook

LONG, LARGEST = Decimal("12345678901.123456"), Decimal("999999999999999.999999")
COLUMNS = [
    Column("Place"),
    Column("Exact", Kind.AMOUNT, is_exact=True, key="exact"),
    Column("Rounded", Kind.AMOUNT, decimals=2, key="rounded"),
    Column("Sum", Kind.AMOUNT, decimals=2, key="sum"),
]


def written(path: Path, rows, **terms) -> list[list]:
    """Return the cells of the sheet that holds these rows, from its first row on."""
    report = Report("r", "Report", "Office", [Sheet("Sheet", "Title", COLUMNS, rows, key="sheet", **terms)])
    write_workbook(report, path)
    cells = list(load_workbook(path)["Sheet"].iter_rows())
    first = next(number for number, row in enumerate(cells) if row[0].value == "a")
    return [[(cell.value, cell.data_type) for cell in row] for row in cells[first:]]


def row_of(value: Decimal) -> Row:
    return Row(["a", value, value, Formula("{exact}+{rounded}", value + value)], key="a")


def test_a_short_figure_stays_a_number_beside_its_formula(tmp_path):
    (_name, exact, rounded, total), *_below = written(tmp_path / "x.xlsx", [row_of(Decimal("1250000000.5"))])
    assert (exact, rounded, total[1]) == ((1250000000.5, "n"), (1250000000.5, "n"), "f")


@pytest.mark.parametrize(
    ("value", "exact", "rounded", "total"),
    [
        (LONG, ("12,345,678,901.123456", "s"), (12345678901.12, "n"), (24691357802.246912, "n")),
        (
            LARGEST,
            ("999,999,999,999,999.999999", "s"),
            (1_000_000_000_000_000, "n"),
            (1_999_999_999_999_999.999998, "n"),
        ),
        (
            Decimal("999999999999999.880001"),
            ("999,999,999,999,999.880001", "s"),
            ("999,999,999,999,999.88", "s"),
            ("1,999,999,999,999,999.76", "s"),
        ),
    ],
)
def test_a_long_figure_is_text_and_formulas_are_values(tmp_path, value, exact, rounded, total):
    (_name, *found), *below = written(tmp_path / "x.xlsx", [row_of(value)])
    assert found == [exact, rounded, total]
    assert any(note() in (cell[0] or "") for line in below for cell in line if isinstance(cell[0], str))


def test_a_streamed_list_reads_the_same(tmp_path):
    held = [replace(row_of(LARGEST), values=["a", LARGEST, LONG, None]), Row(["b", LONG, LARGEST, Decimal(1)])]
    rows = LongRows(2, lambda: iter([(*row.values, None) for row in held]))
    streamed = written(tmp_path / "long.xlsx", rows)
    assert streamed[:2] == written(tmp_path / "held.xlsx", held)[:2]
    assert streamed[0][1] == ("999,999,999,999,999.999999", "s")


def test_a_chart_of_long_figures_holds_the_numbers_itself(tmp_path):
    charts = ChartPage(
        "Charts",
        "Charts",
        [Chart("Chart", Run("sheet", ["exact", "rounded"]), Run("sheet", ["exact", "rounded"], ["a"]))],
    )
    written(tmp_path / "x.xlsx", [row_of(LARGEST)], chart_page=charts)
    series = load_workbook(tmp_path / "x.xlsx")["Charts"]._charts[0].series[0]
    assert series.val.numRef is None
    assert [float(point.v) for point in series.val.numLit.pt] == [float(LARGEST)] * 2


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *(("999999999.999999", False), ("1000000000000000000000", False), ("0.000000000000000000001", False)),
        *(("1000000000.000001", True), ("1234567890123456", True), ("-1234567890123456", True)),
    ],
)
def test_fifteen_significant_digits_fit(value, answer):
    assert is_long(Decimal(value)) is answer
